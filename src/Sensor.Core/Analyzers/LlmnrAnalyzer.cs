using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Link-local multicast name resolution over UDP and TCP, RFC 4795: DNS messages with one question and opcode 0.</summary>
public static class LlmnrAnalyzer
{
    /// <summary>One datagram.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log) =>
        Read(packet.Payload, new MessageSighting(in packet, log));

    /// <summary>One message out of a TCP stream, without its length prefix.</summary>
    public static Verdict AnalyzeMessage(ReadOnlySpan<byte> message, in Sighting at, ObservationLog log) =>
        Read(message, new MessageSighting(in at, log));

    private static Verdict Read(ReadOnlySpan<byte> octets, in MessageSighting seen)
    {
        if (!DnsMessage.TryRead(octets, out var message))
            return seen.Incomplete;
        if (message.Opcode != DnsOpcode.Query)
            return Verdict.NotMine;
        return message.IsResponse
            ? DnsAnswers.Observe(in message, NameProtocol.Llmnr, in seen)
            : DnsQuestions.Observe(in message, NameProtocol.Llmnr, in seen, isLegacy: false, out _);
    }
}
