using System.Globalization;
using System.Text.RegularExpressions;

namespace Sensor.Tests.Daemon;

/// <summary>What the real process loses when it is stopped, killed, or talks to nobody: nothing.</summary>
public sealed partial class SurvivalTests(ITestOutputHelper output)
{
    /// <summary>Short for every day; the environment may ask for more, as docs/RELIABILITY.md tells of a hundred kills and of ten minutes.</summary>
    private static readonly int Kills = Asked("SENSOR_TEST_KILLS", 5), SecondsAway = Asked("SENSOR_TEST_SECONDS_AWAY", 8);

    [Fact]
    public async Task A_restart_announces_no_incident_twice_and_goes_on_where_it_was()
    {
        using var bench = new DaemonBench();
        await using var receiver = bench.Receiver();
        bench.Configure(DaemonBench.Target(receiver.Port));
        var first = bench.StartCapturing();
        bench.Attack(1);
        DaemonBench.Until(() => receiver.Messages.Count == 1, () => first.Said);
        Assert.True(first.Stop(DaemonBench.Patience) && first.ExitCode == 0, first.Said);

        var second = bench.StartCapturing();
        Assert.Equal(1, bench.Status()!.Detection.IncidentsOpen);
        bench.Attack(1);
        bench.Attack(2);
        DaemonBench.Until(() => receiver.Messages.Count >= 2, () => second.Said);
        Assert.True(second.Stop(DaemonBench.Patience) && second.ExitCode == 0, second.Said);
        Assert.Equal([NameAttack.Attacker(1), NameAttack.Attacker(2)], receiver.Messages.Select(AttackerOf));
        Assert.Equal(2, bench.Number("SELECT count(*) FROM incidents"));
    }

    [Fact]
    public async Task Kill_9_at_random_instants_loses_no_stored_finding_and_repeats_only_ids()
    {
        using var bench = new DaemonBench();
        await using var receiver = bench.Receiver();
        bench.Configure(DaemonBench.Target(receiver.Port));
        var (random, attack, stored) = (new Random(41), 0, 0L);
        for (var kill = 0; kill < Kills; kill++)
        {
            var daemon = bench.StartCapturing();
            var until = DateTime.UtcNow.AddMilliseconds(random.Next(50, 1500));
            while (DateTime.UtcNow < until)
            {
                bench.Attack(attack++);
                Thread.Sleep(random.Next(12));
            }
            daemon.Dispose();
            stored = bench.Number("SELECT count(*) FROM findings");
        }
        var last = bench.StartCapturing();
        Assert.True(bench.Number("SELECT count(*) FROM findings") >= stored);
        DaemonBench.Until(() => bench.Status() is { Targets: [{ Depth: 0 }] }, () => last.Said);
        Assert.True(last.Stop(DaemonBench.Patience) && last.ExitCode == 0, last.Said);
        stored = bench.Number("SELECT count(DISTINCT suspect) FROM findings");
        var told = receiver.Messages.GroupBy(AttackerOf).ToDictionary(static group => group.Key, static group => group.Distinct().Count());
        Assert.Equal(stored, told.Count);
        // A repeat is letter for letter the same message, its id included.
        Assert.All(told, static one => Assert.Equal(1, one.Value));
        Assert.True(stored > Kills, "nothing was stored between kills");
        output.WriteLine($"{Kills} kills, {attack} attacks, {stored} stored, {told.Count} told, {receiver.Messages.Count - told.Count} repeats with the same id");
    }

    [Fact]
    public async Task With_the_receiver_away_everything_is_told_later_in_order()
    {
        using var bench = new DaemonBench();
        int port;
        await using (var away = bench.Receiver())
            port = away.Port;
        bench.Configure(DaemonBench.Target(port));
        var daemon = bench.StartCapturing();
        var attacks = 0;
        for (var until = DateTime.UtcNow.AddSeconds(SecondsAway); DateTime.UtcNow < until; Thread.Sleep(50))
            bench.Attack(attacks++);
        DaemonBench.Until(() => bench.Status() is { Targets: [{ Failures: > 2 } target] } && target.Depth == attacks, () => daemon.Said);
        var waiting = bench.Status()!.Targets[0];
        var begun = DateTime.UtcNow;
        await using var receiver = bench.Receiver(port);
        DaemonBench.Until(() => receiver.Messages.Count >= attacks, () => daemon.Said);
        DaemonBench.Until(() => bench.Status() is { Targets: [{ Depth: 0 }] }, () => daemon.Said);
        output.WriteLine($"{SecondsAway} s away, {attacks} attacks: {waiting.Depth} waited, the oldest for {waiting.OldestSeconds} s; "
            + $"{receiver.First.Count()} told within {(DateTime.UtcNow - begun).TotalSeconds:0.0} s, {receiver.Messages.Count - receiver.First.Count()} repeats");
        Assert.Equal(Enumerable.Range(0, attacks).Select(NameAttack.Attacker), receiver.First.Select(AttackerOf));
        Assert.True(daemon.Stop(DaemonBench.Patience) && daemon.ExitCode == 0, daemon.Said);
    }

    [Fact]
    public async Task An_interface_taken_away_and_made_anew_is_told_of_and_captured_from_again()
    {
        using var bench = new DaemonBench();
        await using var receiver = bench.Receiver();
        bench.Configure(DaemonBench.Target(receiver.Port));
        var daemon = bench.StartCapturing();
        bench.Attack(1);
        DaemonBench.Until(() => receiver.Messages.Count == 1, () => daemon.Said);
        bench.StopSending();
        bench.Place.Ip("link", "del", "va");
        DaemonBench.Until(() => daemon.Said.Contains("interface-gone: vb is gone", StringComparison.Ordinal), () => daemon.Said);
        Assert.Contains("vb is down or gone", bench.Status()!.Problems);
        bench.Place.Ip("link", "add", "va", "type", "veth", "peer", "name", "vb");
        bench.Place.Ip("link", "set", "va", "up");
        bench.Place.Ip("link", "set", "vb", "up");
        DaemonBench.Until(() => bench.Status() is { Problems: [], Interfaces: [{ Statistics.IsUp: true }] }, () => daemon.Said);
        bench.Attack(2);
        DaemonBench.Until(() => receiver.Messages.Count == 2, () => daemon.Said);
        DaemonBench.Until(() => daemon.Said.Contains("interface-gone is over: vb is back", StringComparison.Ordinal), () => daemon.Said);
        Assert.True(daemon.Stop(DaemonBench.Patience) && daemon.ExitCode == 0, daemon.Said);
    }

    private static int Asked(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var asked) ? asked : otherwise;

    private static string AttackerOf(string message) => Attacker().Match(message).Value;

    [GeneratedRegex(@"10\.67\.\d+\.\d+")]
    private static partial Regex Attacker();
}
