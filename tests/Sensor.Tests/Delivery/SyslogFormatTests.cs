using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Syslog;
using Sensor.Output.Delivery.Transports;
using Sensor.Tests.Output.Formats;

namespace Sensor.Tests.Delivery;

/// <summary>Syslog messages, octet by octet and read back by a strict parser.</summary>
public sealed partial class SyslogFormatTests
{
    private static TargetSettings Target(BodyFormat format = BodyFormat.Text, SyslogStandard standard = SyslogStandard.Rfc5424) => new()
    {
        Name = "t",
        Host = "127.0.0.1",
        Format = format,
        Standard = standard,
        Protocol = SyslogProtocol.Tcp,
    };

    public static TheoryData<BodyFormat, int> Everything()
    {
        var data = new TheoryData<BodyFormat, int>();
        foreach (var format in Enum.GetValues<BodyFormat>().Where(format => format != BodyFormat.Stix))
        {
            for (var i = 0; i < Told.Hostile.Length; i++)
                data.Add(format, i);
        }
        return data;
    }

    [Fact]
    public void A_message_of_rfc_5424_is_exactly_this()
    {
        const string Expected =
            "<131>1 "                                             // local0 (16) * 8 + error (3), version 1
            + "2026-11-23T10:11:24.123456Z "                      // packet time, six digits, UTC
            + "sensor-1.example.net sensor 4711 llmnr-wpad-answer "
            + "[sensor@32473 id=\"ID\" incident=\"INCIDENT\" severity=\"high\" confidence=\"likely\" stage=\"lure\" "
            + "suspect=\"192.168.1.66\" suspectMac=\"02:00:00:00:00:66\" suspectName=\"kali\" "
            + "victim=\"192.168.1.20\" victimMac=\"02:00:00:00:00:20\" victimName=\"ws1\" "
            + "technique=\"T1557.001\" vlan=\"20\" interface=\"x.pcap\" frame=\"12\"] "
            + "HIGH llmnr-wpad-answer: 192.168.1.66 answered 192.168.1.20 for wpad | "
            + "suspect: 192.168.1.66, MAC 02:00:00:00:00:66, name kali | victim: 192.168.1.20, MAC 02:00:00:00:00:20, name ws1 | "
            + "likely, incident INCIDENT, id ID, 2026-11-23T10:11:24.123456789Z, x.pcap frames 11, 12 | "
            + "not so if: 192.168.1.66 is your WPAD host | next: Isolate 192.168.1.66; Look at the proxy settings of 192.168.1.20";
        var message = Told.Message(Target());
        var parsed = Rfc5424Parser.Read(Told.Octets(message));
        Assert.Equal(Expected, message.Replace(parsed.Params["id"], "ID").Replace(parsed.Params["incident"], "INCIDENT"));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", parsed.Params["id"]);
    }

    [Fact]
    public void A_message_of_rfc_3164_is_exactly_this()
    {
        var message = Told.Message(Target(BodyFormat.Cef, SyslogStandard.Rfc3164));
        // Section 4.1: the day of the month is padded with a space, the host name has no domain.
        Assert.StartsWith("<131>Nov 23 10:11:24 sensor-1 sensor[4711]: CEF:0|Sensor|sensor|", message, StringComparison.Ordinal);
        var local = Told.Message(Target(BodyFormat.Cef, SyslogStandard.Rfc3164) with { Protocol = SyslogProtocol.Local });
        Assert.StartsWith("<131>Nov 23 10:11:24 sensor[4711]: CEF:0|", local, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "<131>Jan  1 00:00:00 h a: ")]
    [InlineData(1_767_225_599_999_999_999, "<131>Dec 31 23:59:59 h a: ")]
    public void Days_are_padded_as_rfc_3164_wants_them(long timestampNs, string expected)
    {
        var facts = new MessageFacts("id", "", timestampNs, Detection.Incidents.Severity.High, "kind", []);
        Assert.Equal(expected, Rfc3164Header.Write(new SyslogOrigin(SyslogFacility.Local0, "h", "a", ""), facts, withHostName: true));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("a.b.c", "a")]
    [InlineData("", "-")]
    public void The_host_of_rfc_3164_has_no_domain(string name, string expected)
    {
        var facts = new MessageFacts("id", "", 0, Detection.Incidents.Severity.Info, "kind", []);
        Assert.Equal($"<134>Jan  1 00:00:00 {expected} a: ",
            Rfc3164Header.Write(new SyslogOrigin(SyslogFacility.Local0, name, "a", ""), facts, withHostName: true));
    }

    [Fact]
    public void Any_header_is_within_the_grammar()
    {
        var text = Gen.String[Gen.Char, 0, 300];
        Gen.Select(text, text, text, text, Gen.Long, Gen.Select(text, text)).Sample((host, app, process, kind, time, data) =>
        {
            var facts = new MessageFacts("id", "", time, Detection.Incidents.Severity.Low, kind,
                [new("id", data.Item1), new("suspect", data.Item2)]);
            var header = Rfc5424Header.Write(new SyslogOrigin(SyslogFacility.Audit, host, app, process), facts, withNames: true);
            var parsed = Rfc5424Parser.Read(Told.Octets(header + "x"));
            Assert.Equal((13, 5, "x", "sensor@32473"), (parsed.Facility, parsed.Severity, parsed.Message, parsed.SdId));
            Assert.Equal(Shown(data.Item1), parsed.Params["id"]);
            Assert.Equal(Shown(data.Item2), parsed.Params["suspect"]);
        }, iter: 2000);

        // What came back is what was put in, control characters and half characters made visible.
        static string Shown(string value) => Sensor.Output.TextPage.Printable(value).Replace("\uFFFD", "\uFFFD");
    }

    [Theory, MemberData(nameof(Everything))]
    public void Whatever_the_wire_says_the_message_is_whole(BodyFormat format, int which)
    {
        var text = Told.Hostile[which];
        foreach (var size in (int[])[0, 1024, 65_536, 1_048_576])
        {
            var target = Target(format) with { MaxSize = size };
            var octets = Told.Octets(Told.Message(target, text, text));
            Assert.InRange(octets.Length, 1, TargetDefaults.MaxSizeOf(target));
            var parsed = Rfc5424Parser.Read(octets);
            Assert.Equal(("llmnr-wpad-answer", "high", "likely"), (parsed.MsgId, parsed.Params["severity"], parsed.Params["confidence"]));
            CheckBody(format, parsed.Message);
            Assert.Equal(format == BodyFormat.Text && !Ascii.IsValid(parsed.Message), parsed.HasBom);
            Assert.DoesNotContain(octets, static octet => octet < 32 && octet != '\t');
            if (format != BodyFormat.Leef)
                Assert.DoesNotContain((byte)'\t', octets);
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public void Whatever_the_wire_says_rfc_3164_is_one_line_with_the_body_whole(BodyFormat format, int which)
    {
        var text = Told.Hostile[which];
        var message = Told.Message(Target(format, SyslogStandard.Rfc3164), text, text);
        var match = Bsd().Match(message);
        Assert.True(match.Success, message[..Math.Min(200, message.Length)]);
        CheckBody(format, match.Groups[1].Value);
    }

    [Theory]
    [InlineData(SyslogFraming.Octets, "3 a\nb2 \u00e9")]
    [InlineData(SyslogFraming.Lf, "a\\nb\n\u00e9\n")]
    public void Messages_of_a_stream_are_told_apart(SyslogFraming framing, string expected)
    {
        using var stream = new MemoryStream();
        SyslogFrame.Write(stream, "a\nb", framing);
        SyslogFrame.Write(stream, "\u00e9", framing);
        Assert.Equal(expected, Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData(ByteOrderMark.Auto, BodyFormat.Text, "plain", false)]
    [InlineData(ByteOrderMark.Auto, BodyFormat.Text, "caf\u00e9", true)]
    [InlineData(ByteOrderMark.Always, BodyFormat.Text, "plain", true)]
    [InlineData(ByteOrderMark.Never, BodyFormat.Text, "caf\u00e9", false)]
    [InlineData(ByteOrderMark.Auto, BodyFormat.Eve, "caf\u00e9", false)]
    [InlineData(ByteOrderMark.Always, BodyFormat.Ecs, "caf\u00e9", false)]
    [InlineData(ByteOrderMark.Auto, BodyFormat.Cef, "caf\u00e9", false)]
    public void The_mark_stands_before_text_that_needs_it(ByteOrderMark mark, BodyFormat format, string summary, bool isThere)
    {
        var message = Told.Message(Target(format) with { Bom = mark }, summary);
        Assert.Equal(isThere, Rfc5424Parser.Read(Told.Octets(message)).HasBom);
        var old = Told.Message(Target(format, SyslogStandard.Rfc3164) with { Bom = mark }, summary);
        Assert.DoesNotContain('\uFEFF', old);
    }

    internal static void CheckBody(BodyFormat format, string body)
    {
        switch (format)
        {
            case BodyFormat.Text:
                Assert.StartsWith("HIGH llmnr-wpad-answer: ", body, StringComparison.Ordinal);
                break;
            case BodyFormat.Cef:
                var cef = CefParser.Read(body);
                Assert.Equal(("1102", "8", "llmnr-wpad-answer", "192.168.1.66"),
                    (cef.Header[4], cef.Header[6], cef.Extension["cs2"], cef.Extension["src"]));
                Assert.True(cef.Extension.ContainsKey("externalId") && cef.Extension.ContainsKey("cs1"));
                break;
            case BodyFormat.Leef:
                var leef = Leef(body);
                Assert.Equal(("8", "192.168.1.66", "llmnr-wpad-answer"), (leef["sev"], leef["src"], leef["detector"]));
                break;
            default:
                var root = JsonDocument.Parse(body).RootElement;
                var sensor = (root.TryGetProperty("unmapped", out var unmapped) ? unmapped : root).GetProperty("sensor");
                Assert.Equal("llmnr-wpad-answer", sensor.GetProperty("detector").GetString());
                Assert.Matches("^[0-9a-f]{16}$", sensor.GetProperty("incident_id").GetString());
                break;
        }
    }

    internal static Dictionary<string, string> Leef(string body)
    {
        var header = body.Split('|', 7);
        Assert.Equal(("LEEF:2.0", "x09"), (header[0], header[5]));
        var pairs = new Dictionary<string, string>();
        foreach (var pair in header[6].Split('\t'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            Assert.True(equals > 0 && pairs.TryAdd(pair[..equals], pair[(equals + 1)..]), pair);
        }
        return pairs;
    }

    [GeneratedRegex(@"^<131>Nov 23 10:11:24 sensor-1 sensor\[4711\]: ([^\n\r\0]*)$", RegexOptions.Singleline)]
    private static partial Regex Bsd();
}
