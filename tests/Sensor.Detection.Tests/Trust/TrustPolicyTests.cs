using Sensor.Core.Wire;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Trust;

public sealed class TrustPolicyTests
{
    private static readonly IpAddress Inside = IpAddress.FromV4(0x0A010203), Outside = IpAddress.FromV4(0x08080808);

    [Fact]
    public void Trusts_nobody_by_default_but_knows_private_space()
    {
        Assert.False(TrustPolicy.Empty.IsWpadHost(0, Inside));
        Assert.False(TrustPolicy.Empty.KnowsDhcpServers(20));
        Assert.True(TrustPolicy.Empty.IsHome(Inside));
        Assert.False(TrustPolicy.Empty.IsHome(Outside));
    }

    [Fact]
    public void Trusts_addresses_networks_macs_names_urls_and_hashes()
    {
        var policy = Read(new TrustSettings
        {
            DhcpServers = ["10.1.2.3", "02:00:00:00:00:05"],
            Resolvers = ["10.1.0.0/16", "2001:db8::/32"],
            Proxies = ["proxy.corp.example:3128", "10.9.9.9:8080", "[2001:db8::1]:3128"],
            PacUrls = ["http://WPAD.corp.example/wpad.dat"],
            PacHashes = [new string('a', 64)],
            GatewayMacs = ["02-00-00-00-00-01"],
        });
        var mac = new MacAddress(0x0200_0000_0005);

        Assert.True(policy.IsDhcpServer(0, Inside, MacAddress.None));
        Assert.True(policy.IsDhcpServer(0, Outside, mac));
        Assert.False(policy.IsDhcpServer(0, Outside, MacAddress.None));
        Assert.True(policy.IsResolver(0, IpAddress.FromV4(0x0A01FFFF)));
        Assert.False(policy.IsResolver(0, IpAddress.FromV4(0x0A020000)));
        Assert.True(policy.IsProxy(0, IpAddress.FromV4(0x0A090909)));
        Assert.True(policy.IsProxyName(0, "Proxy.Corp.Example"u8));
        Assert.True(policy.IsPacUrl(0, "HTTP://wpad.CORP.example/wpad.dat\n\0"u8));
        Assert.False(policy.IsPacUrl(0, "http://wpad.corp.example/WPAD.dat"u8));
        Assert.True(policy.IsPacHash(Convert.FromHexString(new string('A', 64))));
        Assert.True(policy.IsRouter(0, Outside, new MacAddress(0x0200_0000_0001)));
    }

    [Fact]
    public void Adds_the_lists_of_a_vlan_to_those_of_the_site()
    {
        var policy = Read(new TrustSettings
        {
            WpadHosts = ["10.0.0.1"],
            Vlans = new Dictionary<string, TrustLists> { ["20"] = new() { WpadHosts = ["10.20.0.1"] } },
        });

        Assert.True(policy.IsWpadHost(20, IpAddress.FromV4(0x0A140001)));
        Assert.True(policy.IsWpadHost(20, IpAddress.FromV4(0x0A000001)));
        Assert.False(policy.IsWpadHost(30, IpAddress.FromV4(0x0A140001)));
    }

    [Fact]
    public void Replaces_private_space_by_the_home_networks_given()
    {
        var policy = Read(new TrustSettings { HomeNetworks = ["128.2.0.0/16"] });

        Assert.True(policy.IsHome(IpAddress.FromV4(0x80020101)));
        Assert.False(policy.IsHome(Inside));
        Assert.True(policy.IsHome(IpAddress.FromV4(0xA9FE0101)));
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.256")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    [InlineData("host.example")]
    public void Names_the_path_and_value_of_an_address_it_cannot_read(string value)
    {
        var settings = new TrustSettings
        {
            Vlans = new Dictionary<string, TrustLists> { ["20"] = new() { Resolvers = ["10.0.0.1", value] } },
        };

        Assert.False(TrustPolicy.TryCreate(settings, out _, out var errors));

        var error = Assert.Single(errors);
        Assert.Equal("Trust:Vlans:20:Resolvers:1", error.Path);
        Assert.Equal(value, error.Value);
        Assert.Contains("IP address", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_error_at_once()
    {
        var settings = new TrustSettings
        {
            PacUrls = ["ftp://x/y"],
            PacHashes = ["abc"],
            GatewayMacs = ["ff:ff:ff:ff:ff:ff"],
            Proxies = ["a b"],
            Vlans = new Dictionary<string, TrustLists> { ["4095"] = new() },
        };

        Assert.False(TrustPolicy.TryCreate(settings, out var policy, out var errors));

        Assert.Equal(
            ["Trust:PacUrls:0", "Trust:PacHashes:0", "Trust:Proxies:0", "Trust:GatewayMacs:0", "Trust:Vlans:4095"],
            errors.Select(error => error.Path));
        Assert.Same(TrustPolicy.Empty, policy);
    }

    private static TrustPolicy Read(TrustSettings settings)
    {
        Assert.True(TrustPolicy.TryCreate(settings, out var policy, out var errors), string.Join('\n', errors));
        return policy;
    }
}
