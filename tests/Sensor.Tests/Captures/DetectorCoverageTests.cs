using System.Text.Json;
using Sensor.Detection.Detectors;

namespace Sensor.Tests.Captures;

/// <summary>The shipped captures hold an attack for every detector; the benign ones raise nothing.</summary>
public sealed class DetectorCoverageTests
{
    /// <summary>Scenes that hold no attack. Everything else in captures/ is an attack and must raise an alert.</summary>
    private static readonly string[] Benign =
    [
        "names/nbns-own-names", "names/nbns-wins-server", "names/llmnr-own-names", "names/mdns-own-names", "names/dns-corporate-wpad",
        "names/dns-wpad-sinkholed", "names/dns-round-robin", "names/dns-own-update", "names/wpad-name-leak", "names/nbns-routed-wins",
        "dhcp/one-server-with-pac", "dhcp/failover-pair", "dhcp/dhcp-wpad-terminated", "dhcp/classroom-start", "dhcp/dhcpv6-site-server",
        "dhcp/two-site-routers", "pac/corporate-pac", "pac/pac-reindented", "pac/no-pac-there",
        "pac/pac-split-tunnel", "pac/pac-shared-load", "pac/pac-ordinary-code", "pac/pac-large", "wire/vrrp-failover", "wire/hardware-replaced",
        "dhcp/two-site-routers", "pac/corporate-pac", "pac/pac-reindented", "pac/no-pac-there", "wire/vrrp-failover", "wire/hardware-replaced",
        "updates/ordinary-updates", "updates/tls-inspection", "updates/wsus-plaintext", "updates/wsus-published",
        "updates/flame-twin",
        "wire/proxy-arp", "wire/duplicate-address", "wire/ndp-ordinary", "wire/gateway-redirects", "wire/router-seen-twice",
        "payloads/windows-update-quiet", "payloads/own-tool-signed",
        "names/llmnr-name-forms", "names/mdns-reflector", "names/dns-wildcard", "names/captive-portal", "wire/arp-poller-one-way",
        "wire/docking-station", "wire/hsrp-pair", "dhcp/relayed-leases",
        "proxies/corporate-proxy", "proxies/portal-and-backend", "proxies/lossy-line", "credentials/ordinary-logons",
        "dhcp/isc-site-server", "proxies/chromium-office",
        "names/captive-portal-late", "names/printer-of-its-mac", "names/wpad-record-renewed", "pac/pac-two-balancers", "pac/pac-redirected-home",
        "wire/arp-probed", "dhcp/two-relays", "dhcp/two-providers",
    ];

    [Fact]
    public void Every_detector_finds_something_in_the_shipped_captures()
    {
        var found = new HashSet<string>();
        foreach (var line in Replayed.Of(Checkout.Captures, "--format", "eve", "--all", "--separate").Lines)
            found.Add(JsonDocument.Parse(line).RootElement.GetProperty("sensor").GetProperty("detector").GetString()!);
        Assert.Empty(DetectorCatalog.All.Select(entry => entry.Info.Id).Except(found));
    }

    [Fact]
    public void Attacks_raise_alerts_and_benign_scenes_do_not()
    {
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Checkout.Captures, "*.pcapng", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var scene = Path.GetRelativePath(Checkout.Captures, file)[..^".pcapng".Length].Replace('\\', '/');
            var alerts = Replayed.Of(file, "--format", "eve").Lines.Length;
            var isBenign = Benign.Contains(scene) || scene.StartsWith("tls/", StringComparison.Ordinal);
            if (isBenign != (alerts == 0))
                wrong.Add($"{scene}: {alerts} alerts");
        }
        Assert.Empty(wrong);
    }
}
