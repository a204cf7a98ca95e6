using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The Initial packets of QUIC clients in a shard (version 1, RFC 9000 and RFC 9001; version 2, RFC 9369): told by their long header on any port that
/// is nobody else's, decrypted, and their hello put together. Everything else of QUIC costs a look at the datagram's size and first octet.
/// </summary>
internal sealed class QuicInitials
{
    /// <summary>Hellos put together at a time: they take milliseconds. Beyond it the one that was begun first makes room.</summary>
    private const int Capacity = 32;

    /// <summary>Flows remembered whose hello was told, so that what a client sends again costs nothing; one that is forgotten is told again.</summary>
    private const int ToldCapacity = 1024;

    private const ushort HttpsPort = 443;

    /// <summary>A client's Initial packets come within this; later ones on the same ports are another connection's.</summary>
    private const long Lifetime = 10_000_000_000;

    private readonly QuicHandshake?[] _handshakes = new QuicHandshake?[Capacity];
    private readonly byte[] _plain = new byte[QuicInitial.LongestPacket];
    private readonly (ulong Flow, long Ns)[] _told = new (ulong, long)[ToldCapacity];
    private int _next;

    /// <summary>Whether a UDP packet may hold an Initial packet of a client. Made for every datagram that no analyzer wants.</summary>
    public static bool MayBegin(FrameBatch batch, in Packet packet) =>
        packet.PayloadLength >= QuicLongHeader.SmallestInitialDatagram
        && QuicLongHeader.MayBeInitial((packet.InSide ? batch.Side : batch.Octets).AsSpan(packet.PayloadOffset, packet.PayloadLength));

    /// <summary>Looks into a datagram for which <see cref="MayBegin"/> holds.</summary>
    public void Look(FrameBatch batch, int index, in Packet packet, ObservationLog log)
    {
        if (packet.SourcePort == HttpsPort && packet.DestinationPort != HttpsPort)
            return;
        ref readonly var told = ref _told[packet.FlowHash % ToldCapacity];
        if (told.Flow == packet.FlowHash && Math.Abs(batch.Frames[index].TimestampNs - told.Ns) < Lifetime)
            return;
        var context = new PacketContext(batch, index, in packet);
        var rest = context.Payload;
        while (QuicLongHeader.TryRead(rest, out var header))
        {
            if (header.IsInitial && Open(in header, in context) is { IsTold: false } handshake)
                Tell(handshake, in context, log);
            rest = rest[header.Packet.Length..];
        }
    }

    /// <summary>Decrypts a packet and takes its frames; null when it is no client's Initial, or of a handshake that was told.</summary>
    private QuicHandshake? Open(in QuicLongHeader header, in PacketContext context)
    {
        var handshake = Find(in context);
        if (handshake is { IsTold: true })
            return null;
        if (handshake is null || !QuicInitial.TryOpen(in header, in handshake.Keys, _plain, out var length))
        {
            // The first packet, or the first one after a Retry, which asks for another connection id.
            var keys = QuicInitialKeys.OfClient(header.Version, header.DestinationId);
            if (!QuicInitial.TryOpen(in header, in keys, _plain, out length))
                return null;
            handshake = Begin(handshake, in context);
            handshake.Keys = keys;
        }
        handshake.LastNs = context.Frame.TimestampNs;
        handshake.Take(_plain.AsSpan(0, length));
        return handshake;
    }

    private void Tell(QuicHandshake handshake, in PacketContext context, ObservationLog log)
    {
        var octets = handshake.Octets;
        if (octets.Length < TlsHandshake.HeaderSize)
            return;
        var size = TlsHandshake.SizeOf(octets);
        if (octets[0] == TlsHandshake.ClientHello && octets.Length < size && size <= QuicHandshake.LongestHello)
            return;
        handshake.IsTold = true;
        _told[handshake.FlowHash % ToldCapacity] = (handshake.FlowHash, context.Frame.TimestampNs);
        if (octets[0] != TlsHandshake.ClientHello || octets.Length < size || !ClientHello.TryRead(octets[TlsHandshake.HeaderSize..size], out var hello))
            return;
        ref var fact = ref log.Add<TlsAsked>(in context);
        fact.ConnectionId = (ulong)(handshake.FirstOrdinal + 1) << 20;
        fact.FirstFrameNumber = handshake.FirstFrame;
        TlsHello.Fill(ref fact, in hello, TlsCarrier.Quic, log);
    }

    private QuicHandshake? Find(in PacketContext context)
    {
        ref readonly var packet = ref context.Packet;
        foreach (var handshake in _handshakes)
        {
            if (handshake is not null && handshake.FlowHash == packet.FlowHash && handshake.Client == packet.Source && handshake.ClientPort == packet.SourcePort
                && Math.Abs(context.Frame.TimestampNs - handshake.LastNs) < Lifetime)
                return handshake;
        }
        return null;
    }

    private QuicHandshake Begin(QuicHandshake? again, in PacketContext context)
    {
        var handshake = again;
        if (handshake is null)
        {
            handshake = _handshakes[_next] ??= new QuicHandshake();
            _next = (_next + 1) % Capacity;
        }
        handshake.Clear();
        handshake.FlowHash = context.Packet.FlowHash;
        handshake.Client = context.Packet.Source;
        handshake.ClientPort = context.Packet.SourcePort;
        handshake.FirstOrdinal = context.Ordinal;
        handshake.FirstFrame = context.Frame.Number;
        return handshake;
    }
}
