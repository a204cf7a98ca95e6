using System.Runtime.CompilerServices;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Names;

/// <summary>
/// Questions waiting for their answers: DNS by id and addresses, NBNS by transaction id, LLMNR by id and asker, mDNS (id 0) by name, type and asker.
/// Bounded; expired and evicted questions are counted as unanswered.
/// </summary>
public sealed class QuestionTable : IObserve<NameAsked>, IObserve<NameAnswered>
{
    /// <summary>
    /// Questions remembered. A busy resolver link asks some 5,000 questions a second and an honest answer takes well under a second;
    /// the oldest makes room.
    /// </summary>
    public const int Capacity = 16_384;

    private const ushort TypeA = 1, TypeAaaa = 28, TypeAny = 255;

    // Resolvers retry for up to ten seconds; a question that is repeated after more than this is another question.
    private const long WindowNs = 15 * 1_000_000_000L;

    // Multicast questions have no id that names them: the same one asked again a little later is a new question with new answers.
    private const long MulticastWindowNs = 3 * 1_000_000_000L;

    // A SPAN shows a frame's copies within milliseconds; no resolver retries as fast as this.
    private const long SpanCopyNs = 50_000_000L;

    private readonly QuestionRing _ring = new(Capacity);
    private PairedAnswer _current;

    /// <summary>The pairing of the answer being delivered. Valid only while a NameAnswered is delivered.</summary>
    public ref readonly PairedAnswer Current => ref _current;

    /// <summary>Questions seen.</summary>
    public long Asked { get; private set; }

    /// <summary>Questions that made room for others without having been answered. Those still in the table are not counted.</summary>
    public long Unanswered => _ring.Unanswered;

    /// <summary>Answers whose question was not seen.</summary>
    public long Unasked { get; private set; }

    /// <summary>Subscribes to questions and answers.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NameAsked>(this);
        bus.Subscribe<NameAnswered>(this);
    }

    /// <summary>
    /// Whether somebody on the segment asked for this name by mDNS (A, AAAA or ANY) a moment ago, so that a multicast response is an answer
    /// and not an announcement.
    /// </summary>
    public bool IsAskedByMdns(int segment, ulong nameHash, long nowNs)
    {
        foreach (var type in (ReadOnlySpan<ushort>)[TypeA, TypeAaaa, TypeAny])
        {
            var key = Key(NameProtocol.Mdns, segment, 0, type, nameHash, IpAddress.None, 0, IpAddress.None);
            if (Lookup(key, nowNs, MulticastWindowNs) >= 0)
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAsked> seen)
    {
        ref readonly var fact = ref seen.Fact;
        Asked++;
        Note(Key(in fact, in seen.At, seen.At.Source, seen.At.SourcePort), in seen.At, fact.Protocol, isCopy: false);
        // A multicast answer does not say whom it is for.
        if (fact.Protocol == NameProtocol.Mdns)
            Note(Key(in fact, in seen.At, IpAddress.None, 0), in seen.At, fact.Protocol, isCopy: true);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (_current.HasQuestion)
            _current = default;
        var at = Find(in fact, in seen.At);
        if (at < 0)
        {
            Unasked++;
            return;
        }
        Pair(at, in fact, in seen);
    }

    private int Find(ref readonly NameAnswered fact, ref readonly Sighting at)
    {
        if (fact.Protocol != NameProtocol.Mdns)
            return Lookup(Key(in fact, in at, at.Destination, at.DestinationPort, fact.Type), at.TimestampNs, WindowNs);
        var isMulticast = at.Destination.IsMulticast;
        var asker = isMulticast ? IpAddress.None : at.Destination;
        var port = isMulticast ? (ushort)0 : at.DestinationPort;
        var found = Lookup(Key(in fact, in at, asker, port, fact.Type), at.TimestampNs, MulticastWindowNs);
        return found >= 0 ? found : Lookup(Key(in fact, in at, asker, port, TypeAny), at.TimestampNs, MulticastWindowNs);
    }

    private void Pair(int index, ref readonly NameAnswered fact, ref readonly Observed<NameAnswered> seen)
    {
        ref var slot = ref _ring[index];
        ref var first = ref _ring.FirstAnswerOf(index);
        var addresses = seen.Addresses(fact.Addresses);
        _current.HasQuestion = true;
        _current.Question = slot.At;
        _current.TimesAsked = slot.TimesAsked;
        if (slot.Answers == 0)
        {
            first.At = seen.At;
            first.Address = addresses.IsEmpty ? IpAddress.None : addresses[0];
            first.AnswerHash = fact.AnswerHash;
            first.ResponseCode = fact.ResponseCode;
            first.Flags = fact.Flags;
            first.Ttl = fact.Ttl;
        }
        else
        {
            _current.FirstAnswer = first.At;
            _current.FirstAnswerAddress = first.Address;
            _current.FirstAnswerHash = first.AnswerHash;
            _current.FirstResponseCode = first.ResponseCode;
            _current.FirstFlags = first.Flags;
            _current.FirstTtl = first.Ttl;
            _current.DiffersFromEarlier = first.AnswerHash != fact.AnswerHash || first.ResponseCode != fact.ResponseCode;
        }
        var isCopy = slot.Answers > 0 && slot.LastAnswerHash == fact.AnswerHash && seen.At.TimestampNs - slot.LastAnswerNs <= SpanCopyNs;
        slot.LastAnswerNs = seen.At.TimestampNs;
        slot.LastAnswerHash = fact.AnswerHash;
        if (slot.Answers < ushort.MaxValue)
        {
            slot.Answers++;
            slot.Distinct += isCopy ? (ushort)0 : (ushort)1;
        }
        _current.Ordinal = slot.Answers;
        _current.Distinct = slot.Distinct;
    }

    private void Note(ulong key, ref readonly Sighting at, NameProtocol protocol, bool isCopy)
    {
        var known = _ring.Find(key);
        if (known >= 0 && IsSame(in _ring[known], at.TimestampNs, protocol))
        {
            Retransmitted(ref _ring[known], at.TimestampNs);
            return;
        }
        ref var question = ref _ring.Add(key, isCopy);
        question.At = at;
        question.LastAskedNs = at.TimestampNs;
    }

    // Retransmitted, or shown twice by the SPAN: still the same question, and its answers belong together. One that was answered by
    // multicast and is asked once more is another.
    private static bool IsSame(ref readonly AskedQuestion question, long nowNs, NameProtocol protocol) =>
        protocol == NameProtocol.Mdns
            ? nowNs - question.At.TimestampNs <= MulticastWindowNs && question.Answers == 0
            : nowNs - question.At.TimestampNs <= WindowNs;

    private static void Retransmitted(ref AskedQuestion question, long nowNs)
    {
        if (nowNs - question.LastAskedNs > SpanCopyNs && question.TimesAsked < ushort.MaxValue)
            question.TimesAsked++;
        question.LastAskedNs = nowNs;
    }

    private int Lookup(ulong key, long nowNs, long windowNs)
    {
        var found = _ring.Find(key);
        return found >= 0 && nowNs - _ring[found].At.TimestampNs <= windowNs ? found : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(ref readonly NameAsked fact, ref readonly Sighting at, IpAddress asker, ushort port) =>
        Key(fact.Protocol, at.Segment, fact.TransactionId, fact.Type, fact.NameHash, asker, port, at.Destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(ref readonly NameAnswered fact, ref readonly Sighting at, IpAddress asker, ushort port, ushort type) =>
        Key(fact.Protocol, at.Segment, fact.TransactionId, type, fact.NameHash, asker, port, at.Source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(
        NameProtocol protocol, int segment, ushort id, ushort type, ulong nameHash, IpAddress asker, ushort port, IpAddress server)
    {
        // NBNS: a negative response is of type NULL whatever was asked (RFC 1002 section 4.2.14). Only DNS is asked of a certain server.
        var kind = protocol == NameProtocol.Nbns ? 0u : type;
        var hash = nameHash ^ ((ulong)protocol << 62) ^ ((ulong)(uint)segment << 32) ^ ((ulong)id << 16) ^ kind;
        hash = (hash ^ (hash >> 31)) * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ asker.StableHash() ^ port) * 0xC2B2AE3D27D4EB4FUL;
        if (protocol == NameProtocol.Dns)
            hash = (hash ^ (hash >> 29) ^ server.StableHash()) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 32;
        return hash == 0 ? 1 : hash;
    }
}

/// <summary>An answer's question and what was answered before.</summary>
public struct PairedAnswer
{
    /// <summary>Whether the question was seen.</summary>
    public bool HasQuestion;

    /// <summary>Where the question was seen.</summary>
    public Sighting Question;

    /// <summary>
    /// How often it was asked: 1, or more when it was retransmitted. Copies within a twentieth of a second are a SPAN's and are not counted.
    /// </summary>
    public int TimesAsked;

    /// <summary>Answers to this question, this one included: 1 for the first.</summary>
    public int Ordinal;

    /// <summary>Answers without the copies a SPAN makes (the same content again within a twentieth of a second).</summary>
    public int Distinct;

    /// <summary>Whether an earlier answer had another answer set (not merely another order), from this or another responder.</summary>
    public bool DiffersFromEarlier;

    /// <summary>Where the first answer was seen (when <see cref="Ordinal"/> is over 1).</summary>
    public Sighting FirstAnswer;

    /// <summary>First address of the first answer.</summary>
    public IpAddress FirstAnswerAddress;

    /// <summary>Answer hash of the first answer, see <see cref="NameAnswered.AnswerHash"/>.</summary>
    public ulong FirstAnswerHash;

    /// <summary>Smallest TTL of the first answer's records, seconds.</summary>
    public uint FirstTtl;

    /// <summary>Flags word of the first answer.</summary>
    public ushort FirstFlags;

    /// <summary>Response code of the first answer.</summary>
    public byte FirstResponseCode;
}
