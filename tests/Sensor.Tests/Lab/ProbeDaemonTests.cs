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

    /// <summary>Honest servers that answer much: none is called an attacker by what probing asks.</summary>
    [Theory]
    [InlineData("nmbd", "mkdir $out/nm; printf '[global]\\nwins support = yes\\nworkgroup = LAB\\n' >$out/smb.conf; for d in lock state cache pid; do echo \"$d directory = $out/nm\"; done >>$out/smb.conf; "
        + "echo \"private dir = $out/nm\" >>$out/smb.conf; at x timeout 60 nmbd -F -S --configfile=$out/smb.conf >$out/d 2>&1 & pids+=($!)")]
    [InlineData("dnsmasq", "for s in 1 2; do ip -n $n-x addr add 10.9.0.6$s/24 dev eth0; at x timeout 60 dnsmasq -k -C /dev/null --no-resolv --port=0 --bind-interfaces "
        + "--dhcp-range=10.9.0.${s}00,10.9.0.${s}50,1h --dhcp-option=3,10.9.0.1 --dhcp-leasefile=$out/l$s --listen-address=10.9.0.6$s >$out/d 2>&1 & pids+=($!); done",
        "Trust:DhcpServers=10.9.0.66,10.9.0.61,10.9.0.62")]
    [InlineData("dnsmasq", "at x timeout 60 dnsmasq -k -C /dev/null --no-resolv --no-hosts '--address=/#/10.9.0.66' >$out/d 2>&1 & pids+=($!)",
        "Trust:Resolvers=10.9.0.66", "Trust:WpadHosts=10.9.0.66", "Probing:Domains=corp.example")]
    [InlineData("avahi-daemon", "printf '[server]\\nallow-interfaces=eth0\\nenable-dbus=no\\n[reflector]\\nenable-reflector=yes\\n' >$out/avahi.conf; "
        + "at x timeout 60 avahi-daemon --no-drop-root --no-chroot -f $out/avahi.conf >$out/d 2>&1 & pids+=($!)")]
    public async Task Servers_that_are_the_sites_own_raise_nothing(string tool, string host, params string[] settings)
    {
        Assert.SkipUnless(new[] { "/usr/bin", "/usr/sbin" }.Any(folder => File.Exists(Path.Combine(folder, tool))), $"the lab needs {tool}");
        var scene = await ProbeScene.RunAsync(output, 25, host, [.. Probing, "Probing:PacketsPerMinute=60", .. settings]);
        Assert.NotEmpty(scene.Sent("mgmt0"));
        Assert.DoesNotContain("\"severity\":\"high\"", scene.Incidents, StringComparison.Ordinal);
        Assert.DoesNotContain("warning: alert:", scene.Output, StringComparison.Ordinal);
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
