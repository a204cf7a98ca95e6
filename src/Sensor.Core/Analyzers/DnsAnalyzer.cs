using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Unicast DNS over UDP and TCP, RFC 1035: questions, answers, and dynamic updates (RFC 2136). Other opcodes carry no fact.
/// EDNS (RFC 6891) lies in the additional section and so needs no reading.
/// </summary>
public static class DnsAnalyzer
{
    /// <summary>One datagram.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log) =>
        Read(packet.Payload, new MessageSighting(in packet, log));

    /// <summary>One message out of a TCP stream, without its length prefix (RFC 7766 section 8).</summary>
    public static Verdict AnalyzeMessage(ReadOnlySpan<byte> message, in Sighting at, ObservationLog log) =>
        Read(message, new MessageSighting(in at, log));

    private static Verdict Read(ReadOnlySpan<byte> octets, in MessageSighting seen)
    {
        if (!DnsMessage.TryRead(octets, out var message))
            return seen.Incomplete;
        if (message.Opcode == DnsOpcode.Update)
            return message.IsResponse ? Verdict.Parsed : DnsUpdates.Observe(in message, in seen);
        if (message.Opcode != DnsOpcode.Query)
            return DnsOpcode.IsKnown(message.Opcode) ? Verdict.Parsed : Verdict.NotMine;
        return message.IsResponse
            ? DnsAnswers.Observe(in message, NameProtocol.Dns, in seen)
            : DnsQuestions.Observe(in message, NameProtocol.Dns, in seen, isLegacy: false, out _);
    }
}
