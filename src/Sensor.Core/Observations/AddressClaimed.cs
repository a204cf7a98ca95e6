using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>An ARP packet (RFC 826, RFC 5227). The sighting's MACs are the Ethernet header's and may differ from the packet's.</summary>
public struct AddressClaimed
{
    /// <summary>1 request, 2 reply.</summary>
    public ushort Operation;

    /// <summary>Sender hardware address.</summary>
    public MacAddress SenderMac;

    /// <summary>Sender protocol address; 0.0.0.0 in a probe.</summary>
    public IpAddress SenderAddress;

    /// <summary>Target hardware address.</summary>
    public MacAddress TargetMac;

    /// <summary>Target protocol address.</summary>
    public IpAddress TargetAddress;

    /// <summary>RFC 5227 section 2.1.1: asks without claiming.</summary>
    public readonly bool IsProbe => SenderAddress.IsUnspecified;

    /// <summary>Sender and target address are equal: announcement or gratuitous ARP.</summary>
    public readonly bool IsGratuitous => SenderAddress == TargetAddress && !IsProbe;
}
