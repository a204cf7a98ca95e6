using System.Runtime.InteropServices;

namespace Sensor.PacSandbox;

/// <summary>
/// Takes rights away from the process of the sandbox for good (setrlimit(2)): no file or socket can be opened any more, nothing written, no
/// core dumped, and memory and processor time end. Linux only; elsewhere the heap limit and the deadline remain.
/// </summary>
internal static class SandboxLimits
{
    private const int ProcessorTime = 0, FileSize = 1, Data = 2, Core = 4, OpenFiles = 7;
    private const int WriteOnly = 1, StandardError = 2;
    private const ulong Unlimited = ulong.MaxValue;

    /// <summary>
    /// Private memory over what the warm process has: the heap limit and the script thread's stack. The heap limit should be met first;
    /// this
    /// also ends what grows outside of the heap.
    /// </summary>
    private const ulong MoreData = 72UL * 1024 * 1024;

    /// <summary>To be called when the process is warm: whatever it will ever need is loaded.</summary>
    public static void Close()
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (PrivateOctets() is { } now)
            Set(Data, now + MoreData, now + MoreData);
        Set(Core, 0, 0);
        Set(FileSize, 0, 0);
        // What is open stays open, but nothing can be opened above the three standard streams; sockets are files too. Not 0: poll(2)
        // takes no more descriptors than this, and the runtime's own thread would spin on its refusal.
        Set(OpenFiles, 3, 3);
    }

    /// <summary>Lets the next evaluation use a few seconds of processor time, after which the kernel ends the process.</summary>
    public static void GrantProcessorTime(TimeSpan used)
    {
        if (OperatingSystem.IsLinux())
            Set(ProcessorTime, (ulong)used.TotalSeconds + 4, Unlimited);
    }

    /// <summary>
    /// Sends the runtime's last words nowhere: a script that ends its process is a result, not news for the operator's terminal.
    /// </summary>
    public static void Mute()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _ = close(StandardError);
        _ = open("/dev/null"u8.ToArray(), WriteOnly);
    }

    private static void Set(int resource, ulong soft, ulong hard)
    {
        var limit = new ResourceLimit { Soft = soft, Hard = hard };
        _ = setrlimit(resource, in limit);
    }

    private static ulong? PrivateOctets()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("VmData:", StringComparison.Ordinal)
                && ulong.TryParse(line.AsSpan("VmData:".Length).Trim().TrimEnd(" kB"), out var kibibytes))
                return kibibytes * 1024;
        }
        return null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft, Hard;
    }

#pragma warning disable CA1838, CA2101, IDE1006, SYSLIB1054 // Plain C calls with blittable arguments: no code needs to be generated for them.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setrlimit(int resource, in ResourceLimit limit);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
#pragma warning restore CA1838, CA2101, IDE1006, SYSLIB1054
}
