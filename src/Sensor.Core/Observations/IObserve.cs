namespace Sensor.Core.Observations;

/// <summary>Somebody who wants to know facts of type <typeparamref name="T"/>.</summary>
public interface IObserve<T> where T : struct
{
    /// <summary>Called once a fact, in the order of the timeline. <paramref name="seen"/> is borrowed until the call returns.</summary>
    void Observe(in Observed<T> seen);
}
