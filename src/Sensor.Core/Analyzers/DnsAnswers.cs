using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// A response of DNS or LLMNR: one <see cref="NameAnswered"/> for its question, with what all answers together say, aliases followed. One walk
/// over the records. Of a broken or cut response what can be read is observed.
/// </summary>
internal static class DnsAnswers
{
    /// <summary>Questions a response may repeat; each costs a walk over its answers. Nobody sends more than one.</summary>
    private const int MaxQuestions = 8;

    /// <summary>Observes what <paramref name="message"/> answers.</summary>
    internal static Verdict Observe(in DnsMessage message, NameProtocol protocol, in MessageSighting seen)
    {
        if (message.QuestionCount == 0)
            return ObserveUnasked(in message, protocol, in seen);
        var octets = message.Octets;
        var verdict = Verdict.Parsed;
        var count = Math.Min((int)message.QuestionCount, MaxQuestions);
        for (int i = 0, at = DnsMessage.HeaderSize; i < count; i++)
        {
            var text = seen.Log.Room(DnsName.MaxText);
            if (!DnsName.TryWrite(octets, at, text, out var length, out var fieldsAt)
                || !DnsQuestion.TryReadFields(octets, at, fieldsAt, out var question))
                return seen.Incomplete;
            at = question.Next;
            var hash = text[..length].StableHash();
            var answersAt = at;
            if (!DnsQuestions.TrySkip(octets, ref answersAt, message.QuestionCount - i - 1))
                verdict = seen.Incomplete;
            var asked = new AskedName(question.NameAt, question.Type, seen.Log.Commit(length), hash, IsEchoed: true);
            if (!ObserveOne(in message, protocol, in seen, asked, answersAt))
                verdict = seen.Incomplete;
        }
        return message.IsTruncated ? Verdict.Parsed : verdict;
    }

    /// <summary>A response that repeats no question stands for the owner of its first answer.</summary>
    private static Verdict ObserveUnasked(in DnsMessage message, NameProtocol protocol, in MessageSighting seen)
    {
        var octets = message.Octets;
        var asked = default(AskedName);
        if (message.AnswerCount > 0)
        {
            var text = seen.Log.Room(DnsName.MaxText);
            if (!DnsRecord.TryRead(octets, DnsMessage.HeaderSize, out var first)
                || !DnsName.TryWrite(octets, first.OwnerAt, text, out var length, out _))
                return seen.Incomplete;
            var hash = text[..length].StableHash();
            asked = new AskedName(first.OwnerAt, first.Type, seen.Log.Commit(length), hash, IsEchoed: false);
        }
        var isWhole = ObserveOne(in message, protocol, in seen, asked, DnsMessage.HeaderSize);
        return isWhole || message.IsTruncated ? Verdict.Parsed : seen.Incomplete;
    }

    /// <summary>Observes the answer to one question; false where answers are missing or broken.</summary>
    private static bool ObserveOne(
        in DnsMessage message, NameProtocol protocol, in MessageSighting seen, in AskedName asked, int answersAt)
    {
        var tally = new AnswerTally(seen.Log.AddressRoom(AnswerTally.MaxAddresses));
        var isWhole = Gather(in message, in asked, answersAt, ref tally, seen.Log, out var otherOwnerAt);
        var otherOwner = otherOwnerAt == 0 ? default : KeepName(message.Octets, otherOwnerAt, seen.Log);
        var isDns = protocol == NameProtocol.Dns;
        ref var fact = ref seen.Add<NameAnswered>();
        fact.Protocol = protocol;
        fact.ResponseCode = message.ResponseCode;
        fact.Authoritative = message.IsAuthoritative && protocol != NameProtocol.Llmnr;
        fact.Truncated = message.IsTruncated;
        fact.RecursionAvailable = isDns && message.IsRecursionAvailable;
        fact.QuestionEchoed = asked.IsEchoed;
        fact.TransactionId = message.Id;
        fact.Type = asked.Type;
        fact.Flags = message.Flags;
        fact.AnswerCount = message.AnswerCount;
        fact.Ttl = tally.Ttl;
        fact.Name = asked.Text;
        fact.NameHash = asked.Hash;
        fact.IsWpad = WpadName.Is(seen.Log.Octets(asked.Text));
        fact.OtherOwner = otherOwner;
        fact.Target = tally.Target;
        fact.Addresses = seen.Log.CommitAddresses(tally.AddressCount);
        fact.AnswerHash = tally.Hash;
        return isWhole;
    }

    /// <summary>
    /// Tallies the answers. With one question all of them count, whoever owns them; with several only those of the question's name and its
    /// aliases. <paramref name="otherOwnerAt"/> is the owner of the first answer where it has nothing to do with the question, else 0.
    /// </summary>
    private static bool Gather(
        in DnsMessage message, in AskedName asked, int at, ref AnswerTally tally, ObservationLog log, out int otherOwnerAt)
    {
        otherOwnerAt = 0;
        var octets = message.Octets;
        var answersAt = at;
        var aliasAt = asked.NameAt;
        int count = message.AnswerCount;
        bool isSingle = message.QuestionCount <= 1, isFirst = true;
        for (var i = 0; i < count; i++)
        {
            if (DnsAddressRecord.TryRead(octets, at, asked.NameAt, out var address))
            {
                at += DnsAddressRecord.Size;
                tally.Add(in address);
                isFirst = false;
                continue;
            }
            if (!DnsRecord.TryRead(octets, at, out var record))
                return false;
            at = record.Next;
            if (record.Type == DnsType.Opt || (record.Type is DnsType.Rrsig or DnsType.Nsec && record.Type != asked.Type))
                continue;
            var isRelated = record.Type == DnsType.Dname
                || DnsName.AreSame(octets, record.OwnerAt, aliasAt) || DnsName.AreSame(octets, record.OwnerAt, asked.NameAt);
            if (isRelated && record.Type == DnsType.Cname)
                aliasAt = record.DataAt;
            if (isFirst && !isRelated && !IsTargetOfAlias(in message, answersAt, record.OwnerAt))
                otherOwnerAt = record.OwnerAt;
            isFirst = false;
            if (isRelated || isSingle)
                tally.Add(octets, in record, log);
        }
        return true;
    }

    /// <summary>Whether some alias among the answers leads to the name at <paramref name="ownerAt"/>: servers may send them in any order.</summary>
    private static bool IsTargetOfAlias(in DnsMessage message, int at, int ownerAt)
    {
        for (var i = 0; i < message.AnswerCount; i++)
        {
            if (!DnsRecord.TryRead(message.Octets, at, out var record))
                return false;
            if (record.Type == DnsType.Cname && DnsName.AreSame(message.Octets, record.DataAt, ownerAt))
                return true;
            at = record.Next;
        }
        return false;
    }

    private static OctetSlice KeepName(ReadOnlySpan<byte> octets, int at, ObservationLog log) =>
        DnsName.TryWrite(octets, at, log.Room(DnsName.MaxText), out var length, out _) ? log.Commit(length) : default;

    /// <summary>The name a response stands for: its offset in the message, type, text in the log, and whether the response repeats the question.</summary>
    private readonly record struct AskedName(int NameAt, ushort Type, OctetSlice Text, ulong Hash, bool IsEchoed);
}
