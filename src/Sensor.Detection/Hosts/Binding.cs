using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Hosts;

/// <summary>How an address is bound to a MAC.</summary>
/// <param name="Mac">The owner's MAC; none when unknown.</param>
/// <param name="FirstSeenNs">Since when.</param>
/// <param name="LastSeenNs">The owner's last sign of life with this address.</param>
/// <param name="ByTraffic">IP packets with this source came from the MAC (not only ARP/NDP claims).</param>
/// <param name="ByLease">A DHCP server gave the address to the MAC.</param>
/// <param name="FirstFrame">The frame that showed the binding first.</param>
public readonly record struct Binding(
    MacAddress Mac, long FirstSeenNs, long LastSeenNs, bool ByTraffic, bool ByLease, FrameReference FirstFrame)
{
    /// <summary>Whether there is a binding.</summary>
    public bool IsKnown => !Mac.IsNone;
}
