using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The records of mDNS messages. A response gives a <see cref="NameAnswered"/> for each owner and type, those of the additional section
/// too, because receivers keep them all the same (RFC 6762 section 10.4); goodbyes apart. A multicast response gives a
/// <see cref="NameRegistered"/> for each owner of addresses, aliases or services, a probe one for each owner and type.
/// </summary>
internal static class MdnsResponses
{
    private static readonly RecordGroups.KindOfRecord KindOf =
        static (in DnsRecord record) => record.Ttl == 0 ? RecordKind.Withdrawal : RecordKind.Claim;

    /// <summary>Observes the response <paramref name="message"/>.</summary>
    internal static Verdict Observe(in DnsMessage message, in MessageSighting seen, bool isMulticast)
    {
        var at = DnsMessage.HeaderSize;
        if (!DnsQuestions.TrySkip(message.Octets, ref at, message.QuestionCount))
            return seen.Incomplete;
        if (message.QuestionCount > 0 && !HasAnswerOfQuestion(in message, at))
            DnsAnswers.Observe(in message, NameProtocol.Mdns, in seen);
        if (!ObserveSection(in message, in seen, ref at, message.AnswerCount, isMulticast)
            || !DnsUpdates.TrySkipRecords(message.Octets, ref at, message.AuthorityCount)
            || !ObserveSection(in message, in seen, ref at, message.AdditionalCount, isMulticast))
            return message.IsTruncated ? Verdict.Parsed : seen.Incomplete;
        return Verdict.Parsed;
    }

    /// <summary>Observes the records a probe wants to claim, which lie in its authority section at <paramref name="at"/>.</summary>
    internal static Verdict ObserveProbe(in DnsMessage message, in MessageSighting seen, int at)
    {
        Span<RecordGroups.Entry> entries = stackalloc RecordGroups.Entry[RecordGroups.RoomFor(message.AuthorityCount)];
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var groups = new RecordGroups(entries);
        for (int left = message.AuthorityCount; left > 0;)
        {
            var isWhole = groups.TryRead(message.Octets, ref at, ref left, KindOf, seen.Log);
            for (var i = 0; i < groups.Count; i++)
            {
                if (!groups.IsFirstOfGroup(i))
                    continue;
                var tally = new AnswerTally(addresses);
                groups.TallyGroup(message.Octets, i, ref tally, seen.Log);
                AddRegistered(in message, in seen, in groups[i], RegistrationKind.MdnsProbe, in tally);
            }
            if (!isWhole)
                return seen.Incomplete;
        }
        return Verdict.Parsed;
    }

    private static bool ObserveSection(in DnsMessage message, in MessageSighting seen, ref int at, int count, bool isMulticast)
    {
        if (count == 0)
            return true;
        Span<RecordGroups.Entry> entries = stackalloc RecordGroups.Entry[RecordGroups.RoomFor(count)];
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var groups = new RecordGroups(entries);
        for (var left = count; left > 0;)
        {
            var isWhole = groups.TryRead(message.Octets, ref at, ref left, KindOf, seen.Log);
            for (var i = 0; i < groups.Count; i++)
            {
                if (!groups.IsFirstOfGroup(i))
                    continue;
                ObserveGroup(in message, in seen, in groups, i, addresses);
                if (isMulticast && IsFirstClaimOfOwner(in groups, i))
                    ObserveAnnouncement(in message, in seen, in groups, i, addresses);
            }
            if (!isWhole)
                return false;
        }
        return true;
    }

    private static void ObserveGroup(
        in DnsMessage message, in MessageSighting seen, in RecordGroups groups, int index, Span<IpAddress> addresses)
    {
        var tally = new AnswerTally(addresses);
        groups.TallyGroup(message.Octets, index, ref tally, seen.Log);
        ref readonly var entry = ref groups[index];
        ref var fact = ref seen.Add<NameAnswered>();
        fact.Protocol = NameProtocol.Mdns;
        fact.ResponseCode = message.ResponseCode;
        fact.Authoritative = message.IsAuthoritative;
        fact.Truncated = message.IsTruncated;
        fact.CacheFlush = tally.CacheFlush;
        fact.QuestionEchoed = message.QuestionCount > 0;
        fact.TransactionId = message.Id;
        fact.Type = entry.Type;
        fact.Flags = message.Flags;
        fact.AnswerCount = message.AnswerCount;
        fact.Ttl = tally.Ttl;
        fact.Name = entry.Owner;
        fact.NameHash = entry.OwnerHash;
        fact.IsWpad = WpadName.Is(seen.Log.Octets(entry.Owner));
        fact.Target = tally.Target;
        fact.Addresses = tally.KeepAddresses(seen.Log);
        fact.AnswerHash = tally.Hash;
    }

    /// <summary>The owner of record <paramref name="index"/> with all its addresses and its first target.</summary>
    private static void ObserveAnnouncement(
        in DnsMessage message, in MessageSighting seen, in RecordGroups groups, int index, Span<IpAddress> addresses)
    {
        var tally = new AnswerTally(addresses);
        for (var i = index; i < groups.Count; i++)
        {
            if (groups[i].OwnerNumber == groups[index].OwnerNumber && IsClaim(in groups[i])
                && DnsRecord.TryRead(message.Octets, groups[i].At, out var record))
                tally.Add(message.Octets, in record, seen.Log);
        }
        AddRegistered(in message, in seen, in groups[index], RegistrationKind.MdnsAnnouncement, in tally);
    }

    private static void AddRegistered(
        in DnsMessage message, in MessageSighting seen, in RecordGroups.Entry entry, RegistrationKind kind, in AnswerTally tally)
    {
        ref var fact = ref seen.Add<NameRegistered>();
        fact.Kind = kind;
        fact.TransactionId = message.Id;
        fact.Type = entry.Type;
        fact.Name = entry.Owner;
        fact.NameHash = entry.OwnerHash;
        fact.Addresses = tally.KeepAddresses(seen.Log);
        fact.Target = tally.Target;
    }

    private static bool IsFirstClaimOfOwner(in RecordGroups groups, int index)
    {
        if (!IsClaim(in groups[index]))
            return false;
        for (var i = 0; i < index; i++)
        {
            if (groups[i].OwnerNumber == groups[index].OwnerNumber && IsClaim(in groups[i]))
                return false;
        }
        return true;
    }

    private static bool IsClaim(in RecordGroups.Entry entry) =>
        entry.Kind == RecordKind.Claim && entry.Type is DnsType.A or DnsType.Aaaa or DnsType.Cname or DnsType.Srv;

    /// <summary>Whether an answer belongs to a name the response repeats in its question section.</summary>
    private static bool HasAnswerOfQuestion(in DnsMessage message, int at)
    {
        for (var i = 0; i < message.AnswerCount && DnsRecord.TryRead(message.Octets, at, out var record); i++)
        {
            if (DnsName.AreSame(message.Octets, record.OwnerAt, DnsMessage.HeaderSize))
                return true;
            at = record.Next;
        }
        return false;
    }
}
