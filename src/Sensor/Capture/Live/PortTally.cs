using Sensor.Core.Frames;

namespace Sensor.Capture.Live;

/// <summary>Counts what one interface shows. Fixed memory: connections lie in a small table in which newer ones push older ones out.</summary>
internal sealed class PortTally
{
    private const int Slots = 4096, EnoughSegments = 4;
    private const ushort Dns = 53, Nbns = 137, Mdns = 5353, Llmnr = 5355;
    private const int FlagsAt = 2;
    private const byte Response = 0x80;
    private readonly Slot[] _slots = new Slot[Slots];
    private long _frames, _group, _betweenOthers, _connections, _twoWay, _groupQuestions, _serverQuestions, _answers;

    /// <summary>The interface's own address: what it sends and gets says nothing about the mirror.</summary>
    internal ulong OwnMac { get; set; }

    /// <summary>Counts a frame, to a group or not.</summary>
    internal void Count(bool isGroup)
    {
        _frames++;
        _group += isGroup ? 1 : 0;
    }

    /// <summary>Takes a packet of the sample.</summary>
    internal void Look(FrameBatch batch, in Packet packet)
    {
        var isGroup = packet.HasMacs ? packet.DestinationMac.IsGroup : packet.Destination.IsMulticast || packet.Destination.IsBroadcast;
        if (!isGroup && packet.HasMacs && !packet.DestinationMac.IsNone && packet.SourceMac.Value != OwnMac && packet.DestinationMac.Value != OwnMac)
            _betweenOthers++;
        if (packet.Kind == PacketKind.Tcp)
            LookAtConnection(in packet);
        else if (packet.Kind == PacketKind.Udp)
            LookAtNames(batch, in packet, isGroup);
    }

    internal PortVisibility Snapshot(string name) => new()
    {
        Interface = name,
        Frames = _frames,
        Group = _group,
        BetweenOthers = _betweenOthers,
        Connections = _connections,
        TwoWay = _twoWay,
        GroupQuestions = _groupQuestions,
        ServerQuestions = _serverQuestions,
        UnicastAnswers = _answers,
    };

    internal void Clear()
    {
        Array.Clear(_slots);
        _frames = _group = _betweenOthers = _connections = _twoWay = _groupQuestions = _serverQuestions = _answers = 0;
    }

    private void LookAtConnection(in Packet packet)
    {
        ref var slot = ref _slots[(int)(packet.FlowHash % Slots)];
        if (slot.FlowHash != packet.FlowHash)
            slot = new Slot { FlowHash = packet.FlowHash };
        var order = packet.Source.CompareTo(packet.Destination);
        var isFromLower = order < 0 || (order == 0 && packet.SourcePort < packet.DestinationPort);
        var wasTwoWay = slot.FromLower && slot.FromHigher;
        slot.FromLower |= isFromLower;
        slot.FromHigher |= !isFromLower;
        if (slot.Segments < EnoughSegments && ++slot.Segments < EnoughSegments)
            return;
        var isTwoWay = slot.FromLower && slot.FromHigher;
        if (!slot.IsCounted)
            _connections++;
        if (isTwoWay && (!slot.IsCounted || !wasTwoWay))
            _twoWay++;
        slot.IsCounted = true;
    }

    private void LookAtNames(FrameBatch batch, in Packet packet, bool isGroup)
    {
        var port = NamePort(packet.DestinationPort) ? packet.DestinationPort : packet.SourcePort;
        if (!NamePort(port) || packet.PayloadLength <= FlagsAt)
            return;
        var octets = (packet.InSide ? batch.Side : batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength);
        var isResponse = (octets[FlagsAt] & Response) != 0;
        if (isResponse && !isGroup)
            _answers++;
        else if (!isResponse && isGroup)
            _groupQuestions++;
        else if (!isResponse && packet.DestinationPort == Dns)
            _serverQuestions++;
    }

    private static bool NamePort(ushort port) => port is Dns or Nbns or Mdns or Llmnr;

    private struct Slot
    {
        public ulong FlowHash;
        public byte Segments;
        public bool FromLower, FromHigher, IsCounted;
    }
}
