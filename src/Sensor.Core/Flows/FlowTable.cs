using System.Numerics;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Flows;

/// <summary>
/// The flows of a shard: groups of eight, within a group the longest unused flow makes room, so what happens to a flow depends on the packets
/// of its group alone and no look-up is ever long. The flows themselves lie densely, in the order in which their places were used first: a
/// capture
/// with few flows touches little memory.
/// </summary>
internal sealed class FlowTable
{
    /// <summary>Flows a shard can have: their places are numbered with 16 bits.</summary>
    public const int MaxFlows = 32 * 1024;

    private readonly FlowGroup[] _groups;
    private readonly Flow[] _flows;
    private readonly int _mask;
    private int _lines;

    /// <summary>A table for <paramref name="capacity"/> flows, rounded up to a power of two, at most <see cref="MaxFlows"/>.</summary>
    public FlowTable(int capacity)
    {
        var groups = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(capacity / FlowGroup.Ways, 1, MaxFlows / FlowGroup.Ways));
        _groups = new FlowGroup[groups];
        _flows = new Flow[1 + (groups * FlowGroup.Ways)];
        _mask = groups - 1;
    }

    /// <summary>The flow at <paramref name="index"/>.</summary>
    public ref Flow this[int index] => ref _flows[_groups[(uint)index / FlowGroup.Ways].Line((int)((uint)index % FlowGroup.Ways))];

    /// <summary>Asks for what <see cref="Find"/> reads first.</summary>
    public void Prefetch(ulong flowHash) => CacheLine.Prefetch(in _groups[GroupOf(flowHash)]);

    /// <summary>Asks for the flow itself, if there may be one: when the group has come.</summary>
    public void PrefetchFlow(ulong flowHash)
    {
        ref readonly var group = ref _groups[GroupOf(flowHash)];
        var matches = group.Matches(TagOf(flowHash));
        if (matches != 0)
            CacheLine.PrefetchAll(in _flows[group.Line(BitOperations.TrailingZeroCount(matches))]);
    }

    /// <summary>The index of the flow of <paramref name="packet"/> and the packet's direction in it, or -1.</summary>
    public int Find(in Packet packet, out int direction)
    {
        var number = GroupOf(packet.FlowHash);
        ref var group = ref _groups[number];
        for (var matches = group.Matches(TagOf(packet.FlowHash)); matches != 0; matches &= matches - 1)
        {
            var way = BitOperations.TrailingZeroCount(matches);
            direction = _flows[group.Line(way)].DirectionOf(in packet);
            if (direction < 0)
                continue;
            group.Touch(way);
            return (number * FlowGroup.Ways) + way;
        }
        direction = 0;
        return -1;
    }

    /// <summary>The index that a new flow would take; the flow there, if <paramref name="isUsed"/>, has to leave.</summary>
    public int Room(in Packet packet, out bool isUsed)
    {
        var group = GroupOf(packet.FlowHash);
        var way = _groups[group].Oldest();
        isUsed = _groups[group].IsUsed(way);
        return (group * FlowGroup.Ways) + way;
    }

    /// <summary>Puts the flow of <paramref name="packet"/> at <paramref name="index"/>, with the packet's source as A.</summary>
    public ref Flow Put(int index, in Packet packet)
    {
        ref var group = ref _groups[(uint)index / FlowGroup.Ways];
        var way = index % FlowGroup.Ways;
        group.Set(way, TagOf(packet.FlowHash));
        group.Touch(way);
        if (group.Line(way) == 0)
            group.SetLine(way, ++_lines);
        ref var flow = ref _flows[group.Line(way)];
        flow = new Flow
        {
            AddressA = packet.Source,
            AddressB = packet.Destination,
            PortA = packet.SourcePort,
            PortB = packet.DestinationPort,
            Segment = packet.Segment,
        };
        return ref flow;
    }

    /// <summary>Forgets the flow at <paramref name="index"/>.</summary>
    public void Remove(int index)
    {
        ref var group = ref _groups[(uint)index / FlowGroup.Ways];
        group.Set(index % FlowGroup.Ways, 0);
        group.Age(index % FlowGroup.Ways);
    }

    /// <summary>Ties the flow at <paramref name="index"/> to a connection (1 + its number), or unties it with 0.</summary>
    public void SetConnection(int index, int connection)
    {
        this[index].Connection = connection;
        _groups[index / FlowGroup.Ways].SetWatched(index % FlowGroup.Ways, connection != 0);
    }

    private static ushort TagOf(ulong flowHash) => (ushort)((flowHash >> 40) | 1);

    private int GroupOf(ulong flowHash) => (int)flowHash & _mask;
}
