using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// A watched TCP connection: its two streams and who understands them. Handshakes are not required and their order does not matter; who is the
/// client is told by content. Resets and FINs end nothing by themselves, because they are easily forged: what follows counts.
/// </summary>
internal sealed class Connection : IStreamReceiver
{
    private const byte Fin = 1, Ack = 16;

    private readonly StreamReassembler _fromA, _fromB;
    private readonly StreamRecognizer _recognizer;
    private readonly WireCounters _counters;
    private IpAddress _addressA, _addressB;
    private ushort _portA, _portB;
    private int _segment;
    private bool _inTunnel;
    private ObservationLog _log = null!;
    private StreamAnalyzer? _analyzer;
    private StreamEnd _endA, _endB;
    private uint? _newFirstA, _newFirstB;
    private MacAddress _nextHopOfA, _nextHopOfB;

    /// <summary>A spare connection.</summary>
    public Connection(StreamChunkPool pool, StreamRecognizer recognizer, int number)
    {
        _fromA = new StreamReassembler(0, pool);
        _fromB = new StreamReassembler(1, pool);
        _recognizer = recognizer;
        _counters = pool.Counters;
        Number = number;
    }

    /// <summary>Its place in the pool.</summary>
    public int Number { get; }

    /// <summary>The flow's place in the flow table.</summary>
    public int FlowIndex { get; private set; }

    /// <summary>Place on the timeline of the packet it was made for: names the connection.</summary>
    public long FirstOrdinal { get; private set; }

    /// <summary>Whether nobody understands the streams (any more): the connection can be let go.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether it became a tunnel (CONNECT, Upgrade): what is inside is recognised anew, once.</summary>
    public bool IsTunnel { get; set; }

    /// <summary>The exchange that opened the tunnel, 0 when there is none: ties what is seen inside to where the proxy was asked to go.</summary>
    public ulong TunnelExchangeId { get; set; }

    /// <summary>Whether either side reset it (or somebody in its name).</summary>
    public bool IsReset { get; set; }

    /// <summary>Whether both sides closed it.</summary>
    public bool IsEnded => _endA.IsReported && _endB.IsReported;

    /// <summary>Whether one side said it will send no more.</summary>
    public bool IsClosing => IsReset || _endA.IsSeen || _endB.IsSeen;

    /// <summary>The ports, for analyzers that go by port.</summary>
    public (ushort A, ushort B) Ports => (_portA, _portB);

    /// <summary>The stream of <paramref name="direction"/>.</summary>
    public StreamReassembler Stream(int direction) => direction == 0 ? _fromA : _fromB;

    /// <summary>Readies a spare connection for <paramref name="flow"/>.</summary>
    public void Begin(int flowIndex, in Flow flow, in PacketContext packet)
    {
        FlowIndex = flowIndex;
        (_addressA, _addressB, _portA, _portB, _segment) = (flow.AddressA, flow.AddressB, flow.PortA, flow.PortB, flow.Segment);
        _inTunnel = packet.Packet.InTunnel;
        FirstOrdinal = packet.Ordinal;
        for (var direction = 0; direction < 2; direction++)
        {
            if (flow.IsSynchronized(direction))
                Stream(direction).Start(flow.Next(direction));
        }
    }

    /// <summary>
    /// Takes over what passed while only the flow's entry was looked at. Mostly nothing did, and the streams are not touched.
    /// </summary>
    public void CatchUp(ref Flow flow)
    {
        if ((flow.State & (FlowState.HeardA | FlowState.HeardB)) == 0)
            return;
        for (var direction = 0; direction < 2; direction++)
        {
            var stream = Stream(direction);
            if ((flow.State & (FlowState)((int)FlowState.HeardA << direction)) != 0)
                Stream(1 - direction).IsAcknowledged = true;
            var passed = flow.Next(direction) - stream.Next;
            if (passed == 0 || !stream.IsStarted)
                continue;
            stream.Skip(passed);
            _analyzer?.Skip(direction, passed);
        }
        flow.State &= ~(FlowState.HeardA | FlowState.HeardB);
    }

    /// <summary>Writes into the flow's entry what is needed to pass over packets without looking here.</summary>
    public void NoteIn(ref Flow flow)
    {
        (flow.NextA, flow.NextB) = (_fromA.Next, _fromB.Next);
        (flow.SkipA, flow.SkipB) = (PassesIn(0), PassesIn(1));
        flow.State &= ~FlowState.NeedsAcknowledgments;
        if (_fromA.IsWaiting || _fromB.IsWaiting || IsClosing)
            flow.State |= FlowState.NeedsAcknowledgments;
    }

    /// <summary>Notes a SYN after data: who believes it sees data that begin at <paramref name="first"/>.</summary>
    public void NoteSyn(int direction, uint first)
    {
        if (direction == 0)
            _newFirstA = first;
        else
            _newFirstB = first;
    }

    /// <summary>Whether data at <paramref name="sequence"/> show that the ports are used for a new connection.</summary>
    public bool StartsAnew(int direction, uint sequence) =>
        (direction == 0 ? _newFirstA : _newFirstB) == sequence && Stream(direction).Next != sequence;

    /// <summary>A packet of the connection, from A (<paramref name="direction"/> 0) or B.</summary>
    public void Process(int direction, FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        _log = log;
        (direction == 0 ? ref _nextHopOfA : ref _nextHopOfB) = packet.DestinationMac;
        var stream = Stream(direction);
        var opposite = Stream(1 - direction);
        var length = packet.PayloadWireLength;
        if (length > 0)
        {
            var octets = (packet.InSide ? batch.Side : batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength);
            var place = StreamPlace.Of(batch, index, in packet);
            place.IsDamaged = SegmentChecksum.IsWrong(batch, in packet);
            stream.Accept(octets, length, packet.Sequence, in place, this);
        }
        opposite.IsAcknowledged = true;
        if (opposite.IsWaiting && (packet.TcpFlags & Ack) != 0)
            opposite.Acknowledge(packet.Acknowledgment, StreamPlace.Of(batch, index, in packet), this);
        if ((packet.TcpFlags & Fin) != 0)
            End(direction).See(packet.Sequence + (uint)length);
        if (IsClosing && (packet.TcpFlags & Ack) != 0)
            ReportEnd(1 - direction, packet.Acknowledgment);
    }

    /// <inheritdoc/>
    public void Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place)
    {
        while (!IsGivenUp && octets.Length > 0)
        {
            if (_analyzer is null && !TryRecognize(octets))
                return;
            var wasTunnel = IsTunnel;
            var verdict = _analyzer.Receive(direction, octets, sequence, in place, _log);
            if (verdict == Verdict.Malformed)
                _counters.Malformed++;
            if (verdict != Verdict.NotMine)
                return;
            if (!IsTunnel || wasTunnel)
            {
                IsGivenUp = true;
                return;
            }
            var inside = Math.Min(_analyzer.Unused, octets.Length);
            sequence += (uint)(octets.Length - inside);
            octets = octets[^inside..];
            LetGo(_log);
        }
    }

    [MemberNotNullWhen(true, nameof(_analyzer))]
    private bool TryRecognize(ReadOnlySpan<byte> octets)
    {
        _analyzer = _recognizer.Recognize(octets, this);
        IsGivenUp = _analyzer is null;
        _analyzer?.Begin(this);
        return _analyzer is not null;
    }

    private void LetGo(ObservationLog log)
    {
        if (_analyzer is null)
            return;
        _analyzer.Close(log);
        _recognizer.Return(_analyzer);
        _analyzer = null;
    }

    /// <inheritdoc/>
    public void Miss(int direction, uint octets, in StreamPlace place)
    {
        if (!IsGivenUp)
            _analyzer?.Miss(direction, octets, in place, _log);
    }

    /// <inheritdoc/>
    public long Skippable(int direction) => IsGivenUp || _analyzer is null ? 0 : _analyzer.Skippable(direction);

    /// <inheritdoc/>
    public void Skip(int direction, uint octets, in StreamPlace place)
    {
        if (Skippable(direction) > octets)
            _analyzer!.Skip(direction, octets);
        else
            Miss(direction, octets, in place);
    }

    /// <inheritdoc/>
    public void Contradict(int direction, ReadOnlySpan<byte> octets, uint sequence, in SegmentMark earlier, in StreamPlace place)
    {
        ref var fact = ref _log.Add<PayloadContradicted>(SightingOf(direction, in place));
        fact.Sequence = sequence;
        fact.Length = octets.Length;
        fact.FirstFrameNumber = earlier.FrameNumber;
        fact.FirstOrigin = earlier.Origin;
        fact.FirstTimestampNs = earlier.TimestampNs;
        fact.FirstSourceMac = earlier.SourceMac;
        fact.FirstTtl = earlier.Ttl;
        fact.FirstStatus = earlier.Status;
        fact.SecondStatus = SegmentMark.StatusOf(octets);
        fact.ReturnMac = direction == 0 ? _nextHopOfB : _nextHopOfA;
        _analyzer?.Describe(direction, ref fact, _log);
    }

    /// <summary>Reports what is held and gives everything back.</summary>
    public void Close(ObservationLog log)
    {
        _log = log;
        for (var direction = 0; direction < 2; direction++)
        {
            Stream(direction).Finish(this);
            ReportEnd(direction, null);
        }
        LetGo(log);
        _fromA.Reset();
        _fromB.Reset();
        _endA = _endB = default;
        _newFirstA = _newFirstB = null;
        _nextHopOfA = _nextHopOfB = default;
        IsGivenUp = IsTunnel = IsReset = false;
        TunnelExchangeId = 0;
    }

    /// <summary>The sighting of a packet of <paramref name="direction"/> at <paramref name="place"/>.</summary>
    public Sighting SightingOf(int direction, in StreamPlace place) => new()
    {
        Ordinal = place.Ordinal,
        TimestampNs = place.TimestampNs,
        FrameNumber = place.FrameNumber,
        Origin = place.Origin,
        Protocol = 6,
        Ttl = place.Ttl,
        Segment = _segment,
        SourceMac = place.SourceMac,
        DestinationMac = place.DestinationMac,
        Source = direction == 0 ? _addressA : _addressB,
        Destination = direction == 0 ? _addressB : _addressA,
        SourcePort = direction == 0 ? _portA : _portB,
        DestinationPort = direction == 0 ? _portB : _portA,
        InTunnel = _inTunnel,
    };

    /// <summary>The stream ends when its FIN stands right after the octets handed on and, while packets come, the other side has received it.</summary>
    private void ReportEnd(int direction, uint? acknowledgment)
    {
        ref var end = ref End(direction);
        if (!end.IsSeen || end.IsReported || end.At != Stream(direction).Next || (acknowledgment is { } number && (int)(number - end.At) <= 0))
            return;
        end.IsReported = true;
        if (!IsGivenUp)
            _analyzer?.End(direction, _log);
    }

    private uint PassesIn(int direction) => Stream(direction).IsStarted ? (uint)Math.Min(Skippable(direction), uint.MaxValue) : 0;

    private ref StreamEnd End(int direction) => ref direction == 0 ? ref _endA : ref _endB;

    /// <summary>A FIN: where it stands, and whether the analyzer knows.</summary>
    private struct StreamEnd
    {
        public uint At;
        public bool IsSeen, IsReported;

        public void See(uint at)
        {
            if (!IsReported)
                (At, IsSeen) = (at, true);
        }
    }
}
