namespace Sensor.Tests.Lab;

/// <summary>Who claims the addresses of others, by ARP and neighbour discovery.</summary>
public sealed class WireLabTests(LabSite site, ITestOutputHelper output) : LiveLab(site, output), IClassFixture<LabSite>
{
    private const string Rogue = "00:0c:29:6e:00:66";

    [Theory]
    [InlineData("arp-spoofing", "arp-spoofing", "arpspoof", "nginx", "curl", "ping")]
    [InlineData("ettercap-arp", "arp-spoofing", "ettercap", "nginx", "curl")]
    [InlineData("bettercap-proxy", "arp-spoofing", "bettercap", "iptables", "nginx", "curl", "ping")]
    [InlineData("parasite6", "ndp-spoofing", "atk6-parasite6", "ping")]
    public void Names_the_man_in_the_middle(string scene, string detector, params string[] tools) =>
        Names("wire", scene, detector, Rogue, tools);

    [Theory]
    [InlineData("vrrp-failover", "keepalived", "ping")]
    [InlineData("hardware-replaced", "arping", "nginx", "curl")]
    [InlineData("ndp-ordinary", "ping")]
    public void Passes_over_the_twin(string scene, params string[] tools) => PassesOver("wire", scene, tools);
}
