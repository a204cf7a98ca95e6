using CsCheck;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public class NameRobustnessTests
{
    private static readonly DatagramAnalyzer[] Analyzers =
        [DnsAnalyzer.Analyze, LlmnrAnalyzer.Analyze, MdnsAnalyzer.Analyze, NbnsAnalyzer.Analyze];

    [Fact]
    public void No_prefix_and_no_change_of_one_octet_throws()
    {
        var log = new ObservationLog();
        foreach (var (_, message) in NameSamples.All)
        {
            foreach (var analyzer in Analyzers)
            {
                for (var length = 0; length < message.Length; length++)
                    NameFacts.Run(analyzer, message[..length], log, isCut: (length & 1) != 0);
                var changed = message.ToArray();
                for (var i = 0; i < message.Length; i++)
                {
                    for (var value = 0; value < 256; value++)
                    {
                        changed[i] = (byte)value;
                        NameFacts.Run(analyzer, changed, log);
                    }
                    changed[i] = message[i];
                    log.Clear();
                }
            }
        }
    }

    [Fact]
    public void Random_octets_behind_a_plausible_header_do_not_throw()
    {
        var log = new ObservationLog();
        Gen.Byte.Array[12, 400].Sample(octets =>
        {
            log.Clear();
            octets[4] = octets[6] = octets[8] = octets[10] = 0;
            foreach (var analyzer in Analyzers)
                NameFacts.Run(analyzer, octets, log);
        }, iter: 20_000, threads: 1);
    }

    /// <summary>64 KiB of questions or records whose names are all one long name: what it costs in the log is bounded.</summary>
    [Theory]
    [InlineData(0x00, 4)]
    [InlineData(0x84, 4)]
    [InlineData(0x84, 6)]
    [InlineData(0x00, 8)]
    [InlineData(0x28, 8)]
    public void A_bomb_of_pointers_stays_small(byte flags, int section)
    {
        var message = new byte[65535];
        message[2] = flags;
        if (flags == 0x28)
            message[5] = 1;
        message[section] = 0x15;
        var name = AnnotatedHex.Read("3F 63*01 3F 63*01 3F 63*01 3D 61*01 00 00 01 00 01");
        name.CopyTo(message, 12);
        for (var at = 12 + name.Length; at + 12 <= message.Length; at += 12)
            AnnotatedHex.Read("C0 0C 00 01 00 01 00 00 00 78 00 00").CopyTo(message, at);
        foreach (var analyzer in Analyzers)
        {
            var log = new ObservationLog();
            NameFacts.Run(analyzer, message, log);
            Assert.True(log.Count <= 512, $"{log.Count} facts");
        }
    }

    [Fact]
    public void Reading_allocates_nothing_after_warm_up()
    {
        var log = new ObservationLog();
        var batch = new FrameBatch(4096, 1) { Count = 1 };
        Assert.Equal(0, Allocations.Least(() =>
        {
            foreach (var (service, message) in AllSamples)
            {
                message.CopyTo(batch.Octets, 0);
                var packet = new Packet { PayloadLength = message.Length, SourcePort = 5353, Destination = Multicast };
                Of(service)(new PacketContext(batch, 0, in packet), log);
            }
            log.Clear();
        }));
    }

    private static readonly (string Service, byte[] Message)[] AllSamples = [.. NameSamples.All];
    private static readonly Core.Wire.IpAddress Multicast = Core.Wire.IpAddress.FromV4(0xE00000FB);

    private static DatagramAnalyzer Of(string service) => Analyzers[service switch { "dns" => 0, "llmnr" => 1, "mdns" => 2, _ => 3 }];
}
