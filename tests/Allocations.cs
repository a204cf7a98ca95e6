namespace Sensor;

/// <summary>Measures what code allocates once warm; compiled into every test project.</summary>
internal static class Allocations
{
    /// <summary>
    /// The fewest octets that <paramref name="action"/> allocated in several rounds of a thousand: the runtime's own now and then do not
    /// count.
    /// </summary>
    public static long Least(Action action)
    {
        for (var i = 0; i < 200; i++)
            action();
        return LeastOfRounds(() =>
        {
            for (var i = 0; i < 1000; i++)
                action();
        });
    }

    /// <summary>
    /// The fewest octets that one of several rounds allocated, after one that is not counted. What code allocates by itself it allocates in
    /// every round; what the runtime now and then allocates on a thread of a busy test run, it does not.
    /// </summary>
    public static long LeastOfRounds(Action round)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < 8 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
