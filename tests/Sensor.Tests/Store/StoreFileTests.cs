using Microsoft.Data.Sqlite;
using Sensor.Output.Delivery;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Store;

/// <summary>Older, newer, damaged and missing stores.</summary>
public sealed class StoreFileTests : TemporaryFolder
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly List<string> _said = [];

    private string File1 => PathOf("sensor.db");

    private StoreSettings Settings => new() { Path = File1 };

    [Fact]
    public void A_store_of_version_1_is_brought_up_to_date_and_keeps_what_it_has()
    {
        using (var old = new SqliteConnection($"Data Source={File1};Pooling=False"))
        {
            old.Open();
            StoreFile.Execute(old, "PRAGMA auto_vacuum=INCREMENTAL");
            StoreSchema.Migrate(old, 1);
            StoreFile.Execute(old, """
                INSERT INTO outbox (target, message_id, incident_id, at_ns, severity, kind, body, finding_seq, stored_at)
                VALUES ('a', 'm', 'i', 1, 3, 'k', 'body', 0, 5)
                """);
            Assert.Equal(1, StoreSchema.VersionOf(old));
        }
        using var store = new SensorStore(Settings, said: _said.Add);
        Assert.Equal("body", Assert.Single(store.Pending("a", 0, 10)).Entry.Body);
        using var now = StoreFile.OpenForReading(File1);
        Assert.Equal(StoreSchema.Version, StoreSchema.VersionOf(now));
        Assert.Empty(_said);
    }

    [Fact]
    public void A_store_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        using (var newer = new SqliteConnection($"Data Source={File1};Pooling=False"))
        {
            newer.Open();
            StoreFile.Execute(newer, "CREATE TABLE future (x); PRAGMA user_version=99");
        }
        var before = File.ReadAllBytes(File1);
        var refusal = Assert.Throws<StoreException>(() => new SensorStore(Settings, said: _said.Add));
        Assert.Equal($"{File1}: the store has version 99, this program knows versions up to {StoreSchema.Version}; run the newer program, or name another store",
            refusal.Message);
        Assert.Equal(before, File.ReadAllBytes(File1));
        Assert.Empty(_said);
        Assert.Throws<StoreException>(() => StoreFile.OpenForReading(File1));
    }

    [Theory]
    [InlineData("/nowhere/at/all/sensor.db", "/nowhere/at/all/sensor.db: the folder of the store does not exist")]
    public void A_store_that_cannot_be_made_is_one_line(string path, string line)
    {
        var refusal = Assert.Throws<StoreException>(() => new SensorStore(new StoreSettings { Path = path }));
        Assert.Equal(line, refusal.Message);
    }

    [Fact]
    public void What_can_still_be_read_of_a_damaged_store_is_taken_over()
    {
        var whole = PathOf("whole.db");
        MakeStore(whole);
        long waiting;
        using (var connection = StoreFile.OpenForReading(whole))
        using (var count = new Statement(connection, "SELECT count(*) FROM outbox", 0))
            waiting = count.Number(0);
        var octets = File.ReadAllBytes(whole);
        // The text of an index in the list of tables: no statement that needs it works, all rows are still there.
        var text = "CREATE INDEX outbox_by_target"u8;
        var changed = 0;
        for (var at = 0; octets.AsSpan(at).IndexOf(text) is >= 0 and var next; at += next + text.Length, changed++)
            octets[at + next + 7] = (byte)'X';
        Assert.NotEqual(0, changed);
        File.WriteAllBytes(File1, octets);
        var world = new StoredWorld();
        using var store = new SensorStore(Settings, said: _said.Add);
        Assert.Equal("router", store.Restore(world.Detection));
        Assert.Equal(2, _said.Count);
        Assert.Equal(waiting, store.Pending("a", 0, 1000).Count);
        Assert.NotEmpty(world.Detection.Incidents.Incidents);
    }

    [Fact]
    public void What_is_no_database_is_set_aside()
    {
        Write("sensor.db", string.Concat(Enumerable.Repeat("this is a letter, not a database\n", 200)));
        using var store = new SensorStore(Settings, said: _said.Add);
        Assert.Contains("the store is damaged", Assert.Single(_said), StringComparison.Ordinal);
        var aside = Assert.Single(Directory.GetFiles(Folder, "sensor.db.damaged-*"));
        Assert.StartsWith("this is a letter", File.ReadAllText(aside), StringComparison.Ordinal);
        store.Record([Message("a", 1)]);
        Assert.True(store.Flush(Long));
        Assert.Single(store.Pending("a", 0, 10));
    }

    /// <summary>
    /// Octets of the file and of its log, changed at random, cut or emptied: opening, restoring, reading and writing never throw; the store
    /// that was damaged is set aside with one line, or what is left of it is used.
    /// </summary>
    [Fact]
    public void Damage_of_any_kind_never_throws_and_is_said_in_one_line_each()
    {
        var whole = PathOf("whole.db");
        MakeStore(whole);
        var (file, log) = (File.ReadAllBytes(whole), File.ReadAllBytes(whole + "-wal"));
        var random = new Random(20251125);
        var (asideCount, usedCount) = (0, 0);
        for (var round = 0; round < 240; round++)
        {
            var folder = Directory.CreateDirectory(PathOf($"r{round}")).FullName;
            var path = Path.Combine(folder, "sensor.db");
            File.WriteAllBytes(path, Damaged(file, random, round));
            if (round % 3 == 0)
                File.WriteAllBytes(path + "-wal", Damaged(log, random, round / 3));
            _said.Clear();
            UseDamaged(path);
            Assert.All(_said, line => Assert.DoesNotContain('\n', line));
            if (Directory.GetFiles(folder, "*.damaged-*").Length > 0)
                asideCount++;
            else
                usedCount++;
            Directory.Delete(folder, recursive: true);
        }
        // Both happen, or the damage was none or the look too strict.
        Assert.True(asideCount > 30 && usedCount > 10, $"{asideCount} set aside, {usedCount} used on");
    }

    private void UseDamaged(string path)
    {
        using var store = new SensorStore(new StoreSettings { Path = path }, said: _said.Add);
        var world = new StoredWorld();
        store.Restore(world.Detection);
        _ = store.Pending("a", 0, 1000);
        _ = store.Backlog("a");
        store.Record([Message("b", 1)]);
        store.Snapshot(world.Detection, "");
        Assert.True(store.Flush(Long), $"{path}: {string.Join('|', _said)}");
        Assert.NotEmpty(store.Pending("b", 0, 10));
    }

    private static byte[] Damaged(byte[] octets, Random random, int kind)
    {
        var copy = octets.ToArray();
        switch (kind % 6)
        {
            case 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                random.NextBytes(copy.AsSpan(0, Math.Min(100, copy.Length)));
                return copy;
            case 2:
                return [];
            case 3:
                var at = random.Next(copy.Length);
                random.NextBytes(copy.AsSpan(at, Math.Min(4096, copy.Length - at)));
                return copy;
            default:
                for (var i = 0; i < 64; i++)
                    copy[random.Next(copy.Length)] ^= (byte)random.Next(1, 256);
                return copy;
        }
    }

    /// <summary>A store with findings, evidence, messages and a snapshot; its log is left as a killed process leaves it.</summary>
    private void MakeStore(string path)
    {
        using var store = new SensorStore(new StoreSettings { Path = PathOf("made.db") });
        var world = new StoredWorld();
        store.Attach(world.Detection);
        world.Detection.Incidents.FindingMade += (incident, finding) => store.Record(StoredWorld.Stored(incident, finding, "a"));
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        store.Snapshot(world.Detection, "router");
        Assert.True(store.Flush(Long));
        File.Copy(PathOf("made.db"), path);
        File.Copy(PathOf("made.db-wal"), path + "-wal");
        // Most of it in the file itself.
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        StoreFile.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        File.Copy(path, path + ".copy");
        File.Copy(path + "-wal", path + "-wal.copy");
        connection.Close();
        File.Move(path + ".copy", path, overwrite: true);
        File.Move(path + "-wal.copy", path + "-wal", overwrite: true);
    }

    internal static OutboxEntry Message(string target, int number) =>
        new(target, $"m{number}", "", number, Detection.Incidents.Severity.High, "test", $"body {number}");
}
