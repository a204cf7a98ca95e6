using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>An ICMP redirect (RFC 792 type 5) or ICMPv6 redirect (RFC 4861 section 4.5). The sighting's destination is the host that is told.</summary>
public struct RouteRedirected
{
    /// <summary>The router to use from now on (for ICMPv6 the target; equal to <see cref="For"/> when the host is on link).</summary>
    public IpAddress Gateway;

    /// <summary>The destination whose route changes.</summary>
    public IpAddress For;

    /// <summary>ICMP code: 0 network, 1 host, 2 and 3 with type of service.</summary>
    public byte Code;

    /// <summary>ICMPv6 target link-layer address option, or <see cref="MacAddress.None"/>.</summary>
    public MacAddress GatewayMac;
}
