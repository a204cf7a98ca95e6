using System.Globalization;
using System.Text.Json;
using Sensor.Commands;
using Sensor.Tests.Telemetry;

namespace Sensor.Tests.Daemon;

/// <summary>What the real process shows of itself, to whom, and what it may do.</summary>
public sealed class AskedProcessTests
{
    private const string NetRawAlone = "0000000000002000";

    [Fact]
    public void Every_task_has_CAP_NET_RAW_and_nothing_else_for_good()
    {
        using var bench = new DaemonBench();
        var daemon = bench.StartCapturing();
        var tasks = Directory.GetDirectories($"/proc/{daemon.Id.ToString(CultureInfo.InvariantCulture)}/task");
        Assert.True(tasks.Length > 4, "it has threads");
        Assert.All(tasks, static task =>
        {
            var status = File.ReadAllLines(Path.Combine(task, "status")).Select(static line => line.Split(":\t", 2)).ToDictionary(static pair => pair[0], static pair => pair[^1]);
            Assert.Equal((NetRawAlone, NetRawAlone, NetRawAlone, "1"), (status["CapEff"], status["CapPrm"], status["CapBnd"], status["NoNewPrivs"]));
        });
    }

    [Fact]
    public void Status_is_told_to_the_owner_alone_as_text_as_json_and_again()
    {
        using var bench = new DaemonBench();
        bench.StartCapturing();
        var socket = bench.PathOf("private/status.sock");
        Assert.Equal("600\n700\n", Manual.Shell.Run("stat", ["-c", "%a", socket, bench.PathOf("private")]).Output);
        bench.Attack(7);
        DaemonBench.Until(() => bench.Status() is { Detection.IncidentsOpen: 1 }, () => "no incident");
        var text = bench.Command("status", "--config", bench.PathOf("sensor.json"));
        Assert.Equal(0, text.Status);
        Assert.Contains("capturing", text.Output, StringComparison.Ordinal);
        Assert.Contains(NameAttack.Attacker(7), text.Output, StringComparison.Ordinal);
        Assert.All(text.Output.Split('\n'), static line => Assert.True(line.Length <= 80, line));
        var json = bench.Command("status", "--socket", socket, "--json");
        Assert.Equal("vb", JsonDocument.Parse(json.Output).RootElement.GetProperty("interfaces")[0].GetProperty("statistics").GetProperty("interface").GetString());
        using var watch = bench.Place.Start(DaemonBench.DotNet, [DaemonBench.Program, "status", "--socket", socket, "--watch"]);
        DaemonBench.Until(() => watch.Said.Split("capturing").Length > 2, () => watch.Said);
        Assert.True(watch.Stop(DaemonBench.Patience));
        Assert.Equal(ExitCode.Failed, bench.Command("status", "--socket", bench.PathOf("nobody.sock")).Status);
    }

    [Fact]
    public void Metrics_and_health_are_off_until_asked_for_and_follow_a_port_that_goes_down()
    {
        using var bench = new DaemonBench();
        var daemon = bench.StartCapturing();
        Assert.DoesNotContain("metrics on", daemon.Said, StringComparison.Ordinal);
        Assert.Equal("", Listening(bench));
        Assert.True(daemon.Stop(DaemonBench.Patience));

        var socket = bench.PathOf("metrics.sock");
        bench.Configure("", $"\"Telemetry\": {{ \"Listen\": \"unix:{socket}\" }},");
        daemon = bench.StartCapturing();
        bench.Attack(1);
        // Counters of the ring are read a few times a second.
        DaemonBench.Until(() => bench.Status() is { Targets: [{ Delivered: 1 }], Interfaces: [{ Statistics.Received: >= 2 }] }, () => daemon.Said);
        var samples = PrometheusParser.Parse(DaemonBench.Get(socket, "/metrics").Body);
        Assert.True(samples["sensor_capture_kernel_packets_total{interface=\"vb\"}"] >= 2);
        Assert.Equal((1, 0, 0), (Sample("sensor_delivery_messages_total"), Sample("sensor_outbox_depth"), Sample("sensor_outbox_oldest_age_seconds")));
        Assert.Equal(("HTTP/1.1 200 OK", "HTTP/1.1 200 OK"), (DaemonBench.Get(socket, "/healthz").Status, DaemonBench.Get(socket, "/readyz").Status));
        bench.Place.Ip("link", "set", "vb", "down");
        DaemonBench.Until(() => DaemonBench.Get(socket, "/readyz").Status.Contains("503", StringComparison.Ordinal), () => daemon.Said);
        Assert.Contains("vb is down or gone", DaemonBench.Get(socket, "/healthz").Body, StringComparison.Ordinal);
        bench.Place.Ip("link", "set", "vb", "up");
        DaemonBench.Until(() => DaemonBench.Get(socket, "/readyz").Status.Contains("200", StringComparison.Ordinal), () => daemon.Said);
        DaemonBench.Until(() => daemon.Said.Contains("interface-down is over: vb is up", StringComparison.Ordinal), () => daemon.Said);

        double Sample(string family) => samples[family + "{target=\"stdout\"}"];
    }

    [Fact]
    public void On_a_port_of_the_loopback_it_listens_there_and_nowhere_else()
    {
        using var bench = new DaemonBench("", "\"Telemetry\": { \"Listen\": \"127.0.0.1:9117\" },");
        var daemon = bench.StartCapturing();
        Assert.Contains("metrics on http://127.0.0.1:9117", daemon.Said, StringComparison.Ordinal);
        Assert.Equal("0100007F:239D", Listening(bench));
    }

    [Fact]
    public void The_selftest_needs_nothing_says_which_target_is_dead_and_sees_a_real_interface()
    {
        using var bench = new DaemonBench();
        var plain = bench.Command("selftest");
        Assert.True(plain.Status == 0, plain.Output + plain.Error);
        Assert.Contains("OK: the alert came out of every target", plain.Output, StringComparison.Ordinal);
        Assert.Contains("[SELFTEST]", plain.Output, StringComparison.Ordinal);
        var wired = bench.Command("selftest", "-i", "va");
        Assert.True(wired.Status == 0, wired.Output + wired.Error);
        Assert.Contains("captured on va", wired.Output, StringComparison.Ordinal);
        bench.Configure(DaemonBench.Target(9));
        var dead = bench.Command("selftest", "-c", bench.PathOf("sensor.json"), "--timeout", "2s");
        Assert.Equal(ExitCode.Failed, dead.Status);
        Assert.Contains("connection refused", dead.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.StorePath), "the daemon's own store is not touched");
    }

    /// <summary>What listens for TCP in the namespace, as the kernel writes it.</summary>
    private static string Listening(DaemonBench bench)
    {
        var sockets = Manual.Shell.Run("ip", ["netns", "exec", bench.Place.Name, "cat", "/proc/net/tcp"]).Output.Split('\n').Skip(1);
        return string.Join(' ', sockets.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static line => line is [_, _, _, "0A", ..]).Select(static line => line[1]));
    }
}
