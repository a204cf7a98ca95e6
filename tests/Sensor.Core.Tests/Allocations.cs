namespace Sensor.Core.Tests;

/// <summary>Measures what code allocates once warm.</summary>
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
        var least = long.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
