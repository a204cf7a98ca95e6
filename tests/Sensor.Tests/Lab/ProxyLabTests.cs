namespace Sensor.Tests.Lab;

/// <summary>What becomes of the lured: rogue PACs, proxies and updates, credentials given away.</summary>
public sealed class ProxyLabTests(LabSite site, ITestOutputHelper output) : LiveLab(site, output), IClassFixture<LabSite>
{
    private const string Rogue = "00:0c:29:6e:00:66";

    [Theory]
    [InlineData("updates", "flame-by-squid", "flame-replication", "nmbd", "nmblookup", "nginx", "squid", "curl", "openssl", "osslsigncode")]
    [InlineData("proxies", "mitmproxy", "update-tls-impostor", "mitmdump", "python3", "nginx", "curl")]
    [InlineData("proxies", "chromium-lured", "rogue-proxy", "chromium", "dnsmasq", "dhclient", "nginx", "python3")]
    [InlineData("proxies", "rogue-proxy", "credentials-exposed", "python3", "curl")]
    [InlineData("proxies", "proxy-rewrites", "proxy-rewrites", "python3", "curl")]
    [InlineData("credentials", "smb-to-poisoner", "credentials-exposed", "python3", "smbd", "smbclient")]
    public void Names_who_came_between(string area, string scene, string detector, params string[] tools) =>
        Names(area, scene, detector, Rogue, tools);

    [Theory]
    [InlineData("updates", "flame-twin", "dnsmasq", "dhclient", "nginx", "squid", "curl", "python3")]
    [InlineData("proxies", "chromium-office", "chromium", "dnsmasq", "nginx", "squid")]
    [InlineData("proxies", "corporate-proxy", "squid", "nginx", "curl")]
    public void Passes_over_the_twin(string area, string scene, params string[] tools) => PassesOver(area, scene, tools);
}
