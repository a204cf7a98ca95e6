using Sensor.Core.Wire;

namespace Sensor.Detection.Trust;

/// <summary>What the operator trusts, per VLAN where given. Empty by default: every question is then answered false, except home networks.</summary>
public sealed class TrustPolicy
{
    /// <summary>An empty policy.</summary>
    public static TrustPolicy Empty { get; } = new();

    /// <summary>Whether the operator listed any DHCP server (for this VLAN or for all).</summary>
    public bool KnowsDhcpServers(ushort vlan) => throw new NotImplementedException();

    /// <summary>Whether a DHCPv4/v6 server is trusted, by address or MAC.</summary>
    public bool IsDhcpServer(ushort vlan, IpAddress address, MacAddress mac) => throw new NotImplementedException();

    /// <summary>Whether a DNS resolver is trusted.</summary>
    public bool IsResolver(ushort vlan, IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether an address is a trusted WPAD host.</summary>
    public bool IsWpadHost(ushort vlan, IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether a PAC URL is trusted (compared without trailing NUL, CR, LF, space).</summary>
    public bool IsPacUrl(ushort vlan, ReadOnlySpan<byte> url) => throw new NotImplementedException();

    /// <summary>Whether the SHA-256 of a PAC is pinned as trusted.</summary>
    public bool IsPacHash(ReadOnlySpan<byte> sha256) => throw new NotImplementedException();

    /// <summary>Whether a proxy is trusted, by address or host name.</summary>
    public bool IsProxy(ushort vlan, IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether a router is trusted, by address or MAC.</summary>
    public bool IsRouter(ushort vlan, IpAddress address, MacAddress mac) => throw new NotImplementedException();

    /// <summary>Whether a MAC is a trusted gateway MAC.</summary>
    public bool IsGatewayMac(ushort vlan, MacAddress mac) => throw new NotImplementedException();

    /// <summary>Whether a WINS server is trusted.</summary>
    public bool IsWinsServer(ushort vlan, IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether an address is inside the home networks; by default RFC 1918, fc00::/7, link-local and loopback.</summary>
    public bool IsHome(IpAddress address) => throw new NotImplementedException();
}
