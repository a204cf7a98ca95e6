using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>The question section of a DNS, LLMNR or mDNS query: one <see cref="NameAsked"/> for each question.</summary>
internal static class DnsQuestions
{
    /// <summary>Questions read of one message. mDNS asks for dozens at once; the bound keeps pointers to long names from filling the log.</summary>
    internal const int MaxQuestions = 128;

    private const ushort LlmnrConflict = 0x0400;

    /// <summary>Observes the questions of <paramref name="message"/>; <paramref name="end"/> is the offset behind them.</summary>
    internal static Verdict Observe(in DnsMessage message, NameProtocol protocol, in MessageSighting seen, bool isLegacy, out int end)
    {
        end = DnsMessage.HeaderSize;
        var octets = message.Octets;
        var flags = message.Flags;
        var count = Math.Min((int)message.QuestionCount, MaxQuestions);
        for (var i = 0; i < count; i++)
        {
            var text = seen.Log.Room(DnsName.MaxText);
            if (!DnsName.TryWrite(octets, end, text, out var length, out var fieldsAt)
                || !DnsQuestion.TryReadFields(octets, end, fieldsAt, out var question))
                return seen.Incomplete;
            end = question.Next;
            var hash = text[..length].StableHash();
            ref var fact = ref seen.Add<NameAsked>();
            fact.Protocol = protocol;
            fact.WantsUnicast = isLegacy || (protocol == NameProtocol.Mdns && question.WantsUnicast);
            fact.Conflict = protocol == NameProtocol.Llmnr && (flags & LlmnrConflict) != 0;
            fact.TransactionId = message.Id;
            fact.Type = question.Type;
            fact.Flags = flags;
            fact.KnownAnswers = protocol == NameProtocol.Mdns ? message.AnswerCount : (ushort)0;
            fact.Name = seen.Log.Commit(length);
            fact.NameHash = hash;
            fact.IsWpad = WpadName.Is(seen.Log.Octets(fact.Name));
        }
        return count == message.QuestionCount ? Verdict.Parsed : Verdict.Malformed;
    }

    /// <summary>Finds the offset behind <paramref name="count"/> questions from <paramref name="at"/> on.</summary>
    internal static bool TrySkip(ReadOnlySpan<byte> octets, ref int at, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!DnsQuestion.TryRead(octets, at, out var question))
                return false;
            at = question.Next;
        }
        return true;
    }
}
