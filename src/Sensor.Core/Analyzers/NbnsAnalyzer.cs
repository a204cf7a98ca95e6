using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The NetBIOS name service, RFC 1002 section 4.2: queries and node status, registrations, refreshes, releases, and the answers to them.
/// What follows the records (padding of short frames) is ignored.
/// </summary>
public static class NbnsAnalyzer
{
    /// <summary>One datagram.</summary>
    public static Verdict Analyze(in PacketContext packet, ObservationLog log)
    {
        var seen = new MessageSighting(in packet, log);
        if (!DnsMessage.TryRead(packet.Payload, out var message))
            return seen.Incomplete;
        if (message.IsResponse)
            return NbnsResponses.Observe(in message, in seen);
        return message.Opcode switch
        {
            NbnsOpcode.Query => ObserveQuestions(in message, in seen),
            NbnsOpcode.Registration or NbnsOpcode.MultiHomed => ObserveClaim(in message, in seen, RegistrationKind.NbnsRegistration),
            NbnsOpcode.Refresh or NbnsOpcode.RefreshAlternative => ObserveClaim(in message, in seen, RegistrationKind.NbnsRefresh),
            NbnsOpcode.Release => ObserveClaim(in message, in seen, RegistrationKind.NbnsRelease),
            _ => Verdict.NotMine,
        };
    }

    private static Verdict ObserveQuestions(in DnsMessage message, in MessageSighting seen)
    {
        var octets = message.Octets;
        var at = DnsMessage.HeaderSize;
        for (var i = 0; i < Math.Min((int)message.QuestionCount, DnsQuestions.MaxQuestions); i++)
        {
            var text = seen.Log.Room(NetBiosName.MaxText);
            if (!NetBiosName.TryWrite(octets, at, text, out var length, out var suffix, out var fieldsAt)
                || !DnsQuestion.TryReadFields(octets, at, fieldsAt, out var question))
                return seen.Incomplete;
            at = question.Next;
            var hash = text[..length].StableHash();
            ref var fact = ref seen.Add<NameAsked>();
            fact.Protocol = NameProtocol.Nbns;
            fact.Suffix = suffix;
            fact.TransactionId = message.Id;
            fact.Type = question.Type;
            fact.Flags = message.Flags;
            fact.Name = seen.Log.Commit(length);
            fact.NameHash = hash;
            fact.IsWpad = WpadName.Is(seen.Log.Octets(fact.Name));
        }
        return Verdict.Parsed;
    }

    /// <summary>
    /// A registration, refresh or release: the name as question, the claimed addresses in the record that follows (mostly additional, and
    /// mostly a pointer to the question).
    /// </summary>
    private static Verdict ObserveClaim(in DnsMessage message, in MessageSighting seen, RegistrationKind kind)
    {
        var octets = message.Octets;
        var at = DnsMessage.HeaderSize;
        var text = seen.Log.Room(NetBiosName.MaxText);
        if (!NetBiosName.TryWrite(octets, at, text, out var length, out var suffix, out _)
            || !DnsQuestions.TrySkip(octets, ref at, message.QuestionCount))
            return seen.Incomplete;
        var hash = text[..length].StableHash();
        var name = seen.Log.Commit(length);
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var tally = new AnswerTally(addresses);
        var isGroup = false;
        var isWhole = DnsRecord.TryRead(octets, at, out var record);
        if (isWhole)
            isGroup = NbnsResponses.TallyAddresses(in record, ref tally);
        ref var fact = ref seen.Add<NameRegistered>();
        fact.Kind = kind;
        fact.Suffix = suffix;
        fact.IsGroup = isGroup;
        fact.TransactionId = message.Id;
        fact.Type = isWhole ? record.Type : DnsType.NetBios;
        fact.Name = name;
        fact.NameHash = hash;
        fact.Addresses = tally.KeepAddresses(seen.Log);
        return isWhole ? Verdict.Parsed : seen.Incomplete;
    }
}
