using BenchmarkDotNet.Attributes;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Benchmarks;

/// <summary>One datagram of each name service, from its payload to the fact in the log.</summary>
[MemoryDiagnoser]
public class NameBenchmarks
{
    private const int Datagrams = 1024;
    private const string EncodedWpad = "4648464145424545434143414341434143414341434143414341434143414141";
    private readonly ObservationLog _log = new();
    private FrameBatch _batch = null!;
    private Packet _packet;
    private int _size;
    private DatagramAnalyzer _analyzer = null!;

    /// <summary>The datagram.</summary>
    [Params("dns query", "dns answer", "dns alias answer", "llmnr query", "llmnr answer", "mdns query", "mdns announcement", "nbns query", "nbns answer")]
    public string Datagram { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        var (analyzer, message) = Message(Datagram);
        _analyzer = analyzer;
        _size = message.Length;
        _batch = new FrameBatch(Datagrams * _size, Datagrams) { Count = Datagrams };
        for (var i = 0; i < Datagrams; i++)
        {
            message.CopyTo(_batch.Octets, i * _size);
            _batch.Octets[(i * _size) + 1] = (byte)i;
        }
        _packet = new Packet
        {
            Kind = PacketKind.Udp,
            Protocol = 17,
            SourcePort = 5353,
            DestinationPort = 5353,
            PayloadLength = _size,
            Source = IpAddress.FromV4(0x0A000001),
            Destination = IpAddress.FromV4(0xE00000FB),
        };
    }

    [Benchmark(OperationsPerInvoke = Datagrams)]
    public int Analyze()
    {
        _log.Clear();
        var parsed = 0;
        for (var i = 0; i < Datagrams; i++)
        {
            _packet.PayloadOffset = i * _size;
            parsed += (int)_analyzer(new PacketContext(_batch, i, in _packet), _log);
        }
        return parsed;
    }

    private static (DatagramAnalyzer Analyzer, byte[] Message) Message(string datagram) => datagram switch
    {
        "dns query" => (DnsAnalyzer.Analyze, Octets("000101000001000000000000 03777777 07657861 6D706C65 03636F6D 00 00010001")),
        "dns answer" => (DnsAnalyzer.Analyze, Octets(
            "000181800001000100000000 03777777 07657861 6D706C65 03636F6D 00 00010001 C00C 00010001 0000003C 0004 0A000001")),
        "dns alias answer" => (DnsAnalyzer.Analyze, Octets(
            "000181800001000300000000 03777777 07657861 6D706C65 03636F6D 00 00010001 C00C 00050001 00000E10 0006 0363646E C010"
            + "C02D 00010001 0000003C 0004 0A000001 C02D 00010001 0000003C 0004 0A000002")),
        "llmnr query" => (LlmnrAnalyzer.Analyze, Octets("000100000001000000000000 0C6465736B746F702D31323334 00 00010001")),
        "llmnr answer" => (LlmnrAnalyzer.Analyze, Octets(
            "000180000001000100000000 0477706164 00 00010001 0477706164 00 00010001 0000001E 0004 C0A83866")),
        "mdns query" => (MdnsAnalyzer.Analyze, Octets("000000000001000000000000 0B7072696E74657231323334 056C6F63616C 00 00010001")),
        "mdns announcement" => (MdnsAnalyzer.Analyze, Octets(
            "000084000000000200000000 046465736B 056C6F63616C 00 00018001 00000078 0004 0A000007"
            + "C00C 001C8001 00000078 0010 FE800000000000000000000000000007")),
        "nbns query" => (NbnsAnalyzer.Analyze, Octets(
            "000101100001000000000000 20 " + EncodedWpad + " 00 00200001")),
        _ => (NbnsAnalyzer.Analyze, Octets(
            "000185000000000100000000 20 " + EncodedWpad + " 00 00200001 000493E0 0006 0000C0A83866")),
    };

    private static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
