using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Sensor.Capture.Live;

namespace Sensor.Tests.Live;

/// <summary>
/// A network namespace of a test's own, with one cable (a veth pair): frames sent into "va" come out of "vb". It lives as long as the test's thread and
/// what the test opens on it. Skipped, visibly, where namespaces cannot be had.
/// </summary>
internal sealed class LinkLab
{
    private const int NewNetwork = 0x4000_0000;

    private LinkLab()
    {
    }

    /// <summary>Runs <paramref name="test"/> on a thread in a new namespace.</summary>
    internal static void Run(Action<LinkLab> test)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root on Linux");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip"), "needs ip (iproute2)");
        var isMade = true;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0)
                {
                    isMade = false;
                    return;
                }
                // One processor sends everything, as one queue of a card does: frames of several may overtake each other before any ring.
                Assert.Equal(0, SetAffinity(0, sizeof(ulong), [1]));
                var lab = new LinkLab();
                lab.Connect();
                test(lab);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromMinutes(2)), "the test did not end");
        Assert.SkipUnless(isMade, "no network namespaces here");
        failure?.Throw();
    }

    /// <summary>Makes the cable, without offloads and without the neighbour discovery of IPv6.</summary>
    internal void Connect()
    {
        const string noIpv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
        if (File.Exists(noIpv6))
            File.WriteAllText(noIpv6, "1");
        Ip("link add va type veth peer name vb");
        Ip("link set va up");
        Ip("link set vb up");
        using var probe = new LinkProbe();
        // The carrier follows a little later.
        Assert.True(SpinWait.SpinUntil(() => probe.Look("va") is { IsUp: true } && probe.Look("vb") is { IsUp: true }, TimeSpan.FromSeconds(10)));
    }

    /// <summary>Runs ip(8) in the namespace.</summary>
    internal void Ip(string arguments) => Show(arguments);

    /// <summary>What ip(8) says in the namespace.</summary>
    internal string Show(string arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = ip.StandardOutput.ReadToEnd();
        var complaint = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        Assert.True(ip.ExitCode == 0, $"ip {arguments}: {complaint}");
        return said;
    }

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nuint length, ulong[] mask);

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unshare(int flags);
}
