using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>A router advertisement, RFC 4861 section 4.2, with the options of RFC 8106.</summary>
public struct RouterAdvertised
{
    /// <summary>Router lifetime in seconds; 0: not a default router (any more).</summary>
    public ushort RouterLifetime;

    /// <summary>Current hop limit the hosts should use; 0 unspecified.</summary>
    public byte CurrentHopLimit;

    /// <summary>M: addresses by DHCPv6.</summary>
    public bool Managed;

    /// <summary>O: other configuration by DHCPv6.</summary>
    public bool OtherConfiguration;

    /// <summary>Default router preference (RFC 4191): 1 high, 0 medium, -1 low.</summary>
    public sbyte Preference;

    /// <summary>MTU option, 0 when absent.</summary>
    public uint Mtu;

    /// <summary>Source link-layer address option, or <see cref="MacAddress.None"/>.</summary>
    public MacAddress SourceMac;

    /// <summary>Prefixes of the prefix information options; lengths in <see cref="PrefixLengths"/>, one octet each.</summary>
    public AddressSlice Prefixes;

    /// <summary>Prefix lengths in bits, one octet for each of <see cref="Prefixes"/>.</summary>
    public OctetSlice PrefixLengths;

    /// <summary>DNS servers (RDNSS) with a lifetime above 0.</summary>
    public AddressSlice DnsServers;

    /// <summary>DNS search list (DNSSL), names separated by a space.</summary>
    public OctetSlice SearchList;
}
