using System.Runtime.InteropServices;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Flows;

/// <summary>What is known of a flow that has no connection.</summary>
[Flags]
internal enum FlowState : byte
{
    None = 0,

    /// <summary>A SYN from A was seen: <see cref="Flow.NextA"/> is the first octet A will send.</summary>
    SynFromA = 1,

    /// <summary>A SYN from B was seen.</summary>
    SynFromB = 2,

    /// <summary>A watched connection ended (or became a tunnel): octets before NextA and NextB were analysed and are not looked at again.</summary>
    Closed = 4,

    /// <summary>A tunnel (CONNECT, Upgrade): nothing in it is looked at.</summary>
    Tunnel = 8,

    /// <summary>Packets from A passed by this entry alone; the connection does not know yet.</summary>
    HeardA = 16,

    /// <summary>Packets from B passed by this entry alone.</summary>
    HeardB = 32,

    /// <summary>Octets wait for earlier ones, or a side has closed: acknowledgments matter.</summary>
    NeedsAcknowledgments = 64,
}

/// <summary>
/// One TCP flow in one cache line. Only flows with something to remember have an entry: between their SYN and their first data, while they
/// are watched, and a while after. Everything else is recognised by content alone and costs a look-up that finds nothing.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct Flow
{
    public IpAddress AddressA, AddressB;
    public ushort PortA, PortB;
    public int Segment;

    /// <summary>Sequence number of the next octet from A and from B.</summary>
    public uint NextA, NextB;

    /// <summary>1 + index of the watched connection, 0 for none.</summary>
    public int Connection;

    /// <summary>
    /// Octets from A and from B that nobody will look at (the middle of a download): segments among them only move the numbers in this line.
    /// </summary>
    public uint SkipA, SkipB;

    public FlowState State;

    /// <summary>
    /// Takes a plain segment of a watched flow (no SYN, FIN or RST) that nobody needs to see: an acknowledgment nobody waits for, or octets that are
    /// to be passed over. False when the connection must see it.
    /// </summary>
    public bool TryPass(int direction, uint sequence, int length)
    {
        if ((State & FlowState.NeedsAcknowledgments) != 0)
            return false;
        if (length > 0)
        {
            if (sequence != Next(direction) || (uint)length >= (direction == 0 ? SkipA : SkipB))
                return false;
            if (direction == 0)
                (NextA, SkipA) = (NextA + (uint)length, SkipA - (uint)length);
            else
                (NextB, SkipB) = (NextB + (uint)length, SkipB - (uint)length);
        }
        State |= (FlowState)((int)FlowState.HeardA << direction);
        return true;
    }

    /// <summary>The direction of <paramref name="packet"/>: 0 from A to B, 1 from B to A, -1 when it belongs to another flow.</summary>
    public readonly int DirectionOf(in Packet packet)
    {
        if (Segment != packet.Segment)
            return -1;
        if (AddressA == packet.Source && AddressB == packet.Destination && PortA == packet.SourcePort && PortB == packet.DestinationPort)
            return 0;
        return AddressA == packet.Destination && AddressB == packet.Source && PortA == packet.DestinationPort && PortB == packet.SourcePort ? 1 : -1;
    }

    /// <summary>Whether a SYN of <paramref name="direction"/> was seen, so that its next octet is known.</summary>
    public readonly bool IsSynchronized(int direction) => (State & (FlowState)(1 << direction)) != 0;

    /// <summary>The next octet of <paramref name="direction"/>.</summary>
    public readonly uint Next(int direction) => direction == 0 ? NextA : NextB;

    /// <summary>Notes the next octet of <paramref name="direction"/>.</summary>
    public void SetNext(int direction, uint next)
    {
        if (direction == 0)
            NextA = next;
        else
            NextB = next;
    }
}
