using System.Runtime.CompilerServices;

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
    private object?[] _subscribers = new object?[32], _prefetchers = new object?[32];

    internal static int Kinds => _kinds;

    /// <summary>Subscribes <paramref name="observer"/> to facts of type <typeparamref name="T"/>.</summary>
    public void Subscribe<T>(IObserve<T> observer) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        Add<T>(ref _subscribers, kind, observer.Observe);
        if (observer is IPrefetch<T> prefetcher)
            Add<T>(ref _prefetchers, kind, prefetcher.Prefetch);
    }

    /// <summary>Hands <paramref name="seen"/> to its subscribers.</summary>
    public void Publish<T>(in Observed<T> seen) where T : struct => Call(_subscribers, in seen);

    /// <summary>Shows <paramref name="seen"/>, which will be published soon, to those that prefetch.</summary>
    internal void Prefetch<T>(in Observed<T> seen) where T : struct => Call(_prefetchers, in seen);

    /// <summary>Whether somebody prefetches facts of this kind.</summary>
    internal bool IsPrefetched(int kind) => kind < _prefetchers.Length && _prefetchers[kind] is not null;

    private static void Call<T>(object?[] observers, in Observed<T> seen) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= observers.Length || observers[kind] is not { } known)
            return;
        foreach (var observe in Unsafe.As<FactObserver<T>[]>(known))
            observe(in seen);
    }

    private static void Add<T>(ref object?[] observers, int kind, FactObserver<T> observe) where T : struct
    {
        if (kind >= observers.Length)
            Array.Resize(ref observers, kind * 2);
        observers[kind] = (FactObserver<T>[])[.. (FactObserver<T>[]?)observers[kind] ?? [], observe];
    }

    internal static int NextKind()
    {
        lock (typeof(ObservationBus))
            return _kinds++;
    }
}

/// <summary>A subscriber's method. A delegate, because so many classes observe one kind that each interface call would be looked up anew.</summary>
internal delegate void FactObserver<T>(in Observed<T> seen) where T : struct;
