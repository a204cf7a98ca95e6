using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Tests.Oracles;

/// <summary>Segments that contradict what was seen before, against a tally octet by octet of what tshark reads.</summary>
public sealed class OverlapOracleTests
{
    private const string Capture = "TCP-REASSEMBLY__zeek-reassembly.pcap";

    [Fact]
    public void Contradicting_segments_are_those_of_a_tally_octet_by_octet()
    {
        Assert.SkipWhen(!SharedCaptures.NamesIn("given").Contains(Capture), SharedCaptures.Absent);
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var path = SharedCaptures.PathOf("given", Capture);
        var rows = TsharkTable.ReadVerified(path, "tcp.len > 0", "ip.src", "tcp.seq_raw", "tcp.payload", "tcp.checksum.status");

        // Five in all, but never two that both have a right checksum: a receiver took one of each pair, so nobody was told two things.
        Assert.Equal(5, Contradicting(rows));
        Assert.Equal(Contradicting(rows.Where(static row => row[3] == "1")), Ours(path));
    }

    private static int Contradicting(IEnumerable<string[]> segments)
    {
        var seen = new Dictionary<(string Sender, uint Sequence), byte>();
        var contradicting = 0;
        foreach (var row in segments)
        {
            var (octets, differs) = (Convert.FromHexString(row[2]), false);
            for (var i = 0; i < octets.Length; i++)
            {
                var place = (row[0], uint.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture) + (uint)i);
                differs |= !seen.TryAdd(place, octets[i]) && seen[place] != octets[i];
            }
            contradicting += differs ? 1 : 0;
        }
        return contradicting;
    }

    private static long Ours(string path)
    {
        using var source = CaptureTimeline.Open([path]);
        var dissector = new Dissector(new SegmentTable());
        var shards = Enumerable.Range(0, FlowShard.Count).Select(static _ => new FlowShard()).ToArray();
        var log = new ObservationLog();
        for (var batch = new FrameBatch(); source.TryRead(batch);)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                dissector.Dissect(batch, i, out var packet);
                shards[FlowShard.Of(packet.FlowHash)].Process(batch, i, in packet, log);
            }
        }
        foreach (var shard in shards)
            shard.Finish(log);
        return shards.Sum(static shard => shard.Counters.StreamOverlaps);
    }
}
