using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>First-hop redundancy: who offers to be the gateway, with which priority (VRRP, CARP over IP; HSRP over UDP).</summary>
public static class RedundancyAnalyzer
{
    /// <summary>Virtual addresses kept of one advertisement; groups have one or two.</summary>
    public const int MaxAddresses = 16;

    private const byte AuthenticationHeader = 2;

    /// <summary>Observes <see cref="RedundancyAdvertised"/> for a packet of protocol 112.</summary>
    public static Verdict AnalyzeVrrp(in PacketContext packet, ObservationLog log)
    {
        if (!VrrpPacket.TryRead(packet.Payload, packet.Packet.Source.IsV4, out var advert))
            return Verdict.Malformed;
        var count = Math.Min(advert.AddressCount, MaxAddresses);
        Span<IpAddress> addresses = stackalloc IpAddress[MaxAddresses];
        for (var i = 0; i < count; i++)
            addresses[i] = advert.Address(i);
        ref var fact = ref log.Add<RedundancyAdvertised>(in packet);
        fact.Protocol = advert.IsCarp ? RedundancyProtocol.Carp : RedundancyProtocol.Vrrp;
        fact.Authentication = advert.IsCarp || advert.AuthenticationType == AuthenticationHeader ? RedundancyAuthentication.Signed
            : advert.AuthenticationType != 0 ? RedundancyAuthentication.Password : RedundancyAuthentication.None;
        fact.Group = advert.Group;
        fact.Priority = advert.Priority;
        fact.IsResigning = !advert.IsCarp && advert.Priority == 0;
        fact.Addresses = log.Keep((ReadOnlySpan<IpAddress>)addresses[..count]);
        return Verdict.Parsed;
    }

    /// <summary>Observes <see cref="RedundancyAdvertised"/> for an HSRP message that says who serves or stands by.</summary>
    public static Verdict AnalyzeHsrp(in PacketContext packet, ObservationLog log)
    {
        if (!HsrpMessage.TryRead(packet.Payload, out var message))
            return Verdict.NotMine;
        Span<IpAddress> address = [message.Address];
        ref var fact = ref log.Add<RedundancyAdvertised>(in packet);
        fact.Protocol = RedundancyProtocol.Hsrp;
        fact.Authentication = message.IsSigned ? RedundancyAuthentication.Signed
            : message.HasPassword ? RedundancyAuthentication.Password : RedundancyAuthentication.None;
        fact.Group = message.Group;
        fact.Priority = message.Priority;
        fact.IsResigning = message.Opcode == HsrpMessage.Resign;
        fact.Addresses = message.Address.IsUnspecified ? default : log.Keep((ReadOnlySpan<IpAddress>)address);
        return Verdict.Parsed;
    }
}
