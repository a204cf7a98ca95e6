using System.Text.Json;
using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Tests.Output;

public sealed class EveSinkTests
{
    private static List<JsonElement> Play(bool all, Scene? scene = null, string summary = "s")
    {
        using var text = new StringWriter();
        using var sink = new EveSink(text, all);
        (scene ?? new Scene()).Play(sink, summary);
        sink.End(Scene.Summary());
        Assert.True(text.ToString().Length == 0 || text.ToString().EndsWith('\n'));
        return text.ToString().Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToList();
    }

    [Fact]
    public void One_line_for_each_alert()
    {
        var lines = Play(all: false);
        Assert.Equal([12, 22, 40], lines.Select(line => line.GetProperty("pcap_cnt").GetInt64()));
    }

    [Fact]
    public void With_all_one_line_for_each_finding_but_none_for_repeats()
    {
        var lines = Play(all: true);
        Assert.Equal([12, 22, 40, 50], lines.Select(line => line.GetProperty("pcap_cnt").GetInt64()));
    }

    [Fact]
    public void The_line_is_exactly_this()
    {
        using var text = new StringWriter();
        using var sink = new EveSink(text, all: false);
        new Scene().Play(sink, "192.168.1.66 answered 192.168.1.20 for wpad");
        const string Expected =
            """
            {"timestamp":"2026-11-23T10:11:24.123456+0000","pcap_cnt":12,"pcap_filename":"x.pcap","event_type":"alert","vlan":[20],
            "src_ip":"192.168.1.66","src_port":5355,"dest_ip":"192.168.1.20","dest_port":50000,"proto":"UDP","app_proto":"llmnr",
            "community_id":"1:X","ether":{"src_mac":"02:00:00:00:00:66","dest_mac":"02:00:00:00:00:20"},
            "alert":{"action":"allowed","gid":1,"signature_id":1102,"rev":1,"signature":"A host answered LLMNR for wpad",
            "category":"Spoofed Name Answer","severity":1,"metadata":{"confidence":["likely"],"mitre_technique_id":["T1557.001"]}},
            "sensor":{"detector":"llmnr-wpad-answer","severity":"high","confidence":"likely","incident_id":"I",
            "incident_severity":"high","incident_confidence":"likely","stage":"lure",
            "suspect":{"mac":["02:00:00:00:00:66"],"ips":["192.168.1.66"],"names":["kali"]},
            "victims":[{"ip":"192.168.1.20","mac":"02:00:00:00:00:20","furthest":"lure",
            "stages":[{"stage":"lure","first_seen":"2026-11-23T10:11:24.123456+0000",
            "frames":[{"file":"x.pcap","number":11},{"file":"x.pcap","number":12}]}]}],
            "frames":[{"file":"x.pcap","number":11},{"file":"x.pcap","number":12}],
            "summary":"192.168.1.66 answered 192.168.1.20 for wpad","refuted_by":"192.168.1.66 is your WPAD host",
            "next_steps":["Isolate 192.168.1.66","Look at the proxy settings of 192.168.1.20"],"techniques":["T1557.001"]}}
            """;
        var line = text.ToString().Split('\n')[0];
        var id = JsonDocument.Parse(line).RootElement.GetProperty("community_id").GetString()!;
        Assert.Equal(2 + 28, id.Length);
        var incident = JsonDocument.Parse(line).RootElement.GetProperty("sensor").GetProperty("incident_id").GetString()!;
        Assert.Matches("^[0-9a-f]{16}$", incident);
        line = line.Replace(id, "1:X", StringComparison.Ordinal).Replace(incident, "I", StringComparison.Ordinal);
        Assert.Equal(Expected.ReplaceLineEndings(""), line);
    }

    [Fact]
    public void Whatever_the_wire_says_a_line_stays_one_line_of_json()
    {
        const string Hostile = "a\nb\r\u0000\u001b[31m\u2028\u202e\ud800 \"\\ \u007f é 中 \ud83d\ude00";
        var summary = Play(all: false, summary: Hostile)[0].GetProperty("sensor").GetProperty("summary").GetString();
        Assert.Equal(Hostile.Replace("\ud800", "\ufffd", StringComparison.Ordinal), summary);
    }

    [Fact]
    public void Further_facts_are_lists_by_name()
    {
        var metadata = Play(all: false)[2].GetProperty("alert").GetProperty("metadata");
        Assert.Equal("""["http://192.168.1.66/wpad.dat"]""", metadata.GetProperty("pac_url").GetRawText());
        Assert.Equal("""["wpad","wpad.local"]""", metadata.GetProperty("name").GetRawText());
    }

    [Fact]
    public void Arp_has_addresses_but_no_ports_and_no_flow()
    {
        var scene = new Scene();
        using var text = new StringWriter();
        using var sink = new EveSink(text, all: false);
        sink.BeginRun(scene.View());
        var finding = scene.Finding(Scene.Lure, 1, null, "s");
        var at = finding.At with { Protocol = 0, SourcePort = 0, DestinationPort = 0, Segment = 0 };
        scene.Book.AlertRaised = sink.Alerted;
        scene.Book.Raise(finding with { At = at });
        var line = JsonDocument.Parse(text.ToString()).RootElement;
        Assert.Equal("ARP", line.GetProperty("proto").GetString());
        Assert.Equal("192.168.1.66", line.GetProperty("src_ip").GetString());
        foreach (var absent in new[] { "src_port", "dest_port", "community_id", "app_proto", "vlan", "in_iface" })
            Assert.False(line.TryGetProperty(absent, out _), absent);
        Assert.Equal("[]", line.GetProperty("sensor").GetProperty("victims").GetRawText());
    }

    [Theory]
    [InlineData(Severity.Critical, 1)]
    [InlineData(Severity.High, 1)]
    [InlineData(Severity.Medium, 2)]
    [InlineData(Severity.Low, 3)]
    [InlineData(Severity.Info, 4)]
    public void Severities_are_numbers_as_in_suricata(Severity severity, int number) => Assert.Equal(number, Words.EveSeverity(severity));

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000+0000")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775+0000")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224+0000")]
    public void Any_time_a_capture_can_hold_is_written(long timestampNs, string text) => Assert.Equal(text, PacketTime.Eve(timestampNs));
}
