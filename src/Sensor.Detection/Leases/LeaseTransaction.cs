using Sensor.Core.Observations;

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

/// <summary>A client's question and the servers that answered it. Reused when its place in the table is given to another.</summary>
internal sealed class LeaseTransaction
{
    private LeaseAnswer[] _answers = new LeaseAnswer[1];

    public long LastSeenNs { get; set; }

    public bool HasQuestion { get; private set; }

    public Sighting Question { get; private set; }

    public int AnswerCount { get; private set; }

    public Span<LeaseAnswer> Answers => _answers.AsSpan(0, AnswerCount);

    public void Begin()
    {
        HasQuestion = false;
        // Their servers may be forgotten; the rest is written over.
        foreach (ref var answer in Answers)
            answer.Server = null!;
        AnswerCount = 0;
    }

    public void Ask(in Sighting question)
    {
        HasQuestion = true;
        Question = question;
    }

    /// <summary>The place of <paramref name="server"/> among the answers, -1 when it has not answered yet.</summary>
    public int PlaceOf(LeaseServer server)
    {
        for (var i = 0; i < AnswerCount; i++)
        {
            if (ReferenceEquals(_answers[i].Server, server))
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
        if (AnswerCount == _answers.Length)
            Array.Resize(ref _answers, Math.Min(AnswerCount * 2, bound));
        AnswerCount++;
        return true;
    }
}
