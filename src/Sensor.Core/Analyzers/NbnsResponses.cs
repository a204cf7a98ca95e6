using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Responses of the NetBIOS name service, RFC 1002 sections 4.2.5 to 4.2.18: they repeat no question, their first record bears the name.
/// </summary>
internal static class NbnsResponses
{
    private const int AddressEntrySize = 6;      // flags (2), address (4); section 4.2.1.3
    private const int StatusEntrySize = 18;      // name (15), suffix (1), flags (2); section 4.2.18
    private const int MaxStatusNames = 32;       // hosts list half a dozen; keeps one datagram from filling the log
    private const ushort GroupBit = 0x8000;
    private const byte WorkstationSuffix = 0x00;

    /// <summary>Observes the response <paramref name="message"/>.</summary>
    internal static Verdict Observe(in DnsMessage message, in MessageSighting seen)
    {
        var octets = message.Octets;
        var at = DnsMessage.HeaderSize;
        if (!DnsQuestions.TrySkip(octets, ref at, message.QuestionCount))
            return seen.Incomplete;
        var text = seen.Log.Room(NetBiosName.MaxText);
        if (!NetBiosName.TryWrite(octets, at, text, out var length, out var suffix, out _))
            return seen.Incomplete;
        var name = new BearerName(suffix, seen.Log.Commit(length), text[..length].StableHash());
        if (!DnsRecord.TryRead(octets, at, out var record))
            return seen.Incomplete;
        switch (message.Opcode)
        {
            case NbnsOpcode.Query when record.Type == DnsType.NodeStatus:
                ObserveNodeStatus(in message, in seen, in name, in record);
                return Verdict.Parsed;
            case NbnsOpcode.Query or NbnsOpcode.Wait:
                ObserveAnswer(in message, in seen, in name, in record);
                return Verdict.Parsed;
            case NbnsOpcode.Registration or NbnsOpcode.MultiHomed or NbnsOpcode.Refresh or NbnsOpcode.RefreshAlternative:
                ObserveRegistration(in message, in seen, in name, in record);
                return Verdict.Parsed;
            case NbnsOpcode.Release:
                return Verdict.Parsed;
            default:
                return Verdict.NotMine;
        }
    }

    /// <summary>Tallies the addresses of an NB record and returns the group bit of the first. Other records count with their data.</summary>
    internal static bool TallyAddresses(in DnsRecord record, ref AnswerTally tally)
    {
        var data = record.Data;
        if (record.Type != DnsType.NetBios || data.Length < AddressEntrySize)
        {
            if (!data.IsEmpty)
                tally.Add(record.Type, data, record.Ttl);
            return false;
        }
        var isGroup = (data.U16(0) & GroupBit) != 0;
        for (; data.Length >= AddressEntrySize; data = data[AddressEntrySize..])
            tally.Add(record.Type, IpAddress.ReadV4(data[2..]), record.Ttl);
        return isGroup;
    }

    /// <summary>A positive or negative query response (sections 4.2.13, 4.2.14), a redirect (4.2.15) or a wait (4.2.16).</summary>
    private static void ObserveAnswer(in DnsMessage message, in MessageSighting seen, in BearerName name, in DnsRecord record)
    {
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var tally = new AnswerTally(addresses);
        var isWait = message.Opcode == NbnsOpcode.Wait;
        var isGroup = !isWait && message.AnswerCount > 0 && TallyAddresses(in record, ref tally);
        ref var fact = ref AddAnswered(in message, in seen, in name, in record);
        fact.IsWait = isWait;
        fact.IsGroup = isGroup;
        fact.Ttl = isWait || tally.Count > 0 ? record.Ttl : 0;
        fact.Addresses = tally.KeepAddresses(seen.Log);
        fact.AnswerHash = tally.Hash;
    }

    /// <summary>A node status (section 4.2.18): the answer for the name that was asked (mostly "*"), and each name the host lists as its own.</summary>
    private static void ObserveNodeStatus(in DnsMessage message, in MessageSighting seen, in BearerName name, in DnsRecord record)
    {
        var data = record.Data;
        var count = data.IsEmpty ? 0 : Math.Min(Math.Min(data[0], (data.Length - 1) / StatusEntrySize), MaxStatusNames);
        var target = default(OctetSlice);
        for (var i = 0; i < count; i++)
        {
            var entry = data.Slice(1 + (i * StatusEntrySize), StatusEntrySize);
            var text = seen.Log.Room(NetBiosName.MaxText);
            var length = NetBiosName.WritePlain(entry[..NetBiosName.Size], text);
            var hash = text[..length].StableHash();
            ref var listed = ref seen.Add<NameRegistered>();
            listed.Kind = RegistrationKind.NbnsNodeStatus;
            listed.Suffix = entry[NetBiosName.NameSize];
            listed.IsGroup = (entry.U16(NetBiosName.Size) & GroupBit) != 0;
            listed.TransactionId = message.Id;
            listed.Type = record.Type;
            listed.Name = seen.Log.Commit(length);
            listed.NameHash = hash;
            if (target.IsEmpty && !listed.IsGroup && listed.Suffix == WorkstationSuffix)
                target = listed.Name;
        }
        ref var fact = ref AddAnswered(in message, in seen, in name, in record);
        fact.Ttl = record.Ttl;
        fact.Target = target;
        fact.AnswerHash = data[..Math.Min(data.Length, 1 + (count * StatusEntrySize))].StableHash();
    }

    private static ref NameAnswered AddAnswered(in DnsMessage message, in MessageSighting seen, in BearerName name, in DnsRecord record)
    {
        ref var fact = ref seen.Add<NameAnswered>();
        fact.Protocol = NameProtocol.Nbns;
        fact.ResponseCode = message.ResponseCode;
        fact.Suffix = name.Suffix;
        fact.Authoritative = message.IsAuthoritative;
        fact.Truncated = message.IsTruncated;
        fact.RecursionAvailable = message.IsRecursionAvailable;
        fact.QuestionEchoed = message.QuestionCount > 0;
        fact.TransactionId = message.Id;
        fact.Type = record.Type;
        fact.Flags = message.Flags;
        fact.AnswerCount = message.AnswerCount;
        fact.Name = name.Text;
        fact.NameHash = name.Hash;
        fact.IsWpad = WpadName.Is(seen.Log.Octets(name.Text));
        return ref fact;
    }

    /// <summary>A positive or negative registration response, sections 4.2.5 to 4.2.7; a name conflict demand (4.2.8) refuses as well.</summary>
    private static void ObserveRegistration(in DnsMessage message, in MessageSighting seen, in BearerName name, in DnsRecord record)
    {
        Span<IpAddress> addresses = stackalloc IpAddress[AnswerTally.MaxAddresses];
        var tally = new AnswerTally(addresses);
        var isGroup = TallyAddresses(in record, ref tally);
        ref var fact = ref seen.Add<NameRegistered>();
        fact.Kind = message.ResponseCode == 0 ? RegistrationKind.NbnsAccepted : RegistrationKind.NbnsRefused;
        fact.Suffix = name.Suffix;
        fact.IsGroup = isGroup;
        fact.TransactionId = message.Id;
        fact.Type = record.Type;
        fact.Name = name.Text;
        fact.NameHash = name.Hash;
        fact.Addresses = tally.KeepAddresses(seen.Log);
    }

    /// <summary>The name the first record bears.</summary>
    private readonly record struct BearerName(byte Suffix, OctetSlice Text, ulong Hash);
}
