using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>ARP for IPv4 (RFC 826, RFC 5227): who says to own which address. RARP and InARP claim nothing about IPv4 neighbours and are passed over.</summary>
public static class ArpAnalyzer
{
    /// <summary>Observes <see cref="AddressClaimed"/> for a request or reply.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        if (!ArpPacket.TryRead(packet.Payload, out var arp))
            return ArpPacket.IsIpv4(packet.Payload) ? Verdict.Malformed : Verdict.NotMine;
        if (arp.Operation is not (ArpPacket.Request or ArpPacket.Reply))
            return Verdict.NotMine;
        var at = Sighting.Of(in packet);
        at.Source = arp.SenderAddress;
        at.Destination = arp.TargetAddress;
        ref var claim = ref log.Add<AddressClaimed>(in at);
        claim.Operation = arp.Operation;
        claim.SenderMac = arp.SenderMac;
        claim.SenderAddress = at.Source;
        claim.TargetMac = arp.TargetMac;
        claim.TargetAddress = at.Destination;
        return Verdict.Parsed;
    }
}
