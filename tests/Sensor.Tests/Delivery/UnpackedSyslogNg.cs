using System.Diagnostics;

namespace Sensor.Tests.Delivery;

/// <summary>syslog-ng cannot be installed beside rsyslog: its package is unpacked into the test's folder and run from there.</summary>
/// <param name="Program">The program.</param>
/// <param name="Modules">The folder of its modules.</param>
/// <param name="Libraries">Folders of its libraries, for LD_LIBRARY_PATH.</param>
internal sealed record UnpackedSyslogNg(string Program, string Modules, string Libraries)
{
    private static readonly string[] Packages = ["syslog-ng-core", "libivykis0", "libnet1", "libwrap0", "libjson-c5", "libpcre3"];

    /// <summary>Downloads and unpacks it. Skips the test, visibly, where it cannot be had.</summary>
    public static UnpackedSyslogNg Into(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/apt-get"), "syslog-ng is unpacked from Debian's package");
        var root = Path.Combine(folder, "syslog-ng");
        Directory.CreateDirectory(root);
        foreach (var package in Packages)
            Run("apt-get", ["download", package], folder);
        foreach (var file in Directory.GetFiles(folder, "*.deb"))
            Run("dpkg", ["-x", file, root], folder);
        var program = Path.Combine(root, "usr/sbin/syslog-ng");
        Assert.SkipUnless(File.Exists(program), "syslog-ng could not be downloaded");
        var modules = Directory.GetDirectories(Path.Combine(root, "usr/lib/syslog-ng")).FirstOrDefault(Directory.Exists) ?? "";
        var known = Path.Combine(root, "usr/lib/syslog-ng/3.38");
        var libraries = new[] { "usr/lib/syslog-ng", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu" }
            .Select(part => Path.Combine(root, part));
        return new UnpackedSyslogNg(program, Directory.Exists(known) ? known : modules, string.Join(':', libraries));
    }

    private static void Run(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit(TimeSpan.FromMinutes(1));
    }
}
