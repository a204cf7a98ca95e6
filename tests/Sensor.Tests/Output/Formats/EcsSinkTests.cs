using System.Text.Json;
using static Sensor.Tests.Output.Formats.JsonShape;

namespace Sensor.Tests.Output.Formats;

/// <summary>ECS documents hold ECS fields of ECS types and nothing else but the object "sensor".</summary>
public sealed class EcsSinkTests
{
    /// <summary>MACs in upper case with hyphens, as the schema says (RFC 7042).</summary>
    private static readonly JsonRule Mac = Matching("[0-9A-F]{2}(-[0-9A-F]{2}){5}");

    private static readonly JsonRule Endpoint = And(
        Object(("address", FilledText), ("ip", Address), ("mac", Mac), ("port", Port)), AtLeastOneOf("ip", "mac"));

    private static readonly JsonRule Vlan = Object(("!id", Matching("[0-9]{1,4}")));

    private static readonly JsonRule Named = Object(("!id", List(FilledText)), ("!name", List(FilledText)));

    private static readonly JsonRule Schema = Object(
        ("!@timestamp", Timestamp),
        ("!message", Text),
        ("!ecs", Object(("!version", Matching(@"8\.\d+\.\d+")))),
        ("!event", Object(
            ("!kind", OneOf("alert")), ("!category", List(OneOf("network", "intrusion_detection"), 2)), ("!type", List(OneOf("info"))),
            ("!action", FilledText), ("!code", Matching("1[1-6]0?[0-9]+")), ("!dataset", OneOf("sensor.alert")),
                ("!module", OneOf("sensor")),
            ("!provider", FilledText), ("!id", Matching("[0-9a-f-]{36}")), ("!severity", OneOf(1, 21, 47, 73, 99)), ("!start", Timestamp),
            ("!end", Timestamp), ("!reason", Text))),
        ("!rule", Object(
            ("!id", FilledText), ("!name", FilledText), ("!version", FilledText), ("!category", FilledText), ("!ruleset", FilledText),
                ("reference", FilledText))),
        ("source", Endpoint),
        ("destination", Endpoint),
        ("!network", Object(
            ("type", OneOf("ipv4", "ipv6")), ("transport", Matching("[a-z0-9-]+")), ("iana_number", Matching("[0-9]{1,3}")),
                ("protocol", Matching("[a-z0-9]+")),
            ("community_id", Matching("1:[A-Za-z0-9+/]{27}=")), ("vlan", Vlan), ("inner", Object(("!vlan", Vlan))))),
        ("!observer", Object(
            ("!hostname", FilledText), ("!vendor", FilledText), ("!product", FilledText), ("!type", OneOf("ids")), ("!version", FilledText),
            ("!ingress", Object(("!interface", Object(("!name", FilledText))))))),
        ("dns", Object(("!question", Object(("!name", FilledText))))),
        ("url", Object(("!original", FilledText), ("full", FilledText))),
        ("user", Object(("!name", FilledText), ("domain", FilledText))),
        ("tls", Object(
            ("!client", Object(("!server_name", FilledText))),
            ("!server", Object(("!subject", FilledText), ("issuer", FilledText), ("hash", Object(("!sha256", FilledText))))))),
        ("file", Object(("!hash", Object(("!sha256", FilledText))))),
        ("!related", Object(("!ip", List(Address, 0)), ("!hosts", List(Text, 0)), ("hash", List(FilledText)), ("user", List(FilledText)))),
        ("threat", Object(
            ("!framework", OneOf("MITRE ATT&CK")), ("!tactic", Named),
            ("!technique", Object(("!id", List(Matching(@"T\d{4}"))), ("!name", List(FilledText)), ("subtechnique", Object(
                ("!id", List(Matching(@"T\d{4}\.\d{3}"))), ("!name", List(FilledText)))))))),
        ("!sensor", Anything));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Holds_to_the_schema(bool all)
    {
        var lines = FormatRun.OfCaptures("ecs", all).Concat(FormatRun.Play("ecs", all, FormatRun.Hostile)).ToList();
        Assert.NotEmpty(lines);
        Assert.Empty(lines.SelectMany(line => Schema(JsonDocument.Parse(line).RootElement, "$")).Distinct());
    }

    [Fact]
    public void Tells_the_packet_and_the_rule()
    {
        var line = JsonDocument.Parse(FormatRun.Play("ecs", all: false, "wpad")[0]).RootElement;
        Assert.Equal("2026-11-23T10:11:24.123456789Z", line.GetProperty("@timestamp").GetString());
        Assert.Equal("""{"address":"192.168.1.66","ip":"192.168.1.66","mac":"02-00-00-00-00-66","port":5355}""", line.GetProperty("source").GetRawText());
        Assert.Equal("20", line.GetProperty("network").GetProperty("vlan").GetProperty("id").GetString());
        Assert.Equal("llmnr", line.GetProperty("network").GetProperty("protocol").GetString());
        Assert.Equal("1102", line.GetProperty("rule").GetProperty("id").GetString());
        Assert.Equal("wpad", line.GetProperty("dns").GetProperty("question").GetProperty("name").GetString());
        Assert.Equal("T1557.001", line.GetProperty("threat").GetProperty("technique").GetProperty("subtechnique").GetProperty("id")[0]
            .GetString());
        Assert.Equal(73, line.GetProperty("event").GetProperty("severity").GetInt32());
        Assert.Equal("2026-11-23T10:11:23.123456789Z", line.GetProperty("event").GetProperty("start").GetString());
    }

    [Fact]
    public void Hostile_text_comes_back_as_it_was()
    {
        var line = JsonDocument.Parse(FormatRun.Play("ecs", all: false, FormatRun.Hostile)[0]).RootElement;
        // Half a character is no text: it becomes the replacement character.
        Assert.Equal(FormatRun.Hostile.Replace('\ud800', '\ufffd'), line.GetProperty("message").GetString());
    }
}
