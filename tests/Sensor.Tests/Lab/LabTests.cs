using System.Diagnostics;
using System.Text.Json;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Lab;

/// <summary>
/// Attacks carried out now, by real programs in network namespaces that the scene makes itself, recorded like a SPAN port and replayed: the
/// detectors must name them with whatever ids, times and addresses today's run has. Skipped, visibly, where namespaces or tools are missing.
/// </summary>
public sealed class LabTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("names", "nbns-wpad-answer", "nbns-wpad-answer", "nmbd", "nmblookup", "nginx", "curl")]
    [InlineData("names", "llmnr-wpad-answer", "llmnr-wpad-answer", "python3", "nginx", "curl")]
    [InlineData("dhcp", "rogue-dhcp-wpad", "rogue-dhcp-wpad", "dnsmasq", "dhclient")]
    [InlineData("proxies", "rogue-proxy", "credentials-exposed", "python3", "curl")]
    [InlineData("proxies", "proxy-rewrites", "proxy-rewrites", "python3", "curl")]
    [InlineData("credentials", "smb-to-poisoner", "credentials-exposed", "python3", "smbd", "smbclient")]
    [InlineData("wire", "arp-spoofing", "arp-spoofing", "arpspoof", "nginx", "curl", "ping")]
    public void A_fresh_recording_names_the_attack(string area, string scene, string detector, params string[] tools)
    {
        SkipWithout([.. tools, "ip", "ethtool", "tcpdump", "editcap"]);
        var folder = Directory.CreateTempSubdirectory("sensor-lab-test").FullName;
        try
        {
            Record(area, scene, folder);
            var lines = Replayed.Of(Path.Combine(folder, area, $"{scene}.pcapng"), "--format", "eve").Lines;
            Assert.Contains(detector, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sensor").GetProperty("detector").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void SkipWithout(string[] tools)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab needs root on Linux");
        var missing = tools.Where(tool => !PathFolders().Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        Assert.SkipUnless(missing.Count == 0, $"the lab needs {string.Join(' ', missing)}");
    }

    private static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]);

    private void Record(string area, string scene, string folder)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Checkout.Captures, "make", $"{area}.sh"), scene])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SENSOR_CAPTURES_OUT"] = folder;
        using var lab = Process.Start(start)!;
        var said = lab.StandardError.ReadToEndAsync();
        Assert.True(lab.WaitForExit(TimeSpan.FromMinutes(2)), "the scene did not end");
        output.WriteLine(said.Result);
        Assert.SkipWhen(lab.ExitCode != 0 && said.Result.Contains("Operation not permitted", StringComparison.Ordinal), "no network namespaces here");
        Assert.True(lab.ExitCode == 0, said.Result);
    }
}
