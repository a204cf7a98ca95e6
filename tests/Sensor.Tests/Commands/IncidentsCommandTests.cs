using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Store;

namespace Sensor.Tests.Commands;

public sealed class IncidentsCommandTests : TemporaryFolder
{
    private string StorePath => PathOf("sensor.db");

    [Fact]
    public void Lists_incidents_while_the_store_is_written()
    {
        using var store = Filled(out var world);
        var run = Invocation.Of("incidents", "--store", StorePath);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.All(world.Detection.Incidents.Incidents, incident => Assert.Contains(incident.Id, run.Output, StringComparison.Ordinal));
        var lines = Invocation.Of("incidents", "--store", StorePath, "--format", "jsonl").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(world.Detection.Incidents.Incidents.Count, lines.Length);
        Assert.All(lines, line => System.Text.Json.JsonDocument.Parse(line).Dispose());
        Assert.Equal("No incidents.\n", Invocation.Of("incidents", "--store", StorePath, "--since", "2999-01-01").Output);
    }

    [Fact]
    public void Shows_one_incident_by_the_beginning_of_its_id_and_writes_its_frames()
    {
        using var store = Filled(out var world);
        var incident = world.Detection.Incidents.Incidents[0];
        var run = Invocation.Of("incidents", incident.Id[..8], "--store", StorePath, "--evidence", PathOf("case.pcapng"));
        Assert.Equal(0, run.Status);
        Assert.Contains($"Incident {incident.Id}", run.Output, StringComparison.Ordinal);
        Assert.All(incident.Findings, recorded => Assert.Contains(recorded.Finding.Detector.Id, run.Output, StringComparison.Ordinal));
        using var timeline = CaptureTimeline.Open([PathOf("case.pcapng")]);
        var frames = 0;
        for (var batch = new FrameBatch(); timeline.TryRead(batch);)
            frames += batch.Count;
        Assert.Empty(timeline.Problems);
        Assert.Equal(incident.Findings.SelectMany(recorded => recorded.Finding.Frames).Distinct().Count(), frames);
        Assert.Contains($"{frames} frames of incident", run.Error, StringComparison.Ordinal);
        var again = Invocation.Of("incidents", incident.Id, "--store", StorePath, "--evidence", PathOf("case.pcapng"));
        Assert.Equal((2, $"sensor: --evidence {PathOf("case.pcapng")}: there is a file of this name already\n"), (again.Status, again.Error));
    }

    [Theory]
    [InlineData("sensor: /nowhere/sensor.db: there is no store here", 1, "incidents", "--store", "/nowhere/sensor.db")]
    [InlineData("sensor: --evidence needs the id of an incident", 2, "incidents", "--evidence", "x.pcapng")]
    [InlineData("sensor: --since takes a time span such as 2d or 12h", 2, "incidents", "--since", "yesterday")]
    [InlineData("sensor: --format does not take \"xml\"", 2, "incidents", "--format", "xml")]
    public void What_is_wrong_is_one_line(string line, int status, params string[] arguments)
    {
        var run = Invocation.Of(arguments);
        Assert.Equal(status, run.Status);
        Assert.StartsWith(line, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_store_is_one_line_and_left_alone()
    {
        var path = Write("letter.txt", string.Concat(Enumerable.Repeat("no database\n", 100)));
        var run = Invocation.Of("incidents", "--store", path);
        Assert.Equal(1, run.Status);
        Assert.StartsWith($"sensor: {path}: the store cannot be read", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("no database", File.ReadAllText(path), StringComparison.Ordinal);
        using (Filled(out _))
            Assert.StartsWith($"sensor: {StorePath}: there is no incident zzz", Invocation.Of("incidents", "zzz", "--store", StorePath).Error, StringComparison.Ordinal);
    }

    private SensorStore Filled(out StoredWorld world)
    {
        var store = new SensorStore(new StoreSettings { Path = StorePath });
        world = new StoredWorld();
        store.Attach(world.Detection);
        world.Detection.Incidents.FindingMade += (incident, finding) => store.Record(StoredWorld.Stored(incident, finding, "a"));
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        store.Snapshot(world.Detection, "");
        Assert.True(store.Flush(TimeSpan.FromSeconds(30)));
        return store;
    }
}
