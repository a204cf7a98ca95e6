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
        var seen = new Dictionary<(string Sender, uint Sequence), byte>();
        var (contradicting, damaged) = (0, 0);
        foreach (var row in TsharkTable.ReadVerified(path, "tcp.len > 0", "ip.src", "tcp.seq_raw", "tcp.payload", "tcp.checksum.status"))
        {
            var (octets, differs) = (Convert.FromHexString(row[2]), false);
            for (var i = 0; i < octets.Length; i++)
            {
                var place = (row[0], uint.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture) + (uint)i);
                differs |= !seen.TryAdd(place, octets[i]) && seen[place] != octets[i];
            }
            contradicting += differs ? 1 : 0;
            damaged += differs && row[3] == "0" ? 1 : 0;
        }

        // All five have a wrong checksum, so no receiver took them: they are no contradiction of what was said.
        Assert.Equal((5, 5, 0L), (contradicting, damaged, Ours(path)));
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
