using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Store;

public sealed class SensorStoreTests : TemporaryFolder
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private StoreSettings Settings => new() { Path = PathOf("sensor.db") };

    [Fact]
    public void A_restart_announces_nothing_twice_and_goes_on_with_the_same_incidents()
    {
        var frames = PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng"));
        var first = new StoredWorld();
        using (var store = new SensorStore(Settings))
        {
            store.Attach(first.Detection);
            first.Detection.Incidents.FindingMade += (incident, finding) => store.Record(StoredWorld.Stored(incident, finding, "a"));
            first.Play(frames);
            store.Snapshot(first.Detection, "router");
            Assert.True(store.Flush(Long));
        }
        Assert.NotEmpty(first.Alerts);

        using var again = new SensorStore(Settings);
        var second = new StoredWorld();
        Assert.Equal("router", again.Restore(second.Detection));
        second.Play(frames);
        Assert.Empty(second.Alerts);
        Assert.Equal(first.Detection.Incidents.Incidents.Select(i => i.Id), second.Detection.Incidents.Incidents.Select(i => i.Id));
        Assert.Equal(first.Findings.Count, again.Pending("a", 0, 10_000).Count);
    }

    [Fact]
    public void Without_a_snapshot_the_findings_alone_keep_from_telling_twice()
    {
        var frames = PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng"));
        var first = new StoredWorld();
        using (var store = new SensorStore(Settings))
        {
            store.Attach(first.Detection);
            first.Detection.Incidents.FindingMade += (incident, finding) => store.Record(StoredWorld.Stored(incident, finding));
            first.Play(frames);
        }
        using var again = new SensorStore(Settings);
        var second = new StoredWorld();
        again.Restore(second.Detection);
        Assert.Equal(first.Detection.Incidents.Incidents.Select(i => i.Id), second.Detection.Incidents.Incidents.Select(i => i.Id));
        Assert.Equal(
            first.Detection.Incidents.Incidents.Select(i => (i.Severity, i.Confidence, i.Victims.Count, i.Findings.Count)),
            second.Detection.Incidents.Incidents.Select(i => (i.Severity, i.Confidence, i.Victims.Count, i.Findings.Count)));
    }

    [Fact]
    public async Task Messages_wait_until_they_are_delivered_and_each_target_has_its_own_place()
    {
        var world = new StoredWorld();
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        long last;
        using (var store = new SensorStore(Settings))
        {
            store.Attach(world.Detection);
            var waiting = store.WaitAsync("a", 0, CancellationToken.None);
            Assert.False(waiting.IsCompleted);
            foreach (var (incident, finding) in world.Findings)
                store.Record(StoredWorld.Stored(incident, finding, "a", "b"));
            await waiting.WaitAsync(Long);
            Assert.True(store.Flush(Long));
            var pending = store.Pending("a", 0, 3);
            Assert.Equal(3, pending.Count);
            last = pending[^1].Sequence;
            store.Delivered("a", last);
            Assert.True(store.Pending("a", 0, 1)[0].Sequence > last);
            Assert.Equal(world.Findings.Count - 3, store.Backlog("a").Depth);
            Assert.Equal(world.Findings.Count, store.Backlog("b").Depth);
        }
        using var again = new SensorStore(Settings);
        Assert.Equal(world.Findings.Count - 3, again.Pending("a", 0, 10_000).Count);
        Assert.Equal(world.Findings.Count, again.Pending("b", 0, 10_000).Count);
        Assert.All(again.Pending("a", 0, 10_000), message => Assert.True(message.Sequence > last));
    }

    [Fact]
    public void A_store_is_used_by_one_sensor_only()
    {
        using var store = new SensorStore(Settings);
        Assert.Contains("in use by another sensor", Assert.Throws<StoreException>(() => new SensorStore(Settings)).Message, StringComparison.Ordinal);
    }
}
