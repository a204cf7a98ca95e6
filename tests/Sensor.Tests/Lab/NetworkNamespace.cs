using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sensor.Tests.Lab;

/// <summary>A network namespace with a name nobody else has, removed with whatever still runs in it.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const int NetworkKind = 0x4000_0000;
    private static int _made;

    /// <summary>Makes it with its loopback up and without IPv6. Skips the test, visibly, where that cannot be done.</summary>
    public NetworkNamespace(string role)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab needs root on Linux");
        Assert.SkipUnless(LabTools.Find("ip") is not null, "the lab needs ip (iproute2)");
        Name = string.Create(CultureInfo.InvariantCulture, $"sn{Environment.ProcessId}-{Interlocked.Increment(ref _made)}{role}");
        var (code, said) = Execute("ip", "netns", "add", Name);
        Assert.SkipWhen(code != 0, $"no network namespaces here: {said}");
        Run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
        Ip("link", "set", "lo", "up");
    }

    public string Name { get; }

    /// <summary>ip(8) on the namespace; it must succeed.</summary>
    public void Ip(params string[] arguments) => Must("ip", ["-n", Name, .. arguments]);

    /// <summary>A command inside, to its end; it must succeed.</summary>
    public void Run(string program, params string[] arguments) => Must("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>A program inside; ip replaces itself by it, so its process id is the program's own.</summary>
    public LabProcess Start(string program, string[] arguments, params (string Name, string Value)[] environment) =>
        // Under nohup, which ignores SIGHUP for all it starts, a reload would never come.
        new("ip", ["netns", "exec", Name, "env", "--default-signal=HUP", program, .. arguments], environment);

    /// <summary>Runs <paramref name="action"/> on a thread of the namespace <paramref name="name"/>.</summary>
    public static void Inside(string name, Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{name}");
                Assert.Equal(0, Enter(handle, NetworkKind));
                action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)), $"what runs in {name} did not end");
        failure?.Throw();
    }

    /// <summary>Removes the namespace <paramref name="name"/>, and what still runs in it first.</summary>
    public static void Remove(string name)
    {
        foreach (var id in Execute("ip", "netns", "pids", name).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(id, CultureInfo.InvariantCulture, out var number))
                Execute("kill", "-9", number.ToString(CultureInfo.InvariantCulture));
        }
        Execute("ip", "netns", "del", name);
    }

    public void Dispose() => Remove(Name);

    private static void Must(string program, params string[] arguments)
    {
        var (code, said) = Execute(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {said}");
    }

    private static (int Code, string Said) Execute(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"{program} did not end");
        return (process.ExitCode, said + complaints.Result);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Enter(SafeFileHandle handle, int kind);
}
