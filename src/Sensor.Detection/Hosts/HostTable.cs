using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <summary>
/// Who is who, per segment: MAC ↔ addresses ↔ names ↔ roles, learned from ARP, NDP, DHCP, name services and traffic itself. Bounded.
/// An address belongs to the host that had it first, until that host has been silent, released it, or the lease says otherwise; a later claim
/// by another MAC does not move it while the owner lives.
/// </summary>
public sealed class HostTable
{
    /// <summary>
    /// The host that sent the packet: by its source MAC when that MAC is an end host on this link; by its source address when it came
    /// through a router or has no MAC. Creates it at first sight.
    /// </summary>
    public Host SenderOf(in Sighting at) => throw new NotImplementedException();

    /// <summary>The host the packet was sent to, by address (or by MAC where the address is broadcast-free unknown). Null for group addresses.</summary>
    public Host? ReceiverOf(in Sighting at) => throw new NotImplementedException();

    /// <summary>The owner of <paramref name="address"/>, created at first sight.</summary>
    public Host Of(int segment, IpAddress address, long timestampNs) => throw new NotImplementedException();

    /// <summary>The owner of <paramref name="mac"/>, created at first sight.</summary>
    public Host Of(int segment, MacAddress mac, long timestampNs) => throw new NotImplementedException();

    /// <summary>The owner of <paramref name="address"/> if known.</summary>
    public Host? Find(int segment, IpAddress address) => throw new NotImplementedException();

    /// <summary>The owner of <paramref name="mac"/> if known.</summary>
    public Host? Find(int segment, MacAddress mac) => throw new NotImplementedException();

    /// <summary>
    /// The MAC that owns <paramref name="address"/> on the link and how that is known, or none when the address was never seen on link.
    /// This is the binding before the packet being delivered, so a detector can compare a claim with it.
    /// </summary>
    public Binding BindingOf(int segment, IpAddress address) => throw new NotImplementedException();

    /// <summary>Whether traffic with this source MAC comes from many sources, so that the MAC is a router's.</summary>
    public bool IsRouterMac(int segment, MacAddress mac) => throw new NotImplementedException();

    /// <summary>All hosts in the order of first sight.</summary>
    public IEnumerable<Host> All => throw new NotImplementedException();

    /// <summary>Subscribes to what it learns from.</summary>
    public void Subscribe(ObservationBus bus) => throw new NotImplementedException();
}

/// <summary>How an address is bound to a MAC.</summary>
/// <param name="Mac">The owner's MAC; none when unknown.</param>
/// <param name="FirstSeenNs">Since when.</param>
/// <param name="LastSeenNs">The owner's last sign of life with this address.</param>
/// <param name="ByTraffic">IP packets with this source came from the MAC (not only ARP/NDP claims).</param>
/// <param name="ByLease">A DHCP server gave the address to the MAC.</param>
/// <param name="FirstFrame">The frame that showed the binding first.</param>
public readonly record struct Binding(
    MacAddress Mac, long FirstSeenNs, long LastSeenNs, bool ByTraffic, bool ByLease, Incidents.FrameReference FirstFrame)
{
    /// <summary>Whether there is a binding.</summary>
    public bool IsKnown => !Mac.IsNone;
}
