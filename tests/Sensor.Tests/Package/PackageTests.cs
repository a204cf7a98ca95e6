using System.Globalization;
using System.Text.RegularExpressions;
using Sensor.Commands;
using Sensor.Tests.Captures;
using Sensor.Tests.Manual;

namespace Sensor.Tests.Package;

/// <summary>The Debian package: built, judged by Debian's own checker, and lived through on a machine that is thrown away.</summary>
public sealed partial class PackageTests(BuiltPackage package, ITestOutputHelper output) : IClassFixture<BuiltPackage>
{
    [Fact]
    public void It_bears_the_program_s_version_and_what_a_package_must_have()
    {
        Assert.EndsWith($"sensor_{SensorCli.Version}_amd64.deb", package.Path, StringComparison.Ordinal);
        Assert.Equal(SensorCli.Version, Shell.Run("dpkg-deb", ["-f", package.Path, "Version"]).Output.Trim());
        var files = Shell.Run("dpkg-deb", ["-c", package.Path]).Output;
        Assert.All(
            [
                "./usr/bin/sensor -> ../lib/sensor/sensor", "./usr/lib/sensor/sensor", "./usr/lib/sensor/libe_sqlite3.so", "./etc/sensor/appsettings.json",
                "./usr/lib/systemd/system/sensor.service", "./etc/logrotate.d/sensor", "./usr/share/man/man1/sensor.1.gz",
                "./usr/share/man/man5/sensor-appsettings.5.gz", "./usr/share/man/man8/sensor.service.8.gz",
                "./usr/share/bash-completion/completions/sensor", "./usr/share/zsh/vendor-completions/_sensor",
                "./usr/share/doc/sensor/copyright", "./usr/share/doc/sensor/changelog.gz",
            ],
            file => Assert.Contains($"{file}\n", files, StringComparison.Ordinal));
        // Nobody but root may write what root and the service run, and no file is run with another's rights.
        Assert.All(files.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^([-d]rw[-x]r-[-x]r-[-x]|l.{9}) root/root ", line));
    }

    [Fact]
    public void Lintian_finds_no_error_and_no_warning()
    {
        Assert.SkipUnless(Shell.Has("lintian"), "lintian is not installed");
        var run = Shell.Run("lintian", ["--allow-root", "--fail-on", "error,warning", package.Path], most: TimeSpan.FromMinutes(5));
        output.WriteLine(run.Output);
        Assert.True(run.Status == 0, run.Output + run.Error);
    }

    [Fact]
    public void The_same_program_is_packed_into_the_same_octets()
    {
        var built = package.Path;
        var publish = package.NewFolder("publish");
        Assert.Equal(0, Shell.Run("dpkg-deb", ["-x", built, publish]).Status);
        var folders = new[] { "one", "two" }.Select(package.NewFolder).ToArray();
        foreach (var folder in folders)
        {
            var run = Shell.Run("bash", [BuiltPackage.Script, "--from", Path.Combine(publish, "usr/lib/sensor"), "--output", folder], most: TimeSpan.FromMinutes(3));
            Assert.True(run.Status == 0, run.Error);
            Thread.Sleep(TimeSpan.FromSeconds(1.1)); // Time stamps have seconds: a clock that leaks in would show.
        }
        var name = Path.GetFileName(built);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folders[0], name)), File.ReadAllBytes(Path.Combine(folders[1], name)));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("booted")]
    public void It_is_installed_run_upgraded_removed_and_purged_and_leaves_nothing(string phase)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "installing packages needs root on Linux");
        Assert.SkipUnless(Shell.Run("unshare", ["--mount", "--pid", "--net", "--fork", "true"]).Status == 0, "no mount namespaces here");
        Assert.SkipUnless(File.ReadAllText("/proc/filesystems").Contains("\toverlay\n", StringComparison.Ordinal), "no overlay file system here");
        Assert.SkipUnless(Shell.Run("dpkg", ["-s", "libpcap0.8", "libssl3", "adduser"]).Status == 0, "what the package depends on is not installed");
        var script = Path.Combine(Checkout.Root, "tests", "Sensor.Tests", "Package", "package-life.sh");
        var run = Shell.Run("bash", [script, phase, package.Path, Path.Combine(Checkout.Captures, "tour.pcapng")], most: TimeSpan.FromMinutes(6));
        output.WriteLine(run.Output);
        Assert.True(run.Status == 0, run.Output + run.Error);
        Assert.True(run.Output.Split('\n').Count(line => line.StartsWith("holds: ", StringComparison.Ordinal)) >= 7, run.Output);
    }

    [Fact]
    public void The_container_s_files_are_enough_to_run_it_with_one_capability_and_no_shell()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "changing root and user needs root on Linux");
        Assert.SkipUnless(Shell.Run("unshare", ["--mount", "--pid", "--net", "--fork", "true"]).Status == 0, "no mount namespaces here");
        Assert.SkipUnless(Shell.Has("capsh") && Shell.Has("setcap"), "capsh and setcap are not installed");
        var script = Path.Combine(Checkout.Root, "tests", "Sensor.Tests", "Package", "container-life.sh");
        var layout = Path.Combine(Checkout.Root, "src", "Package", "container-root");
        var run = Shell.Run("bash", [script, package.Path, layout, Path.Combine(Checkout.Captures, "tour.pcapng")], most: TimeSpan.FromMinutes(4));
        output.WriteLine(run.Output);
        Assert.True(run.Status == 0, run.Output + run.Error);
        Assert.Contains("CAP_NET_RAW is all it has", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_is_hardened_and_makes_sense_to_systemd()
    {
        Assert.SkipUnless(Shell.Has("systemd-analyze"), "systemd is not installed");
        var unit = Path.Combine(Checkout.Root, "src", "Package", "systemd", "sensor.service");
        var judged = Shell.Run("systemd-analyze", ["security", "--offline=true", unit]);
        var level = Exposure().Match(judged.Output);
        Assert.True(level.Success, judged.Output + judged.Error);
        output.WriteLine(level.Value);
        Assert.InRange(double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture), 0, 2.5);
        // The runtime compiles or maps executable pages: with it the program dies at its first line.
        Assert.DoesNotContain("MemoryDenyWriteExecute=yes", File.ReadAllText(unit), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Overall exposure level for sensor\.service: ([0-9.]+)")]
    private static partial Regex Exposure();
}
