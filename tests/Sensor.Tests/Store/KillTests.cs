using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Sensor.Store;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Store;

/// <summary>
/// A process that records findings is killed (SIGKILL) at a random instant, a hundred times over one store: whatever it had reported as stored
/// is there, each finding with its messages, each message with its finding.
/// </summary>
public sealed class KillTests : TemporaryFolder
{
    private const int Kills = 100;

    [Fact]
    public void Kill_at_a_hundred_random_instants_loses_no_stored_finding()
    {
        var settings = new StoreSettings { Path = PathOf("sensor.db") };
        var random = new Random(9);
        var (promised, killedWithout) = (0L, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, KillChild.Arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { [KillChild.Variable] = settings.Path },
            })!;
            try
            {
                // It is ready when it has stored something; then any instant may be its last.
                if (child.StandardOutput.ReadLine() is { } first)
                    promised = Promise(first, promised);
                else
                    Assert.Fail(child.StandardError.ReadToEnd());
                Thread.Sleep(random.Next(60));
            }
            finally
            {
                child.Kill();
            }
            var last = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            child.WaitForExit();
            if (last.Length == 0)
                killedWithout++;
            else
                promised = Promise(last[^1], promised);
        }
        Assert.True(killedWithout < Kills / 2, "most children were killed too early to prove anything");
        using (var store = new SensorStore(settings))
        {
            Assert.True(store.Flush(TimeSpan.FromSeconds(10)));
            Assert.Equal(Number(settings.Path, "SELECT count(*) FROM findings"), store.Backlog("a").Depth);
        }
        // Numbers that were reported as stored, none missing; what was stored and not reported any more may be there too.
        Assert.True(Number(settings.Path, "SELECT count(*) FROM findings") >= promised, $"{promised} were reported");
        Assert.Equal(0, Number(settings.Path, "SELECT count(*) FROM findings f WHERE (SELECT count(*) FROM outbox o WHERE o.finding_seq = f.seq) <> 2"));
        Assert.Equal(0, Number(settings.Path, "SELECT count(*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM findings f WHERE f.seq = o.finding_seq)"));
        Assert.Equal(0, Number(settings.Path, "SELECT count(*) FROM findings f WHERE NOT EXISTS (SELECT 1 FROM finding_frames e WHERE e.finding_seq = f.seq)"));
        Assert.Empty(Directory.GetFiles(Folder, "*.damaged-*"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{Kills} kills, {promised} findings reported as stored, {Number(settings.Path, "SELECT count(*) FROM findings")} found");
    }

    /// <summary>A line is the number of findings the store held when they had been flushed.</summary>
    private static long Promise(string line, long before)
    {
        // The last line may be cut by the kill.
        return long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && line.Length == 12 ? Math.Max(count, before) : before;
    }

    private static long Number(string path, string sql)
    {
        using var connection = StoreFile.OpenForReading(path);
        using var statement = new Statement(connection, sql, 0);
        return statement.Number(-1);
    }
}

/// <summary>
/// The process that is killed: this test program once more. It is asked by a variable of its environment, before its test runner begins,
/// since a runner takes a second to start and a hundred are needed.
/// </summary>
internal static class KillChild
{
    public const string Variable = "SENSOR_TEST_STORE_WRITER";

    /// <summary>How the host of the tests was started: dotnet with the program, or the program itself.</summary>
    public static string[] Arguments => Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? ["exec", typeof(KillChild).Assembly.Location] : [];

    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
            return;
        Environment.SetEnvironmentVariable(Variable, null);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        try
        {
            Record(path, output);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
        }
        Environment.Exit(1);
    }

    private static void Record(string path, TextWriter output)
    {
        using var store = new SensorStore(new StoreSettings { Path = path });
        var world = new StoredWorld();
        store.Restore(world.Detection);
        world.Play(PlayedFrames.Of(Path.Combine(Checkout.Captures, "tour.pcapng")));
        using var connection = StoreFile.OpenForReading(path);
        using var count = new Statement(connection, "SELECT count(*) FROM findings", 0);
        var incidents = world.Detection.Incidents.Incidents;
        for (var round = 0; ; round++)
        {
            foreach (var incident in incidents)
            {
                foreach (var recorded in incident.Findings)
                    store.Record(StoredWorld.Stored(incident, recorded.Finding, "a", "b"));
            }
            if (round % 5 == 4)
                store.Snapshot(world.Detection, $"round {round}");
            if (!store.Flush(TimeSpan.FromSeconds(30)))
                return;
            output.WriteLine(count.Number(0).ToString("D12", CultureInfo.InvariantCulture));
        }
    }
}
