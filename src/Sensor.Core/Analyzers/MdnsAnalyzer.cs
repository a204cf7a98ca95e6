using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Multicast DNS, RFC 6762: questions with their known answers, probes, responses and announcements, goodbyes, legacy unicast both ways, and
/// updates sent to sleep proxies. Each message stands alone: a list of known answers or a response over several packets gives the facts of each.
/// </summary>
public static class MdnsAnalyzer
{
    /// <summary>The port mDNS speaks from and to; a question from another is a legacy resolver's (section 6.7).</summary>
    public const ushort Port = 5353;

    /// <summary>One datagram.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        var seen = new MessageSighting(in packet, log);
        if (!DnsMessage.TryRead(packet.Payload, out var message))
            return seen.Incomplete;
        if (message.Opcode == DnsOpcode.Update)
            return message.IsResponse ? Verdict.Parsed : DnsUpdates.Observe(in message, in seen);
        if (message.Opcode != DnsOpcode.Query)
            return Verdict.NotMine;
        if (message.IsResponse)
            return MdnsResponses.Observe(in message, in seen, packet.Packet.Destination.IsMulticast);
        var verdict = DnsQuestions.Observe(in message, NameProtocol.Mdns, in seen, packet.Packet.SourcePort != Port, out var end);
        if (verdict != Verdict.Parsed || message.AuthorityCount == 0)
            return verdict;
        return DnsUpdates.TrySkipRecords(message.Octets, ref end, message.AnswerCount)
            ? MdnsResponses.ObserveProbe(in message, in seen, end)
            : seen.Incomplete;
    }
}
