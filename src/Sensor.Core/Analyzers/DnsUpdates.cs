using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Dynamic updates, RFC 2136: the sections are zone, prerequisites, updates, additional. Every owner and type to be added or deleted is one
/// <see cref="NameRegistered"/>. Bonjour sleep proxies take them on the mDNS port.
/// </summary>
internal static class DnsUpdates
{
    private const ushort ClassNone = 254, ClassAny = 255; // section 2.5: deletions
    private static readonly RecordGroups.KindOfRecord KindOf =
        static (in DnsRecord record) => record.Class is ClassNone or ClassAny ? RecordKind.Withdrawal : RecordKind.Claim;

    /// <summary>Observes what the update request <paramref name="message"/> adds and deletes.</summary>
    internal static Verdict Observe(in DnsMessage message, in MessageSighting seen)
    {
        var octets = message.Octets;
        var at = DnsMessage.HeaderSize;
        var text = seen.Log.Room(DnsName.MaxText);
        if (message.QuestionCount != 1 || !DnsName.TryWrite(octets, at, text, out var length, out _))
            return seen.Incomplete;
        var zone = seen.Log.Commit(length);
        if (!DnsQuestions.TrySkip(octets, ref at, 1) || !TrySkipRecords(octets, ref at, message.AnswerCount))
            return seen.Incomplete;

        Span<RecordGroups.Entry> entries = stackalloc RecordGroups.Entry[RecordGroups.RoomFor(message.AuthorityCount)];
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var groups = new RecordGroups(entries);
        for (int left = message.AuthorityCount; left > 0;)
        {
            var isWhole = groups.TryRead(octets, ref at, ref left, KindOf, seen.Log);
            for (var i = 0; i < groups.Count; i++)
            {
                if (groups.IsFirstOfGroup(i))
                    ObserveGroup(in message, in seen, in groups, i, zone, addresses);
            }
            if (!isWhole)
                return seen.Incomplete;
        }
        return Verdict.Parsed;
    }

    /// <summary>Moves <paramref name="at"/> over <paramref name="count"/> records.</summary>
    internal static bool TrySkipRecords(ReadOnlySpan<byte> octets, ref int at, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!DnsRecord.TryRead(octets, at, out var record))
                return false;
            at = record.Next;
        }
        return true;
    }

    private static void ObserveGroup(
        in DnsMessage message, in MessageSighting seen, in RecordGroups groups, int index, OctetSlice zone, Span<IpAddress> addresses)
    {
        var tally = new AnswerTally(addresses);
        groups.TallyGroup(message.Octets, index, ref tally, seen.Log);
        ref readonly var entry = ref groups[index];
        ref var fact = ref seen.Add<NameRegistered>();
        fact.Kind = entry.Kind == RecordKind.Claim ? RegistrationKind.DnsUpdateAdd : RegistrationKind.DnsUpdateDelete;
        fact.TransactionId = message.Id;
        fact.Type = entry.Type;
        fact.Name = entry.Owner;
        fact.NameHash = entry.OwnerHash;
        fact.Zone = zone;
        fact.Addresses = tally.KeepAddresses(seen.Log);
        fact.Target = tally.Target;
    }
}
