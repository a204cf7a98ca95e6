using System.Text;
using BenchmarkDotNet.Attributes;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Benchmarks;

/// <summary>What a TCP packet costs after the dissector: flows nobody cares for, a download that is passed over, small HTTP exchanges.</summary>
[MemoryDiagnoser]
public class FlowBenchmarks
{
    private const int Packets = 32 * 1024, Group = 32;

    private readonly FrameBatch _batch = new(4096, 1) { Count = 1 };
    private readonly ObservationLog _log = new();
    private readonly Packet[] _packets = new Packet[Packets];
    private FlowShard _shard = new();

    /// <summary>Segments of as many flows, none of which is recognised.</summary>
    [GlobalSetup(Target = nameof(Uninteresting))]
    public void SetUpUninteresting()
    {
        for (var i = 0; i < Packets; i++)
            _packets[i] = Segment(i, (uint)(i * 100), 100);
        _batch.Octets[0] = 0x17;
    }

    /// <summary>A response of many gigabytes.</summary>
    [GlobalSetup(Target = nameof(Download))]
    public void SetUpDownload()
    {
        var head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999999999999\r\n\r\n\u0001"u8;
        head.CopyTo(_batch.Octets);
        var first = Segment(1, 0, head.Length);
        _shard = new FlowShard();
        _shard.Process(_batch, 0, in first, _log);
        for (var i = 0; i < Packets; i++)
            _packets[i] = Segment(1, (uint)(head.Length + (i * 1460)), 1460);
        _log.Clear();
    }

    /// <summary>Requests, each a connection of its own.</summary>
    [GlobalSetup(Target = nameof(Requests))]
    public void SetUpRequests()
    {
        var head = Encoding.ASCII.GetBytes("GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n");
        head.CopyTo(_batch.Octets, 0);
        for (var i = 0; i < Packets; i++)
            _packets[i] = Segment(i, 1, head.Length);
        _shard = new FlowShard();
    }

    /// <summary>A look-up that finds nothing and a glance at the first octets.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Uninteresting() => Run();

    /// <summary>One cache line a segment; sequence numbers repeat after a round, so the later rounds are retransmissions.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Download()
    {
        Run();
        for (var i = 0; i < Packets; i++)
            _packets[i].Sequence += Packets * 1460u;
    }

    /// <summary>Recognition, head, fact, and the oldest connection pushed out.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Requests() => Run();

    private void Run()
    {
        for (var start = 0; start < Packets; start += Group)
        {
            for (var i = start; i < start + Group; i++)
                _shard.Prefetch(in _packets[i]);
            for (var i = start; i < start + Group; i++)
                _shard.Process(_batch, 0, in _packets[i], _log);
            _log.Clear();
        }
    }

    private static Packet Segment(int flow, uint sequence, int length) => new()
    {
        Kind = PacketKind.Tcp,
        Protocol = 6,
        Source = IpAddress.FromV4(0x0A000000 + (uint)flow),
        Destination = IpAddress.FromV4(0x0A800001),
        SourcePort = 40000,
        DestinationPort = 80,
        Sequence = sequence,
        TcpFlags = 16,
        PayloadLength = length,
        PayloadWireLength = length,
        FlowHash = (ulong)(flow + 1) * 0x9E3779B97F4A7C15UL,
    };
}
