using System.Text;
using System.Text.Json;

namespace Sensor.Tests.Captures;

/// <summary>
/// Every shared real capture against its ground truth: attacks are named with the right detector, suspect and victim, benign ones raise no alert,
/// ambiguous ones no more than a low or possible finding. Read in place; skipped, visibly, where they are absent.
/// </summary>
public sealed class ManifestTests(ITestOutputHelper output)
{
    /// <summary>The rows whose ground truth says ATTACK, or SYNTHETIC with something suspicious: what a finding must name.</summary>
    private static readonly Expected[] Attacks =
    [
        new("RA-ROGUE-KILLROUTER__suricata-verify-kill_router6.pcap", "rogue-router-advert", "00:50:b6:19:e6:50", null, Alert: true),
        new("ARP-SPOOF-BIDIR__ICS-Security-Tools-melsoft_UDP_unclean_1.pcap", "arp-spoofing", "c8:5b:76:8b:4c:69", "192.168.3.101", Alert: true),
        new("ARP-SPOOF-SANDERS__packets-arppoison.pcapng", "arp-spoofing", "00:25:b3:bf:91:ee", "172.16.0.107", Alert: true),
        new("LLMNR-ANSWER-OTHERIP__suricata-verify-llmnr-hostname-match-input.pcap", "name-poisoner", "192.168.1.200", null, Alert: false),
        new("ICMP-REDIRECT__suricata-verify-icmp-hdr-02-input.pcap", "icmp-redirect", "10.123.0.2", null, Alert: false),
        new("TCP-OVERLAP__suricata-verify-tcp-overlap.pcap", "response-injected", "1.1.1.1", null, Alert: true),
        new("DHCP-OPT252__zeek-dhcp_time_and_nameserver.pcap", "rogue-dhcp-wpad", "192.168.15.101", null, Alert: false),
    ];

    [Fact]
    public void Names_the_attacks_and_leaves_the_benign_alone()
    {
        Assert.SkipWhen(Checkout.SharedCaptures is null, "no shared captures beside this checkout");
        var (named, falseAlarms, problems) = (0, 0, new List<string>());
        var table = new StringBuilder($"{"capture",-72} {"expected",-22} alerts  findings\n");
        foreach (var file in Rows())
        {
            var path = Path.Combine(Checkout.SharedCaptures!, "given", file);
            var alerts = Replayed.Of(path, "--format", "eve").Lines;
            var findings = Replayed.Of(path, "--format", "eve", "--all").Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
            var expected = Attacks.FirstOrDefault(attack => attack.File == file);
            var isNamed = expected is not null && findings.Any(expected.IsNamedBy);
            if (isNamed)
                named++;
            else if (expected is not null)
                problems.Add($"{file}: {expected.Detector} by {expected.Suspect} is not named");
            if (expected is { Alert: true } && alerts.Length == 0)
                problems.Add($"{file}: no alert");
            if (expected is not { Alert: true } && alerts.Length > 0)
            {
                falseAlarms++;
                problems.Add($"{file}: false alarm: {alerts[0]}");
            }
            table.AppendLine($"{file,-72} {expected?.Detector ?? "benign",-22} {alerts.Length,6}  {Summary(findings)}");
        }
        output.WriteLine(table.ToString());
        output.WriteLine($"recall {named} of {Attacks.Length}, false alarms {falseAlarms} of {Rows().Count - Attacks.Count(a => a.Alert)} captures without an attack");
        Assert.Empty(problems);
    }

    /// <summary>Whether the ground truth of a capture names an attack.</summary>
    internal static bool IsAttack(string file) => Attacks.Any(attack => attack.File == file && attack.Alert);

    /// <summary>The given captures.</summary>
    internal static List<string> Rows() =>
    [
        .. File.ReadLines(Path.Combine(Checkout.SharedCaptures!, "MANIFEST.tsv")).Select(line => line.Split('\t'))
            .Where(cells => cells[0] == "given").Select(cells => cells[1]),
    ];

    private static string Summary(List<JsonElement> findings) => string.Join(' ', findings
        .GroupBy(f => $"{f.GetProperty("sensor").GetProperty("detector")}/{f.GetProperty("sensor").GetProperty("severity")}/{f.GetProperty("sensor").GetProperty("confidence")}")
        .Select(group => $"{group.Key}×{group.Count()}"));

    private sealed record Expected(string File, string Detector, string Suspect, string? Victim, bool Alert)
    {
        public bool IsNamedBy(JsonElement eve)
        {
            var finding = eve.GetProperty("sensor");
            return finding.GetProperty("detector").GetString() == Detector
                && finding.GetProperty("suspect").GetRawText().Contains($"\"{Suspect}\"", StringComparison.Ordinal)
                && (Victim is null || finding.GetProperty("victims").GetRawText().Contains($"\"{Victim}\"", StringComparison.Ordinal));
        }
    }
}
