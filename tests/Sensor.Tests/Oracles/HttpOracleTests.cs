using System.Text;
using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Tests.Oracles;

/// <summary>The HTTP messages of all shared captures, against tshark's reassembly and dissection.</summary>
public class HttpOracleTests
{
    private const string Unfinished = "tshark lists a response with its last octet; these go on after the capture's end or have holes";

    /// <summary>Messages that we see and tshark does not list, sorted, and why.</summary>
    private static readonly Dictionary<string, (string Messages, string Why)> More = new()
    {
        ["BENIGN-BROWSING-2011__try-zeek-http.pcap"] = ("200×4", Unfinished),
        ["ENC-ERSPAN-VXLAN__arkime-gre-erspan-vxlan.pcap"] = ("GET /Hello Arkime×1", "a target with a space"),
        ["HTTP-GAP__suricata-verify-http-gap-simple-input.pcap"] = ("200×1", Unfinished),
        ["UPDATE-APT__suricata-verify-http-aptget-ids-02-s2.pcap"] = ("200×1", Unfinished),
        ["WPAD-CAMPUS-LAN__nDPI-1kxun.pcap"] = ("101×3 200×6 206×1", Unfinished + "; and interim answers 101 are not asked of tshark"),
        ["WPAD-LLMNR-NBNS-IN-GRE__zeek-erspan.pcap"] = ("200×3", Unfinished),
    };

    /// <summary>Messages that tshark lists and we do not, and why.</summary>
    private static readonly (string File, string Message, string Why)[] NotOurs =
    [
        ("ENC-MPLS-VLAN__zeek-mixed-vlan-mpls.pcap", "GET /", "HTTP/0.9 has no version and no heads"),
        ("ENC-ERSPAN-VXLAN__arkime-gre-erspan-vxlan.pcap", "GET /Hello", "its target is \"/Hello Arkime\", with a space, which tshark cuts"),
    ];

    public static TheoryData<string> Captures() => [.. SharedCaptures.NamesIn("given")];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Requests_and_responses_are_those_of_tshark(string name)
    {
        Assert.SkipWhen(name.Length == 0, SharedCaptures.Absent);
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var path = SharedCaptures.PathOf("given", name);
        var ours = HttpMessages.Of(path);
        var requests = Tshark(path, "(http.request || http.notification) && tcp", "http.request.method", "http.request.uri");
        var responses = Tshark(path, "http.response && tcp && http.response.code >= 200", "http.response.code");
        var missing = Without(requests, ours.Requests).Concat(Without(responses, ours.Responses));
        var surplus = Without(ours.Requests, requests).Concat(Without(ours.Responses, responses));
        Assert.Empty(missing.Except(NotOurs.Where(listed => listed.File == name).Select(static listed => listed.Message)));
        Assert.Equal(More.TryGetValue(name, out var known) ? known.Messages : "", Counted(surplus));
    }

    // "200×4 GET /x×1".
    private static string Counted(IEnumerable<string> messages) => string.Join(' ', messages
        .CountBy(static message => message).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}×{pair.Value}"));

    private static List<string> Without(IEnumerable<string> list, IEnumerable<string> others)
    {
        var rest = list.ToList();
        foreach (var other in others)
            rest.Remove(other);
        return rest;
    }

    // Several messages in one frame stand in one field, separated by commas; a target may hold commas itself.
    private static List<string> Tshark(string path, string filter, params string[] fields) =>
        [.. TsharkTable.Read(path, filter, fields).SelectMany(row => row.Length == 1 ? row[0].Split(',') : [string.Join(' ', row)])];

    /// <summary>Our HTTP messages of a capture.</summary>
    private sealed class HttpMessages : IObserve<HttpRequested>, IObserve<HttpAnswered>
    {
        public List<string> Requests { get; } = [];

        public List<string> Responses { get; } = [];

        public static HttpMessages Of(string path)
        {
            using var source = CaptureTimeline.Open([path]);
            var messages = new HttpMessages();
            var bus = new ObservationBus();
            bus.Subscribe<HttpRequested>(messages);
            bus.Subscribe<HttpAnswered>(messages);
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
            for (var i = 0; i < log.Count; i++)
                log.Deliver(i, bus);
            return messages;
        }

        public void Observe(in Observed<HttpRequested> seen) =>
            Requests.Add($"{Encoding.Latin1.GetString(seen.Text(seen.Fact.Method))} {Encoding.Latin1.GetString(seen.Text(seen.Fact.Target))}");

        public void Observe(in Observed<HttpAnswered> seen) => Responses.Add($"{seen.Fact.Status}");
    }
}
