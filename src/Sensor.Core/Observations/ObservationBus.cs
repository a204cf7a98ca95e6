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
    /// <summary>Every topic there may be.</summary>
    public const uint AllTopics = uint.MaxValue;

    private const int Topics = 32;
    private static int _kinds;
    private object?[] _subscribers = new object?[32], _prefetchers = new object?[32];

    internal static int Kinds => _kinds;

    /// <summary>
    /// Subscribes <paramref name="observer"/> to facts of type <typeparamref name="T"/>; to some <paramref name="topics"/> (a bit each) only where the
    /// fact is <see cref="ITopical"/>.
    /// </summary>
    public void Subscribe<T>(IObserve<T> observer, uint topics = AllTopics) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        Add<T>(ref _subscribers, kind, topics, observer.Observe);
        if (observer is IPrefetch<T> prefetcher)
            Add<T>(ref _prefetchers, kind, topics, prefetcher.Prefetch);
    }

    /// <summary>Hands <paramref name="seen"/> to its subscribers.</summary>
    public void Publish<T>(in Observed<T> seen) where T : struct => Call(_subscribers, in seen);

    /// <summary>Shows <paramref name="seen"/>, which will be published soon, to those that prefetch.</summary>
    internal void Prefetch<T>(in Observed<T> seen) where T : struct => Call(_prefetchers, in seen);

    /// <summary>Whether somebody prefetches facts of this kind.</summary>
    internal bool IsPrefetched(int kind) => kind < _prefetchers.Length && _prefetchers[kind] is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Call<T>(object?[] observers, in Observed<T> seen) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= observers.Length || observers[kind] is not { } known)
            return;
        foreach (var observe in Unsafe.As<FactObserver<T>[][]>(known)[TopicOf(in seen.Fact)])
            observe(in seen);
    }

    // Both tests are settled when the code for a kind of fact is made, and nothing is boxed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TopicOf<T>(ref readonly T fact) where T : struct => default(T) is ITopical ? ((ITopical)fact).Topic : 0;

    private static void Add<T>(ref object?[] observers, int kind, uint topics, FactObserver<T> observe) where T : struct
    {
        if (kind >= observers.Length)
            Array.Resize(ref observers, kind * 2);
        var lists = (FactObserver<T>[][])(observers[kind] ??= NoLists<T>());
        for (var topic = 0; topic < lists.Length; topic++)
        {
            if ((topics >> topic & 1) != 0)
                lists[topic] = [.. lists[topic], observe];
        }
    }

    private static FactObserver<T>[][] NoLists<T>() where T : struct
    {
        var lists = new FactObserver<T>[default(T) is ITopical ? Topics : 1][];
        Array.Fill(lists, []);
        return lists;
    }

    internal static int NextKind()
    {
        lock (typeof(ObservationBus))
            return _kinds++;
    }
}

/// <summary>A subscriber's method. A delegate, because so many classes observe one kind that each interface call would be looked up anew.</summary>
internal delegate void FactObserver<T>(in Observed<T> seen) where T : struct;
