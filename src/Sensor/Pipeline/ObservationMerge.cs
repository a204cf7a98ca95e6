using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>Delivers the logs that several workers wrote for one batch in the order of the timeline, and empties them.</summary>
internal static class ObservationMerge
{
    internal static void Deliver(ObservationLog[] logs, ObservationBus bus)
    {
        Span<int> next = stackalloc int[logs.Length];
        next.Clear();
        foreach (var log in logs)
            log.Prefetch(bus);
        while (true)
        {
            var first = -1;
            var position = long.MaxValue;
            for (var i = 0; i < logs.Length; i++)
            {
                if (next[i] == logs[i].Count || logs[i].PositionOf(next[i]) >= position)
                    continue;
                first = i;
                position = logs[i].PositionOf(next[i]);
            }
            if (first < 0)
                break;
            // A packet belongs to one shard and so to one log: all of its facts can go at once.
            do
                logs[first].Deliver(next[first]++, bus);
            while (next[first] < logs[first].Count && logs[first].PositionOf(next[first]) == position);
        }
        foreach (var log in logs)
            log.Clear();
    }
}
