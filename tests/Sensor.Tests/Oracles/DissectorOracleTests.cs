using Sensor.Core.Analyzers;
using Sensor.Core.Frames;

namespace Sensor.Tests.Oracles;

public class DissectorOracleTests
{
    /// <summary>Frames where tshark arrives somewhere else, and why ours is the better place.</summary>
    private static readonly (string File, int Frame, string Why)[] Explained =
    [
        ("FRAG-IPV4-GARBAGE__nDPI-ip_fragmented_garbage.pcap", 313, "the TCP header's data offset is impossible; tshark shows its ports"),
        ("FRAG-IPV4-GARBAGE__nDPI-ip_fragmented_garbage.pcap", 1252, "as frame 313"),
        ("FRAG-IPV4__zeek-fragmented-1.pcap", 3, "reaches beyond the last fragment's end, hosts refuse it; tshark takes it"),
        ("FRAG-IPV6__suricata-verify-frag-15.pcap", 59, "ends at octet 65,543: longer than a datagram can be; tshark puts it together"),
    ];

    /// <summary>Captures PacketDotNet reads no packet of.</summary>
    private static readonly string[] UnknownToPacketDotNet = ["LINK-NFLOG__arkime-nflog.pcap"];

    public static TheoryData<string> Given => [.. SharedCaptures.NamesIn("given")];

    [Theory]
    [MemberData(nameof(Given))]
    public void Arrives_where_tshark_does(string name)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var path = SharedCaptures.PathOf("given", name);
        var batch = CaptureOctets.Read(path);
        var theirs = TsharkFrames.Read(path);
        Assert.Equal(theirs.Count, batch.Count);
        var dissector = new Dissector(new SegmentTable());
        var disagreements = new List<string>();
        for (var i = 0; i < batch.Count; i++)
        {
            dissector.Dissect(batch, i, out var packet);
            var ours = DissectedFrame.Of(in packet, dissector.Segments);
            var agree = ours with { Protocols = "" } == theirs[i] with { Protocols = "" };
            if (!agree && !Explained.Any(e => e.File == name && e.Frame == i + 1))
                disagreements.Add($"frame {i + 1}: {ours} / {theirs[i]}");
        }
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
    }

    [Theory]
    [MemberData(nameof(Given))]
    public void Reads_the_addresses_and_ports_PacketDotNet_reads(string name)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var batch = CaptureOctets.Read(SharedCaptures.PathOf("given", name));
        var dissector = new Dissector(new SegmentTable());
        var disagreements = new List<string>();
        int asked = 0, answered = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            dissector.Dissect(batch, i, out var packet);
            var isOurs = packet.Kind is PacketKind.Tcp or PacketKind.Udp;
            // It opens few tunnels and puts no fragments together.
            if (!isOurs || packet.InSide || dissector.Segments.Describe(packet.Segment).Overlay != OverlayKind.None)
                continue;
            var ours = $"{packet.Source}:{packet.SourcePort} {packet.Destination}:{packet.DestinationPort}";
            asked++;
            if (PacketDotNetFrame.Read(batch, i) is not { } theirs)
                continue;
            answered++;
            if (theirs != ours)
                disagreements.Add($"frame {i + 1}: {ours} / {theirs}");
        }
        Assert.Equal(asked > 0 && !UnknownToPacketDotNet.Contains(name), answered > 0);
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
    }
}
