using System.Text;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Tests.Wire;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public class QuicInitialsTests
{
    private static readonly byte[] Hello = QuicSealer.Hello;

    private readonly FrameBatch _batch = new(20_000, 1) { Count = 1 };
    private readonly ObservationLog _log = new();
    private readonly FlowShard _shard = new();
    private long _number;

    [Theory]
    [InlineData(QuicLongHeader.Version1)]
    [InlineData(QuicLongHeader.Version2)]
    public void Tells_whom_a_client_wants_to_reach(uint version)
    {
        var fact = Assert.Single(Send(new QuicSealer(version).Packet(0, QuicSealer.Crypto(0, Hello))));
        Assert.Equal("Quic sls.update.microsoft.com h2 http/1.1 q13d0408h2", fact);
    }

    [Fact]
    public void Frames_in_any_order_and_over_several_datagrams_are_put_together()
    {
        var sealer = new QuicSealer(QuicLongHeader.Version1);
        Assert.Empty(Send(sealer.Packet(0, QuicSealer.Crypto(90, Hello[90..]), [1, 0, 0], QuicSealer.Crypto(10, Hello[10..50]))));
        Assert.Empty(Send(sealer.Packet(1, [2, 0, 0, 0, 0], QuicSealer.Crypto(40, Hello[40..90]))));
        Assert.Single(Send(sealer.Packet(2, QuicSealer.Crypto(0, Hello[..30]))));
        Assert.Empty(Send(sealer.Packet(3, QuicSealer.Crypto(0, Hello))));
    }

    [Fact]
    public void Packets_in_one_datagram_are_all_read()
    {
        var sealer = new QuicSealer(QuicLongHeader.Version1);
        var first = sealer.Sealed(0, 1, [.. QuicSealer.Crypto(0, Hello[..60]), .. new byte[30]]);
        Assert.Single(Send([.. first, .. sealer.Packet(1, QuicSealer.Crypto(60, Hello[60..]))]));
    }

    [Fact]
    public void After_a_retry_the_new_connection_id_counts()
    {
        Assert.Empty(Send(new QuicSealer(QuicLongHeader.Version1).Packet(0, QuicSealer.Crypto(0, Hello[..60]))));
        Assert.Single(Send(new QuicSealer(QuicLongHeader.Version1, [9, 9, 9, 9, 9]).Packet(1, QuicSealer.Crypto(0, Hello))));
    }

    [Fact]
    public void Servers_other_versions_short_datagrams_and_forgeries_tell_nothing()
    {
        var packet = new QuicSealer(QuicLongHeader.Version1).Packet(0, QuicSealer.Crypto(0, Hello));
        Assert.Empty(Send(packet, fromServer: true));
        Assert.Empty(Send(packet[..1000]));
        Assert.Empty(Send([.. packet[..4], 9, .. packet[5..]]));
        Assert.Empty(Send([.. packet[..600], (byte)(packet[600] ^ 1), .. packet[601..]]));
        Assert.Single(Send(packet));
    }

    [Fact]
    public void A_hello_beyond_the_bound_is_left_alone()
    {
        var sealer = new QuicSealer(QuicLongHeader.Version1);
        byte[] huge = [1, 0, 0x40, 0, .. new byte[500]];
        Assert.Empty(Send(sealer.Packet(0, QuicSealer.Crypto(0, huge))));
        Assert.Empty(Send(sealer.Packet(1, QuicSealer.Crypto(16000, [1, 2, 3]))));
    }

    [Fact]
    public void Damage_is_never_an_exception()
    {
        var packet = new QuicSealer(QuicLongHeader.Version1).Packet(0, QuicSealer.Crypto(0, Hello));
        for (var length = 0; length <= packet.Length; length += length < 64 ? 1 : 37)
            Send([.. packet[..length], .. new byte[1200]]);
        for (var at = 0; at < 64; at++)
        {
            for (var value = 0; value < 256; value += 5)
                Send([.. packet[..at], (byte)value, .. packet[(at + 1)..]]);
        }
        var handshake = new QuicHandshake();
        byte[] frames = [2, 5, 0, 1, 0, 1, 1, 3, 5, 0, 0, 0, 1, 1, 1, .. QuicSealer.Crypto(3, Hello[..20])];
        for (var at = 0; at < frames.Length; at++)
        {
            for (var value = 0; value < 256; value++)
                handshake.Take([.. frames[..at], (byte)value, .. frames[(at + 1)..]]);
        }
    }

    [Fact]
    public void Decrypting_allocates_nothing()
    {
        var packet = new QuicSealer(QuicLongHeader.Version1).Packet(0, QuicSealer.Crypto(0, Hello));
        Assert.Equal(100, Play(100));
        var told = 0;
        Assert.Equal(0, Allocations.LeastOfRounds(() => told = Play(200)));
        Assert.Equal(200, told);

        int Play(int times)
        {
            var count = 0;
            for (var i = 0; i < times; i++)
            {
                _log.Clear();
                Process(packet, (ushort)(50_000 + i), fromServer: false);
                count += _log.Count;
                _number += 100_000;
            }
            return count;
        }
    }

    private List<string> Send(byte[] datagram, bool fromServer = false)
    {
        _log.Clear();
        Process(datagram, 50_000, fromServer);
        var seen = new Seen();
        var bus = new ObservationBus();
        bus.Subscribe(seen);
        for (var i = 0; i < _log.Count; i++)
            _log.Deliver(i, bus);
        return seen.Lines;
    }

    private void Process(byte[] datagram, ushort port, bool fromServer)
    {
        datagram.CopyTo(_batch.Octets, 0);
        var (client, server) = (IpAddress.FromV4(0x0A000001), IpAddress.FromV4(0x0A000002));
        var packet = new Packet
        {
            Kind = PacketKind.Udp,
            Protocol = 17,
            Source = fromServer ? server : client,
            Destination = fromServer ? client : server,
            SourcePort = fromServer ? (ushort)443 : port,
            DestinationPort = fromServer ? port : (ushort)443,
            PayloadLength = datagram.Length,
            PayloadWireLength = datagram.Length,
            FlowHash = 0x5555_0000_0000_0000UL ^ port,
        };
        _batch.FirstOrdinal = _number++;
        _batch.Frames[0] = new FrameRecord { Number = _number, TimestampNs = 1_700_000_000_000_000_000 + (_number * 1_000_000) };
        _shard.Process(_batch, 0, in packet, _log);
    }

    private sealed class Seen : IObserve<TlsAsked>
    {
        public List<string> Lines { get; } = [];

        public void Observe(in Observed<TlsAsked> seen) => Lines.Add(string.Join(' ', seen.Fact.Carrier, Text(in seen, seen.Fact.ServerName),
            Text(in seen, seen.Fact.Protocols), TlsFingerprint.Ja4(seen.Text(seen.Fact.Hello), isQuic: seen.Fact.Carrier == TlsCarrier.Quic)[..10]));

        private static string Text(in Observed<TlsAsked> seen, OctetSlice slice) => Encoding.ASCII.GetString(seen.Text(slice));
    }
}
