namespace Sensor.Core.Observations;

/// <summary>Somebody who wants to know facts of type <typeparamref name="T"/>.</summary>
public interface IObserve<T> where T : struct
{
    /// <summary>Called once a fact, in the order of the timeline. <paramref name="seen"/> is borrowed until the call returns.</summary>
    void Observe(in Observed<T> seen);
}

/// <summary>
/// An observer that looks things up in tables larger than the caches. It is shown a group of facts first, so that the look-ups of all of them wait for
/// memory together; alone each would be waited for.
/// </summary>
public interface IPrefetch<T> : IObserve<T> where T : struct
{
    /// <summary>Reads what <see cref="IObserve{T}.Observe"/> will need of <paramref name="seen"/>; changes nothing.</summary>
    void Prefetch(in Observed<T> seen);
}
