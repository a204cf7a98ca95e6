using System.Diagnostics;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Store;

/// <summary>What goes when the store is too large, too old, or its disk is full.</summary>
public sealed class RetentionTests : TemporaryFolder
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly List<OperationalEvent> _told = [];
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _said = [];
    private readonly SteppedClock _clock = new();

    private sealed class SteppedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    [Fact]
    public void Too_large_the_oldest_evidence_goes_and_every_finding_stays()
    {
        var settings = new StoreSettings { Path = PathOf("sensor.db"), MaxSize = 8 << 20 };
        var world = World();
        using var store = new SensorStore(settings, told: Tell);
        store.Attach(world.Detection);
        var made = RecordMany(store, world, findings: 400, octets: 64 * 1024, "a");
        store.Snapshot(world.Detection, "");
        Assert.True(store.Flush(Long));
        WaitUntil(() => Count(settings.Path, "SELECT (SELECT * FROM pragma_page_count) - (SELECT * FROM pragma_freelist_count)") * 4096 <= 8 << 20);
        Assert.Equal(made, Count(settings.Path, "SELECT count(*) FROM findings"));
        Assert.Equal(made, store.Backlog("a").Depth);
        var left = Count(settings.Path, "SELECT count(*) FROM evidence");
        Assert.InRange(left, 1, made - 1);
        // The newest are those that are left.
        Assert.Equal(left, Count(settings.Path, "SELECT max(seq) - min(seq) + 1 FROM evidence"));
        Assert.Empty(_told);
    }

    [Fact]
    public void What_nobody_took_goes_last_and_that_is_told()
    {
        var settings = new StoreSettings { Path = PathOf("sensor.db"), MaxSize = 8 << 20 };
        using var store = new SensorStore(settings, told: Tell);
        for (var i = 0; i < 1000; i++)
            store.Record([new OutboxEntry("a", $"m{i}", "", i, Severity.High, "test", new string('x', 20_000))]);
        Assert.True(store.Flush(Long));
        WaitUntil(() => store.Backlog("a").Depth < 500);
        Assert.Equal("messages-dropped", Assert.Single(_told).Id);
        // The newest are kept, in order.
        Assert.Equal("m999", store.Pending("a", 0, 2000)[^1].Entry.MessageId);
    }

    [Fact]
    public void Too_old_goes_and_a_clock_set_back_removes_nothing()
    {
        var settings = new StoreSettings { Path = PathOf("sensor.db"), MaxAge = TimeSpan.FromDays(2) };
        var world = World();
        long made;
        using (var store = new SensorStore(settings, _clock))
        {
            store.Attach(world.Detection);
            made = RecordMany(store, world, findings: 50, octets: 1000, "a");
            store.Snapshot(world.Detection, "");
            Assert.True(store.Flush(Long));
            store.Delivered("a", store.Pending("a", 0, 10_000)[^1].Sequence);
        }
        _clock.Ahead = TimeSpan.FromDays(-400);
        using (var store = new SensorStore(settings, _clock))
        {
            var again = new StoredWorld();
            store.Restore(again.Detection);
            Assert.NotEmpty(again.Detection.Incidents.Incidents);
            store.Record([StoreFileTests.Message("a", 1)]);
            Assert.True(store.Flush(Long));
            Assert.Equal("m1", Assert.Single(store.Pending("a", 0, 10)).Entry.MessageId);
        }
        Assert.Equal(made, Count(settings.Path, "SELECT count(*) FROM findings"));
        _clock.Ahead = TimeSpan.FromDays(3);
        using (new SensorStore(settings, _clock))
            WaitUntil(() => Count(settings.Path, "SELECT count(*) FROM findings") + Count(settings.Path, "SELECT count(*) FROM evidence") == 0);
        Assert.Equal(0, Count(settings.Path, "SELECT count(*) FROM finding_frames"));
    }

    /// <summary>On a file system of 24 MiB that something else fills up: evidence goes, every finding is stored in the end, nothing throws.</summary>
    [Fact]
    public void On_a_full_disk_evidence_goes_findings_wait_and_are_stored_when_there_is_room()
    {
        Assert.SkipUnless(Environment.UserName == "root" && OperatingSystem.IsLinux(), "a small file system can be mounted by root only");
        var mount = Directory.CreateDirectory(PathOf("small")).FullName;
        Assert.SkipUnless(Sh($"mount -t tmpfs -o size=24m tmpfs '{mount}'") == 0, "no file system can be mounted here");
        try
        {
            var settings = new StoreSettings { Path = Path.Combine(mount, "sensor.db"), Calm = TimeSpan.FromMilliseconds(200) };
            var world = World();
            using var store = new SensorStore(settings, said: _said.Enqueue, told: Tell);
            store.Attach(world.Detection);
            var made = RecordMany(store, world, findings: 100, octets: 64 * 1024, "a");
            store.Snapshot(world.Detection, "");
            Assert.True(store.Flush(Long));
            // Somebody else takes the rest of the disk.
            Sh($"dd if=/dev/zero of='{mount}/other' bs=64k 2>/dev/null");
            var begun = Stopwatch.GetTimestamp();
            made += RecordMany(store, world, findings: 600, octets: 64 * 1024, "a");
            Assert.True(Stopwatch.GetElapsedTime(begun) < Long);
            WaitUntil(() => _told.Count > 0);
            Assert.Equal(("store-full", false), (_told[0].Id, _told[0].IsOver));
            File.Delete(Path.Combine(mount, "other"));
            Assert.True(store.Flush(Long), $"{store.QueueDepth} still wait: {string.Join('|', _said)}");
            Assert.Equal(0, store.Lost);
            Assert.Equal(made, Count(settings.Path, "SELECT count(*) FROM findings"));
            Assert.Equal(made, store.Backlog("a").Depth);
            WaitUntil(() => _told.Count > 1);
            Assert.Equal([("store-full", false), ("store-full", true)], _told.Select(told => (told.Id, told.IsOver)));
        }
        finally
        {
            Sh($"umount '{mount}'");
        }
    }

    private static StoredWorld World()
    {
        var world = new StoredWorld();
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        return world;
    }

    /// <summary>Records findings made out of those of <paramref name="world"/>, each with a frame of its own.</summary>
    private static int RecordMany(SensorStore store, StoredWorld world, int findings, int octets, string target)
    {
        for (var i = 0; i < findings; i++)
        {
            var (incident, finding) = world.Findings[i % world.Findings.Count];
            var stored = StoredWorld.Stored(incident, finding, target);
            var frame = new FrameReference(0, Interlocked.Increment(ref _number), finding.At.TimestampNs);
            store.Record(stored with { Evidence = [new EvidenceOctets(frame, "eth0", 1, octets, new byte[octets])] });
        }
        return findings;
    }

    private static long _number;

    private void Tell(OperationalEvent happened)
    {
        lock (_told)
            _told.Add(happened);
    }

    private static long Count(string path, string sql)
    {
        using var connection = StoreFile.OpenForReading(path);
        using var statement = new Statement(connection, sql, 0);
        return statement.Number(-1);
    }

    private static void WaitUntil(Func<bool> holds)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Long, "waited in vain");
            Thread.Sleep(50);
        }
    }

    private static int Sh(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
