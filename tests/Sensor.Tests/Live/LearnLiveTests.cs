using System.Diagnostics;
using Sensor.Commands;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;
using Sensor.Tests.Store;

namespace Sensor.Tests.Live;

/// <summary>Learning on a cable by the real program: `sensor learn -i`, and the daemon with `sensor trust` beside it.</summary>
public sealed class LearnLiveTests : TemporaryFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("6s", false)]
    [InlineData("1h", true)]
    public void Learns_from_an_interface_until_the_time_is_over_or_somebody_interrupts(string time, bool isInterrupted) => LinkLab.Run(lab =>
    {
        var trust = PathOf("trust.json");
        using var sensor = Started("learn", "-i", "vb", "--for", time, "-o", trust);
        var complaints = sensor.StandardError.ReadToEndAsync();
        // Until it listens, and then some: what is sent before is not seen.
        for (var i = 0; i < 8; i++)
        {
            Play("dhcp/failover-pair.pcapng");
            Thread.Sleep(500);
        }
        if (isInterrupted)
            Interrupt(sensor);
        Assert.True(sensor.WaitForExit(Patience), "it did not end");
        Assert.True(sensor.ExitCode == 0, complaints.Result);
        Assert.Contains("sensor: learned ", complaints.Result, StringComparison.Ordinal);
        Assert.Contains("\"10.2.0.2\"", File.ReadAllText(trust), StringComparison.Ordinal);
        Assert.Equal(0, Invocation.Of("check", "--trust", trust).Status);
    });

    [Fact]
    public void The_daemon_learns_freezes_tells_a_change_and_takes_the_operators_word() => LinkLab.Run(lab =>
    {
        var store = PathOf("sensor.db");
        using var sensor = Started(
            "run", "-i", "vb", "--store", store, "--set", "Baseline:Period=1h", "--set", "Daemon:StatusSocket=", "--set", "Daemon:DropPrivileges=false");
        var said = sensor.StandardOutput.ReadToEndAsync();
        var complaints = sensor.StandardError.ReadToEndAsync();
        Eventually(() => File.Exists(store) && Trust(store, "list").Contains("Nothing was learned yet", StringComparison.Ordinal));
        for (var i = 0; i < 8; i++)
        {
            Play("dhcp/failover-pair.pcapng");
            Thread.Sleep(500);
        }
        // The operator ends the learning; the daemon picks it up and writes down what it has.
        Assert.Equal(0, Invocation.Of("trust", "freeze", "--reason", "seen enough", "--store", store).Status);
        Eventually(() => Trust(store, "list").Contains("DhcpServer 10.2.0.2", StringComparison.Ordinal));
        Assert.Contains("The baseline is frozen since", Trust(store, "list"), StringComparison.Ordinal);
        Assert.Contains("Nothing came since", Trust(store, "diff"), StringComparison.Ordinal);

        Eventually(() =>
        {
            Play("dhcp/rogue-dhcp-server.pcapng");
            return Trust(store, "diff").Contains("DhcpServer 10.2.0.66", StringComparison.Ordinal);
        });
        Assert.Equal(2, Invocation.Of("trust", "accept", "10.2.0.66", "--store", store).Status);
        Assert.Equal(0, Invocation.Of("trust", "accept", "10.2.0.66", "--reason", "a second server, CHG-1234", "--store", store).Status);
        var diff = Trust(store, "diff");
        Assert.Contains("accepted", diff, StringComparison.Ordinal);
        Assert.Contains($"{Environment.UserName}  accept  DhcpServer 10.2.0.66", diff, StringComparison.Ordinal);
        Assert.Contains("a second server, CHG-1234", diff, StringComparison.Ordinal);
        Assert.Equal(0, Invocation.Of("trust", "reject", "10.2.0.66", "--reason", "nobody ordered it", "--store", store).Status);

        // The daemon looks every few seconds and says what is in force.
        Thread.Sleep(TimeSpan.FromSeconds(8));
        Interrupt(sensor);
        Assert.True(sensor.WaitForExit(Patience), "it did not end");
        var log = said.Result + complaints.Result;
        Assert.True(sensor.ExitCode == ExitCode.Finished, log);
        Assert.True(log.Split("entries in force").Length > 2, log);
        Assert.Contains("The DHCP server was", log, StringComparison.Ordinal);
    });

    private static string Trust(string store, string action) => Invocation.Of("trust", action, "--store", store).Output;

    private static void Play(string capture)
    {
        using var sender = new FrameSender("va");
        foreach (var (_, octets) in PlayedFrames.Of(Path.Combine(Checkout.Captures, capture)))
            _ = sender.Send(octets);
    }

    private static void Eventually(Func<bool> isDone)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!isDone())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, $"it did not happen: {isDone.Method.Name}");
            Thread.Sleep(500);
        }
    }

    private static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    // A child lives in the namespace of the thread that starts it.
    private static Process Started(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(LearnCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
}
