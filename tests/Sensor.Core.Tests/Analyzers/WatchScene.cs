using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Packets of a LAN handed to one shard, and what it tells of bindings and relays.</summary>
internal sealed class WatchScene : IObserve<AddressSeen>, IObserve<PacketRelayed>
{
    public static readonly MacAddress Victim = new(0x020000000001), Attacker = new(0x020000000002), Gateway = new(0x020000000003);

    private readonly FrameBatch _batch = new(1, 1) { Count = 1 };
    private readonly FlowShard _shard = new();
    private readonly ObservationLog _log = new();
    private readonly ObservationBus _bus = new();

    public WatchScene()
    {
        _bus.Subscribe<AddressSeen>(this);
        _bus.Subscribe<PacketRelayed>(this);
    }

    public long Time { get; set; } = 1_700_000_000_000_000_000;

    public long Number { get; private set; }

    public List<(string Source, bool Many)> Seen { get; } = [];

    public List<(long First, long Relayed, MacAddress By)> Relayed { get; } = [];

    /// <summary>An IPv4 packet with an identification of its own unless one is given.</summary>
    public static Packet Packet(MacAddress from, MacAddress to, byte ttl = 64, ushort ipId = 1, uint source = 0x0A000001) => new()
    {
        Kind = PacketKind.OtherIp,
        Protocol = 47,
        Ttl = ttl,
        HasMacs = true,
        SourceMac = from,
        DestinationMac = to,
        Source = IpAddress.FromV4(source),
        Destination = IpAddress.FromV4(0x08080808),
        IpId = ipId,
        PayloadWireLength = 100,
        FlowHash = 7,
    };

    public void See(Packet packet)
    {
        _batch.FirstOrdinal = Number;
        _batch.Frames[0] = new FrameRecord { Number = ++Number, TimestampNs = Time };
        _shard.Process(_batch, 0, in packet, _log);
        for (var i = 0; i < _log.Count; i++)
            _log.Deliver(i, _bus);
        _log.Clear();
    }

    public void Observe(in Observed<AddressSeen> seen) => Seen.Add((seen.At.Source.ToString(), seen.Fact.ManySources));

    public void Observe(in Observed<PacketRelayed> seen) => Relayed.Add((seen.Fact.FirstFrameNumber, seen.At.FrameNumber, seen.At.SourceMac));
}
