using System.Runtime.CompilerServices;
using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The TCP flows of a shard. A flow gets an entry with its SYN and loses it when its first data is nobody's: from then on it costs a look-up that
/// finds nothing and a glance at the first octets of each segment, because a later segment may begin with something that is known. A flow that is
/// recognised is watched by a <see cref="Connection"/> until both sides end it, it is idle, or room is needed.
/// </summary>
internal sealed class TcpFlows
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Ack = 16;
    private const int MaxAhead = 1 << 20;
    private const long Second = 1_000_000_000, SweepEvery = 5 * Second, ReuseAfter = 30 * Second;

    private readonly FlowTable _flows;
    private readonly ConnectionPool _connections;
    private readonly WireCounters _counters;
    private long _sweptAt = long.MinValue / 2;

    /// <summary>Flows within <paramref name="limits"/>.</summary>
    public TcpFlows(FlowLimits limits, WireCounters counters)
    {
        _counters = counters;
        _flows = new FlowTable(limits.Flows);
        _connections = new ConnectionPool(limits, counters);
    }

    /// <summary>Asks for what <see cref="Process"/> reads first.</summary>
    public void Prefetch(ulong flowHash) => _flows.Prefetch(flowHash);

    /// <summary>Asks for what it reads then.</summary>
    public void PrefetchFlow(ulong flowHash) => _flows.PrefetchFlow(flowHash);

    /// <summary>A TCP segment.</summary>
    public void Process(FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        var at = _flows.Find(in packet, out var direction);
        // Without a flow any is as good: it is not looked at.
        ref var flow = ref _flows[Math.Max(at, 0)];
        if (at >= 0 && flow.Connection != 0)
        {
            if (!IsPassed(ref flow, direction, in packet))
                ProcessWatched(ref flow, direction, batch, index, in packet, log);
        }
        else if ((packet.TcpFlags & Syn) != 0)
            Synchronize(at, direction, batch, index, in packet, log);
        else if (packet.PayloadLength > 0)
            Look(at, direction, batch, index, in packet, log);
        if (_connections.Oldest != ConnectionPool.None)
            Sweep(batch.Frames[index].TimestampNs, log);
    }

    /// <summary>Packet time is <paramref name="nowNs"/>, though no segment came.</summary>
    public void Advance(long nowNs, ObservationLog log)
    {
        if (_connections.Oldest != ConnectionPool.None)
            Sweep(nowNs, log);
    }

    /// <summary>The capture ended: reports what is held, oldest connection first.</summary>
    public void Finish(ObservationLog log)
    {
        while (_connections.Oldest != ConnectionPool.None)
            Close(_connections[_connections.Oldest], log);
    }

    // Not inlined, like Look: its copy of a packet would be cleared on the stack for every segment.
    /// <summary>A SYN in a flow that is not watched: from now on the number of the sender's first octet is known.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Synchronize(int at, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (at < 0)
            at = Make(in packet, log);
        ref var flow = ref _flows[at];
        flow.State = (flow.State & (FlowState.SynFromA | FlowState.SynFromB)) | (FlowState)(1 << direction);
        flow.SetNext(direction, packet.Sequence + 1);
        if (packet.PayloadLength == 0)
            return;
        var data = WithoutSyn(in packet);
        Look(at, direction, batch, index, in data, log);
    }

    /// <summary>Data in a flow that is not watched: shall it be?</summary>
    private void Look(int at, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        var octets = (packet.InSide ? batch.Side : batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength);
        if (at < 0)
        {
            if (HttpHead.Starts(octets) || IsMessage(in packet, octets)
                || StreamRecognizer.IsKnownJoin(octets, packet.SourcePort, packet.DestinationPort) || TlsRecord.StartsClientHello(octets))
                Watch(Make(in packet, log), direction: 0, batch, index, in packet, log);
            return;
        }
        ref var flow = ref _flows[at];
        var ahead = (int)(packet.Sequence - flow.Next(direction));
        if ((flow.State & FlowState.Tunnel) != 0)
            return;
        if ((flow.State & FlowState.Closed) != 0)
        {
            if (ahead >= 0 && HttpHead.Starts(octets))
                Watch(at, direction, batch, index, in packet, log);
            return;
        }
        var isFirst = !flow.IsSynchronized(direction) || ahead == 0;
        if ((isFirst && StreamRecognizer.IsKnownStart(octets, packet.SourcePort, packet.DestinationPort)) || (!isFirst && ahead is > 0 and < MaxAhead)
            || HttpHead.Starts(octets))
            Watch(at, direction, batch, index, in packet, log);
        else if (isFirst)
            _flows.Remove(at);
    }

    private void Watch(int at, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (_connections.IsFull)
        {
            _counters.StreamsDropped++;
            Close(_connections[_connections.Oldest], log);
        }
        var context = new PacketContext(batch, index, in packet);
        ref var flow = ref _flows[at];
        if ((flow.State & FlowState.Closed) != 0)
            flow.State = FlowState.None;
        var connection = _connections.Take(context.Frame.TimestampNs);
        connection.Begin(at, in flow, in context);
        var opposite = connection.Stream(1 - direction);
        if (!opposite.IsStarted && (packet.TcpFlags & Ack) != 0)
            opposite.Start(packet.Acknowledgment);
        _flows.SetConnection(at, connection.Number + 1);
        connection.NoteIn(ref flow);
        if (!IsPassed(ref flow, direction, in packet))
            ProcessWatched(ref flow, direction, batch, index, in packet, log);
    }

    private bool IsPassed(ref Flow flow, int direction, in Packet packet)
    {
        if ((packet.TcpFlags & (Syn | Fin | Rst)) != 0 || !flow.TryPass(direction, packet.Sequence, packet.PayloadWireLength))
            return false;
        if (packet.PayloadWireLength > 0)
            _connections.Pass(flow.Connection - 1);
        return true;
    }

    private void ProcessWatched(ref Flow flow, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        var connection = _connections[flow.Connection - 1];
        connection.CatchUp(ref flow);
        _connections.CatchUp(connection.Number, batch.Frames[index].TimestampNs);
        if ((packet.TcpFlags & Syn) != 0)
        {
            SynchronizeAgain(connection, direction, batch, index, in packet, log);
            return;
        }
        if (packet.PayloadLength > 0 && connection.StartsAnew(direction, packet.Sequence))
        {
            var at = connection.FlowIndex;
            Close(connection, log);
            flow.State = FlowState.None;
            Look(at, direction, batch, index, in packet, log);
            return;
        }
        connection.IsReset |= (packet.TcpFlags & Rst) != 0;
        Hand(connection, direction, batch, index, in packet, log);
        if (connection.IsGivenUp || connection.IsEnded)
            Close(connection, log);
        else
            connection.NoteIn(ref flow);
    }

    /// <summary>
    /// A SYN in a watched connection. Before any data the last one counts. After data it is either forged or the ports are used again: that shows
    /// when the old connection was over, or else when data follows it.
    /// </summary>
    private void SynchronizeAgain(Connection connection, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        var stream = connection.Stream(direction);
        var isOver = connection.IsClosing || batch.Frames[index].TimestampNs - _connections.LastSeenNs(connection.Number) > ReuseAfter;
        if (!stream.HasDelivered && !stream.IsWaiting)
        {
            stream.Start(packet.Sequence + 1);
            if (packet.PayloadLength > 0)
                Hand(connection, direction, batch, index, WithoutSyn(in packet), log);
            connection.NoteIn(ref _flows[connection.FlowIndex]);
        }
        else if (isOver && packet.Sequence + 1 != stream.Next)
        {
            var at = connection.FlowIndex;
            Close(connection, log);
            _flows[at].State = FlowState.None;
            Synchronize(at, direction, batch, index, in packet, log);
        }
        else
        {
            connection.NoteSyn(direction, packet.Sequence + 1);
        }
    }

    private void Hand(Connection connection, int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        connection.Process(direction, batch, index, in packet, log);
        _connections.See(connection, batch.Frames[index].TimestampNs);
    }

    private void Close(Connection connection, ObservationLog log)
    {
        ref var flow = ref _flows[connection.FlowIndex];
        connection.CatchUp(ref flow);
        var (isNobodys, isTunnel) = (connection.IsGivenUp, connection.IsTunnel);
        connection.Close(log);
        (flow.NextA, flow.NextB) = (connection.Stream(0).Next, connection.Stream(1).Next);
        flow.State = isTunnel ? FlowState.Tunnel : FlowState.Closed;
        _flows.SetConnection(connection.FlowIndex, 0);
        if (isNobodys && !isTunnel)
            _flows.Remove(connection.FlowIndex);
        _connections.Return(connection);
    }

    private int Make(in Packet packet, ObservationLog log)
    {
        var at = _flows.Room(in packet, out var isUsed);
        if (isUsed)
        {
            ref readonly var flow = ref _flows[at];
            if ((flow.State & FlowState.Closed) == 0)
                _counters.FlowsEvicted++;
            if (flow.Connection != 0)
                Close(_connections[flow.Connection - 1], log);
        }
        _counters.Flows++;
        _flows.Put(at, in packet);
        return at;
    }

    /// <summary>Lets idle connections go, every few seconds of packet time.</summary>
    private void Sweep(long now, ObservationLog log)
    {
        if (now - _sweptAt < SweepEvery && now >= _sweptAt)
            return;
        _sweptAt = now;
        for (var number = _connections.Oldest; number != ConnectionPool.None;)
        {
            var newer = _connections.Newer(number);
            if (_connections.IsIdle(number, now))
                Close(_connections[number], log);
            number = newer;
        }
    }

    private static bool IsMessage(in Packet packet, ReadOnlySpan<byte> octets) =>
        AnalyzerCatalog.ForTcpMessages(packet.SourcePort, packet.DestinationPort) is not null && MessageStreamAnalyzer.MayStart(octets);

    private static Packet WithoutSyn(in Packet packet)
    {
        var data = packet;
        data.Sequence++;
        data.TcpFlags &= unchecked((byte)~Syn);
        return data;
    }
}
