namespace Sensor.Core.Observations;

/// <summary>The process-wide number of a kind of fact. Order of first use, so never stored or shown.</summary>
internal static class ObservationKind<T> where T : struct
{
    internal static readonly int Number = ObservationBus.NextKind();
}

/// <summary>Who wants which facts. Subscribers of a kind are called in the order they subscribed: tables first, detectors after.</summary>
public sealed class ObservationBus
{
    private static int _kinds;
    private object?[] _subscribers = new object?[32];

    internal static int Kinds => _kinds;

    /// <summary>Subscribes <paramref name="observer"/> to facts of type <typeparamref name="T"/>.</summary>
    public void Subscribe<T>(IObserve<T> observer) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= _subscribers.Length)
            Array.Resize(ref _subscribers, kind * 2);
        var known = (IObserve<T>[]?)_subscribers[kind] ?? [];
        _subscribers[kind] = (IObserve<T>[])[.. known, observer];
    }

    /// <summary>Hands <paramref name="seen"/> to its subscribers.</summary>
    public void Publish<T>(in Observed<T> seen) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= _subscribers.Length || _subscribers[kind] is not IObserve<T>[] observers)
            return;
        foreach (var observer in observers)
            observer.Observe(in seen);
    }

    internal static int NextKind()
    {
        lock (typeof(ObservationBus))
            return _kinds++;
    }
}
