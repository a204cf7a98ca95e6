namespace Sensor.Tests.Lab;

/// <summary>
/// Probing in the running daemon, with a management interface apart from the one that is captured from: what is found, what an incident says of the
/// checks, and that no more is sent than was set, and nothing where nothing was set.
/// </summary>
public sealed class ProbeDaemonTests(ITestOutputHelper output)
{
    private const int Rate = 24;

    private const string RunPoisoner = "at x timeout $((seconds + 20)) python3 -c \"$POISONER\" 10.9.0.66 >$out/asked 2>&1 & pids+=($!)";

    private static readonly string[] Probing =
        ["Probing:Enabled=true", "Probing:Interface=mgmt0", "Probing:Every=10s", $"Probing:PacketsPerMinute={Rate}", "Probing:AskWpad=false"];

    [Fact]
    public async Task A_poisoner_that_leaves_made_up_names_alone_is_found_and_checked_at_once_within_the_rate()
    {
        var scene = await ProbeScene.RunAsync(output, 30, RunPoisoner, Probing);

        Assert.Contains("name-poisoner  critical, certain", scene.Incidents, StringComparison.Ordinal);
        Assert.Matches("asked for [A-Za-z0-9_-]+, which does not\\s+exist: 10.9.0.66 answered in [0-9]+ ms", scene.Incidents);
        Assert.Matches("\"checks\":\\[.*\"text\":\"fetched http://10.9.0.66/wpad.dat: [0-9]+ octets, SHA-256 [0-9a-f]{64}; it .*PROXY 10.9.0.66:3128", scene.Incidents);

        var sent = scene.Sent("mgmt0");
        Assert.Contains(sent, static packet => packet.Text.Contains("10.9.0.66.80: Flags [S]", StringComparison.Ordinal));
        Assert.All(sent, from => Assert.InRange(sent.Count(packet => packet.At >= from.At && packet.At < from.At + 60), 1, Rate));
        Assert.Empty(scene.Sent("cap0"));
    }

    [Fact]
    public async Task Nothing_at_all_is_sent_without_the_setting()
    {
        var scene = await ProbeScene.RunAsync(output, 12, RunPoisoner, "Probing:Interface=mgmt0", "Probing:Every=10s");
        Assert.Empty(scene.Sent("mgmt0"));
        Assert.Empty(scene.Sent("cap0"));
        Assert.DoesNotContain("name-poisoner", scene.Incidents, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_is_captured_from_is_refused()
    {
        var scene = await ProbeScene.RunAsync(output, 12, "", "Probing:Enabled=true", "Probing:Interface=cap0");
        Assert.Contains("status 2", scene.Output, StringComparison.Ordinal);
        Assert.Contains("Probing:Interface: cap0 is captured from", scene.Output, StringComparison.Ordinal);
        Assert.Empty(scene.Sent("cap0"));
    }
}
