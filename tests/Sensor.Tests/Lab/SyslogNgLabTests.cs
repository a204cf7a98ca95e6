namespace Sensor.Tests.Lab;

/// <summary>The same alerts at syslog-ng.</summary>
public sealed class SyslogNgLabTests(SyslogNgSite site, ITestOutputHelper output) : LiveLab(site, output), IClassFixture<SyslogNgSite>
{
    [Fact]
    public void Names_the_rogue() => Names("dhcp", "rogue-dhcp-wpad", "rogue-dhcp-wpad", "00:0c:29:6e:00:66", ["dnsmasq", "dhclient"]);
}
