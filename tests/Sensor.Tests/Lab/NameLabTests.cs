namespace Sensor.Tests.Lab;

/// <summary>Who answers for wpad: NetBIOS, LLMNR, mDNS, DNS.</summary>
public sealed class NameLabTests(LabSite site, ITestOutputHelper output) : LiveLab(site, output), IClassFixture<LabSite>
{
    private const string Rogue = "00:0c:29:6e:00:66";

    [Theory]
    [InlineData("nbns-wpad-answer", "nbns-wpad-answer", "nmbd", "nmblookup", "nginx", "curl")]
    [InlineData("nbns-poisoner", "name-poisoner", "nmbd", "nmblookup", "python3")]
    [InlineData("mdns-wpad-answer", "mdns-wpad-answer", "avahi-daemon", "avahi-publish", "dbus-daemon", "nginx", "curl")]
    [InlineData("llmnr-wpad-answer", "llmnr-wpad-answer", "python3", "nginx", "curl")]
    [InlineData("dns-answer-race", "dns-answer-race", "dnsspoof", "dnsmasq", "dig")]
    [InlineData("bettercap-dns", "dns-answer-race", "bettercap", "dnsmasq", "dig", "ping")]
    public void Names_the_poisoner(string scene, string detector, params string[] tools) => Names("names", scene, detector, Rogue, tools);

    [Theory]
    [InlineData("nbns-own-names", "nmbd", "nmblookup")]
    [InlineData("mdns-own-names", "avahi-daemon", "dbus-daemon", "python3")]
    [InlineData("llmnr-own-names", "python3")]
    [InlineData("dns-round-robin", "dnsmasq", "dig", "python3")]
    [InlineData("dns-corporate-wpad", "dnsmasq", "dhclient", "dig", "nginx", "curl")]
    public void Passes_over_the_twin(string scene, params string[] tools) => PassesOver("names", scene, tools);
}
