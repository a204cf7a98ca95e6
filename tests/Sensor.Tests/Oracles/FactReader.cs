using System.Text;
using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Tests.Oracles;

/// <summary>Writes one fact as one line.</summary>
internal delegate string FactLine<T>(in Observed<T> seen) where T : struct;

/// <summary>Reads a capture as `sensor replay` does, up to the facts.</summary>
internal static class FactReader
{
    /// <summary>The facts of type <typeparamref name="T"/> as lines, each with its frame's number.</summary>
    public static List<(long Frame, string Line)> Read<T>(string path, FactLine<T> line) where T : struct
    {
        using var timeline = CaptureTimeline.Open([path]);
        var (batch, log, bus, lines) = (new FrameBatch(), new ObservationLog(), new ObservationBus(), new Lines<T>(line));
        var (dissector, shard) = (new Dissector(new SegmentTable()), new FlowShard());
        bus.Subscribe(lines);
        while (timeline.TryRead(batch))
        {
            log.Clear();
            for (var i = 0; i < batch.Count; i++)
            {
                dissector.Dissect(batch, i, out var packet);
                shard.Process(batch, i, in packet, log);
            }
            for (var i = 0; i < log.Count; i++)
                log.Deliver(i, bus);
        }
        return lines.All;
    }

    public static string Text<T>(in Observed<T> seen, OctetSlice slice) where T : struct => Encoding.ASCII.GetString(seen.Text(slice)).TrimEnd('\0');

    public static string Codes<T>(in Observed<T> seen, OctetSlice slice) where T : struct => string.Join(',', seen.Text(slice).ToArray());

    public static string Addresses<T>(in Observed<T> seen, AddressSlice slice) where T : struct => string.Join(',', seen.Addresses(slice).ToArray());

    private sealed class Lines<T>(FactLine<T> line) : IObserve<T> where T : struct
    {
        public List<(long Frame, string Line)> All { get; } = [];

        public void Observe(in Observed<T> seen) => All.Add((seen.At.FrameNumber, line(in seen)));
    }
}
