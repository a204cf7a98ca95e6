using System.Text.Json;
using static Sensor.Tests.Output.Formats.JsonShape;

namespace Sensor.Tests.Output.Formats;

/// <summary>
/// OCSF objects hold the attributes of Detection Finding with their types, all that are required, and ids that agree with each other.
/// </summary>
public sealed class OcsfSinkTests
{
    private static readonly JsonRule Mac = Matching("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    private static readonly JsonRule Named = And(Object(("uid", FilledText), ("name", FilledText)), AtLeastOneOf("uid", "name"));

    private static readonly JsonRule Endpoint = And(
        Object(("ip", Address), ("mac", Mac), ("port", Port), ("vlan_uid", FilledText)), AtLeastOneOf("ip", "mac"));

    private static readonly JsonRule Metadata = Object(
        ("!version", OneOf("1.4.0")), ("uid", FilledText), ("correlation_uid", FilledText), ("event_code", FilledText), ("log_name", Text),
        ("log_provider", Text), ("original_time", Timestamp),
            ("!product", Object(("!name", FilledText), ("!vendor_name", FilledText), ("version", FilledText))));

    private static readonly JsonRule FindingInfo = Object(
        ("!uid", Matching("[0-9a-f-]{36}")), ("!title", FilledText), ("desc", Text), ("types", List(FilledText)),
            ("data_sources", List(FilledText)),
        ("created_time", Number), ("first_seen_time", Number), ("last_seen_time", Number),
        ("!analytic", Object(("!type_id", OneOf(1)), ("type", OneOf("Rule")), ("uid", FilledText), ("name", FilledText),
            ("desc", FilledText))),
        ("!attacks", List(And(
            Object(("tactics", List(Named)), ("technique", Named), ("sub_technique", Named)),
                AtLeastOneOf("tactics", "technique", "sub_technique")), 0)));

    private static readonly JsonRule Evidence = And(
        Object(
            ("src_endpoint", Endpoint), ("dst_endpoint", Endpoint),
            ("connection_info", Object(
                ("!direction_id", OneOf(0)), ("direction", OneOf("Unknown")), ("protocol_name", FilledText), ("protocol_num", Number),
                ("protocol_ver_id", OneOf(4, 6)), ("uid", FilledText))),
            ("query", Object(("!hostname", FilledText))),
            ("actor", Object(("!user", Object(("!name", FilledText), ("domain", FilledText))))),
            ("url", Object(("url_string", FilledText))),
            ("file", Object(("!name", FilledText), ("!type_id", OneOf(1)), ("hashes", List(Object(
                ("!algorithm_id", OneOf(3)), ("algorithm", OneOf("SHA-256")), ("!value", FilledText)))))),
            ("data", Anything)),
        AtLeastOneOf("connection_info", "data", "src_endpoint", "dst_endpoint", "query", "url", "file"));

    private static readonly JsonRule Schema = Object(
        ("!category_uid", OneOf(2)), ("category_name", OneOf("Findings")), ("!class_uid", OneOf(2004)),
            ("class_name", OneOf("Detection Finding")),
        ("!activity_id", OneOf(1)), ("activity_name", OneOf("Create")), ("!type_uid", Number),
            ("type_name", OneOf("Detection Finding: Create")),
        ("!time", Number), ("start_time", Number), ("end_time", Number), ("!severity_id", OneOf(1, 2, 3, 4, 5)),
        ("severity", OneOf("Informational", "Low", "Medium", "High", "Critical")), ("confidence_id", OneOf(1, 2, 3)),
        ("confidence", OneOf("Low", "Medium", "High")), ("status_id", OneOf(1)), ("status", OneOf("New")), ("is_alert", True),
            ("message", Text),
        ("!metadata", Metadata), ("!finding_info", FindingInfo), ("!evidences", List(Evidence)),
        ("resources", List(And(Object(("type", FilledText), ("name", FilledText), ("uid", FilledText)), AtLeastOneOf("name", "uid")))),
        ("remediation", Object(("!desc", FilledText))), ("unmapped", Object(("!sensor", Anything))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Holds_to_the_schema(bool all)
    {
        var lines = FormatRun.OfCaptures("ocsf", all).Concat(FormatRun.Play("ocsf", all, FormatRun.Hostile)).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            Assert.Empty(Schema(line, "$"));
            int Id(string name) => line.GetProperty(name).GetInt32();
            Assert.Equal((Id("class_uid") * 100) + Id("activity_id"), Id("type_uid"));
            Assert.Equal(Id("class_uid") / 1000, Id("category_uid"));
            Assert.Equal(Array.IndexOf(["Informational", "Low", "Medium", "High", "Critical"], line.GetProperty("severity")
                .GetString()) + 1, Id("severity_id"));
            Assert.Equal(Array.IndexOf(["Low", "Medium", "High"], line.GetProperty("confidence").GetString()) + 1, Id("confidence_id"));
            Assert.Equal(
                Array.IndexOf(["info", "low", "medium", "high", "critical"], line.GetProperty("unmapped").GetProperty("sensor")
                    .GetProperty("severity").GetString()) + 1,
                Id("severity_id"));
            Assert.Equal(!all, line.TryGetProperty("is_alert", out _));
        }
    }

    [Fact]
    public void Tells_the_packet()
    {
        var line = JsonDocument.Parse(FormatRun.Play("ocsf", all: false, "wpad")[0]).RootElement;
        Assert.Equal(1_795_428_684_123, line.GetProperty("time").GetInt64());
        var evidence = line.GetProperty("evidences")[0];
        Assert.Equal("""{"ip":"192.168.1.66","mac":"02:00:00:00:00:66","port":5355,"vlan_uid":"20"}""", evidence.GetProperty("src_endpoint").GetRawText());
        Assert.Equal("wpad", evidence.GetProperty("query").GetProperty("hostname").GetString());
        Assert.Equal("T1557.001", line.GetProperty("finding_info").GetProperty("attacks")[0].GetProperty("sub_technique")
            .GetProperty("uid").GetString());
    }
}
