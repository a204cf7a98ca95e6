using System.Text.Json;
using Sensor.Output;

namespace Sensor.Tests.Output;

public sealed class IncidentSinkTests
{
    private static List<JsonElement> Play(bool all)
    {
        using var text = new StringWriter();
        using var sink = new IncidentSink(text, all);
        new Scene().Play(sink);
        return text.ToString().Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToList();
    }

    [Fact]
    public void One_line_tells_the_whole_incident()
    {
        var incident = Assert.Single(Play(all: false));
        Assert.Equal("high", incident.GetProperty("severity").GetString());
        Assert.True(incident.GetProperty("alerted").GetBoolean());
        Assert.Equal(["pac", "lure"], incident.GetProperty("victims").EnumerateArray().Select(victim => victim.GetProperty("furthest").GetString()!));
        var reached = incident.GetProperty("victims")[0].GetProperty("stages");
        Assert.Equal(["lure", "pac"], reached.EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()!));
        Assert.Equal("2026-11-23T10:11:52.123456+0000", reached[1].GetProperty("first_seen").GetString());
        Assert.Equal([39, 40], reached[1].GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("number").GetInt32()));
        Assert.Equal(["lure", "pac"], incident.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetString()!));
        Assert.Equal([11, 12, 21, 22], incident.GetProperty("stages")[0].GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("number").GetInt32()));
        Assert.Equal([2, 1, 1], incident.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("count").GetInt32()));
        Assert.Equal(1, incident.GetProperty("refuted_by").GetArrayLength());
        Assert.Equal(2, incident.GetProperty("next_steps").GetArrayLength());
    }

    [Fact]
    public void With_all_the_exposed_hosts_follow()
    {
        var incidents = Play(all: true);
        Assert.Equal([true, false], incidents.Select(incident => incident.GetProperty("alerted").GetBoolean()));
        Assert.Equal("exposure", incidents[1].GetProperty("stages")[0].GetProperty("stage").GetString());
    }
}
