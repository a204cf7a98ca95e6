using System.Runtime.InteropServices;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;

namespace Sensor.Detection.Leases;

/// <summary>What makes messages one transaction: where, which xid, which client (chaddr, or FNV-1a of the client DUID).</summary>
internal readonly record struct LeaseTransactionKey(int Segment, bool IsV6, uint Xid, ulong Client)
{
    /// <summary>A well-mixed hash, the same in every process, never 0.</summary>
    public ulong StableHash()
    {
        var hash = (Client ^ ((ulong)Xid << 32) ^ ((ulong)(uint)Segment << 8) ^ (IsV6 ? 1UL : 0)) * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 32) ^ Xid) * 0xD6E8FEB86659FD93UL;
        return (hash ^ (hash >> 32)) | 1UL << 63;
    }
}

/// <summary>What one server has answered in a transaction.</summary>
internal struct LeaseAnswer
{
    public LeaseServer Server;
    public Sighting At;
    public AddressPlan Plan, LastPlan;
    public byte LastType;
}

/// <summary>A client's question and the servers that answered it. Its answers are reused when its place in the ring is given to another.</summary>
internal struct LeaseTransaction : IRingEntry
{
    private LeaseAnswer[]? _answers;

    public long LastSeenNs;
    public Sighting Question;
    public bool HasQuestion;

    /// <inheritdoc/>
    public ulong Key { get; set; }

    public int AnswerCount { get; private set; }

    // Where there are none yet, not even the length of the array is looked at: it lies in no cache.
    public readonly Span<LeaseAnswer> Answers => AnswerCount == 0 ? default : _answers.AsSpan(0, AnswerCount);

    /// <summary>
    /// Another transaction begins in this place. Answers are not looked at, they lie in no cache: each is written over by one that takes its place,
    /// and until then keeps a server that may be forgotten.
    /// </summary>
    public void Begin()
    {
        HasQuestion = false;
        AnswerCount = 0;
    }

    /// <summary>Asks for what the first answer will be written over.</summary>
    public readonly void PrefetchAnswers()
    {
        if (_answers is not null)
            CacheLine.PrefetchAll(in MemoryMarshal.GetArrayDataReference(_answers));
    }

    public void Ask(in Sighting question)
    {
        HasQuestion = true;
        Question = question;
    }

    /// <summary>The place of <paramref name="server"/> among the answers, -1 when it has not answered yet.</summary>
    public readonly int PlaceOf(LeaseServer server)
    {
        for (var i = 0; i < AnswerCount; i++)
        {
            if (ReferenceEquals(_answers![i].Server, server))
                return i;
        }
        return -1;
    }

    /// <summary>
    /// Makes room behind the <see cref="Answers"/> for the first one of a server, all fields of which the caller fills; false when
    /// <paramref name="bound"/> servers have answered already.
    /// </summary>
    public bool TryAdd(int bound)
    {
        if (AnswerCount == bound)
            return false;
        if (AnswerCount == (_answers?.Length ?? 0))
            Array.Resize(ref _answers, Math.Clamp(AnswerCount * 2, 1, bound));
        AnswerCount++;
        return true;
    }
}
