using System.Text;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

public sealed class UpdateCatalogTests
{
    [Theory]
    [InlineData("sls.update.microsoft.com", "Windows Update metadata")]
    [InlineData("SLS.Update.Microsoft.COM.", "Windows Update metadata")]
    [InlineData("x.y.update.microsoft.com:443", "Windows Update metadata")]
    [InlineData("update.microsoft.com", "Windows Update legacy web/redirector")]
    [InlineData("catalog.update.microsoft.com", "Update Catalog and downloads")]
    [InlineData("ctldl.windowsupdate.com", "Certificate trust list")]
    [InlineData("au.download.windowsupdate.com", "Windows Update payload")]
    [InlineData("7.tlu.dl.delivery.mp.microsoft.com", "Windows Update payload, Delivery Optimization")]
    [InlineData("ftp.de.debian.org", "apt")]
    [InlineData("p07.upd.kaspersky.com", "Updater")]
    [InlineData("pico-update.eset.com", "Updater")]
    [InlineData("Update.E5.sk", "Updater")]
    public void Knows_hosts_by_the_most_exact_pattern(string host, string product) => Assert.Equal(product, Find(UpdateCatalog.BuiltIn, host)?.Product);

    [Theory]
    [InlineData("")]
    [InlineData("com")]
    [InlineData("microsoft.com")]
    [InlineData("notupdate.microsoft.com")]
    [InlineData("update.microsoft.com.evil.example")]
    [InlineData("p007.upd.kaspersky.com")]
    [InlineData("a.b.ftp.debian.org")]
    [InlineData("sls.update.microsoft.co")]
    public void Leaves_other_hosts_alone(string host) => Assert.Null(Find(UpdateCatalog.BuiltIn, host));

    [Theory]
    [InlineData("www.msftconnecttest.com")]
    [InlineData("captive.apple.com")]
    [InlineData("github.com")]
    [InlineData("cs9.wac.phicdn.net")]
    public void Probes_aliases_and_general_sites_are_known_but_not_judged(string host)
    {
        Assert.NotNull(Find(UpdateCatalog.BuiltIn, host));
        Assert.Null(UpdateCatalog.BuiltIn.FindJudged(Encoding.ASCII.GetBytes(host)));
    }

    [Fact]
    public void Every_entry_can_be_read_and_is_found_again()
    {
        foreach (var product in UpdateCatalog.BuiltIn.Products)
        {
            Assert.False(string.IsNullOrWhiteSpace(product.Vendor) || string.IsNullOrWhiteSpace(product.Product));
            Assert.All(product.Schemes, static scheme => Assert.True(scheme is "http" or "https"));
            foreach (var host in product.Hosts)
            {
                Assert.True(HostPattern.TryRead(host, product, out _), host);
                Assert.NotNull(Find(UpdateCatalog.BuiltIn, host.Replace("*", "a", StringComparison.Ordinal).Replace('?', '1')));
            }
        }
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var (known, other) = (Encoding.ASCII.GetBytes("Sls.Update.Microsoft.com:443"), Encoding.ASCII.GetBytes("some.host.of.nobody.example.org"));
        Assert.Equal(0, Allocations.Least(() =>
        {
            Assert.NotNull(UpdateCatalog.BuiltIn.Find(known));
            Assert.Null(UpdateCatalog.BuiltIn.Find(other));
        }));
    }

    [Fact]
    public void The_operators_entries_hold_before_the_built_in_ones()
    {
        var settings = new UpdateSettings
        {
            Catalog =
            [
                new() { Vendor = "Corp", Product = "Agent", Kind = "metadata", Hosts = ["agent.corp.example"], Issuers = ["Corp CA"] },
                new() { Vendor = "Corp", Product = "Mirror", Kind = "repository", Hosts = ["deb.debian.org"] },
            ],
        };
        Assert.True(UpdatePolicy.TryCreate(settings, out var policy, out _));
        Assert.Equal(("Agent", UpdateKind.Metadata), (Find(policy.Catalog, "agent.corp.example")!.Product, Find(policy.Catalog, "agent.corp.example")!.Kind));
        Assert.Equal("Mirror", Find(policy.Catalog, "deb.debian.org")!.Product);
        Assert.Equal("Windows Update metadata", Find(policy.Catalog, "sls.update.microsoft.com")!.Product);
    }

    [Fact]
    public void What_cannot_be_read_is_named_with_its_path()
    {
        var settings = new UpdateSettings
        {
            Catalog = [new() { Vendor = "Corp", Product = "Agent", Kind = "magic", Hosts = ["ok.example", "*", "a b"], Schemes = ["ftp"] }],
            WsusServers = ["10.0.0.0/40"],
            Caches = ["cache.example"],
        };
        Assert.False(UpdatePolicy.TryCreate(settings, out _, out var errors));
        Assert.Equal(
            ["Updates:Catalog:0:Kind", "Updates:Catalog:0:Hosts:1", "Updates:Catalog:0:Hosts:2", "Updates:Catalog:0:Schemes:0", "Updates:WsusServers:0", "Updates:Caches:0"],
            errors.Select(static error => error.Path));
        Assert.All(errors, static error => Assert.DoesNotContain('\n', error.ToString()));
    }

    private static UpdateProduct? Find(UpdateCatalog catalog, string host) => catalog.Find(Encoding.ASCII.GetBytes(host));
}
