namespace Sensor.Tests.Lab;

/// <summary>Who hands out the address plan: DHCP, DHCPv6 and router advertisements.</summary>
public sealed class LeaseLabTests(LabSite site, ITestOutputHelper output) : LiveLab(site, output), IClassFixture<LabSite>
{
    private const string Rogue = "00:0c:29:6e:00:66";

    [Theory]
    [InlineData("rogue-dhcp-wpad", "rogue-dhcp-wpad", "dnsmasq", "dhclient")]
    [InlineData("isc-rogue-wpad", "rogue-dhcp-wpad", "dhcpd", "dnsmasq", "dhclient", "udhcpc", "dhcpcd")]
    [InlineData("bettercap-dhcpv6", "rogue-dhcpv6-dns", "bettercap", "radvd", "dhclient")]
    [InlineData("fake-dhcps6", "rogue-dhcpv6-dns", "atk6-fake_dhcps6", "radvd", "dhclient")]
    [InlineData("rogue-router-advert", "rogue-router-advert", "atk6-fake_router26", "radvd")]
    [InlineData("rogue-radvd", "rogue-router-advert", "radvd", "rdisc6")]
    public void Names_the_rogue(string scene, string detector, params string[] tools) => Names("dhcp", scene, detector, Rogue, tools);

    [Theory]
    [InlineData("one-server-with-pac", "dnsmasq", "dhclient")]
    [InlineData("isc-site-server", "dhcpd", "dhclient", "udhcpc", "dhcpcd")]
    [InlineData("dhcpv6-site-server", "dnsmasq", "radvd", "dhclient", "rdisc6")]
    [InlineData("two-site-routers", "radvd", "rdisc6")]
    public void Passes_over_the_twin(string scene, params string[] tools) => PassesOver("dhcp", scene, tools);
}
