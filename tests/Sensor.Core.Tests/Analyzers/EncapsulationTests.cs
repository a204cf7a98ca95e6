using System.Runtime.InteropServices;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Every sample of <see cref="EncapsulationSamples"/>: whole, cut, and damaged.</summary>
public class EncapsulationTests
{
    public static TheoryData<string> Names => [.. EncapsulationSamples.All.Select(static sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Finds_the_datagram_inside(string name)
    {
        var sample = EncapsulationSamples.Get(name);
        var frame = new OneFrame();
        var packet = frame.Dissect(sample.Octets, sample.LinkType);
        Assert.Equal(PacketKind.Udp, packet.Kind);
        Assert.Equal((1111, 2222), (packet.SourcePort, packet.DestinationPort));
        Assert.Equal(sample.IsV6 ? "fe80::1" : "10.0.0.1", packet.Source.ToString());
        Assert.Equal(sample.IsV6 ? "ff02::1" : "10.0.0.2", packet.Destination.ToString());
        Assert.Equal(sample.IsV6 ? 255 : 64, packet.Ttl);
        Assert.Equal(sample.IsV6 ? 0 : 0x1234, packet.IpId);
        Assert.Equal(17, packet.Protocol);
        Assert.Equal("wpad"u8, frame.Payload(in packet));
        Assert.Equal(4, packet.PayloadWireLength);
        Assert.False(packet.Truncated);
        Assert.Equal(0, frame.Dissector.Counters.BadChecksums);
        Assert.Equal(0, frame.Dissector.Counters.Undecodable);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Knows_the_segment_and_the_hardware_addresses(string name)
    {
        var sample = EncapsulationSamples.Get(name);
        var frame = new OneFrame();
        var packet = frame.Dissect(sample.Octets, sample.LinkType);
        Assert.Equal(sample.Segment, frame.Dissector.Segments.Describe(packet.Segment));
        Assert.Equal(sample.InTunnel, packet.InTunnel);
        Assert.Equal(sample.HasMacs, packet.HasMacs);
        Assert.Equal(sample.HasMacs ? 0x02_00_00_00_00_0AUL : 0, packet.SourceMac.Value);
        var hasDestination = sample.HasMacs && sample.LinkType is not (LinkType.Sll or LinkType.Sll2);
        Assert.Equal(hasDestination ? 0x02_00_00_00_00_0BUL : 0, packet.DestinationMac.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stays_inside_every_prefix(string name)
    {
        var sample = EncapsulationSamples.Get(name);
        var frame = new OneFrame();
        for (var length = 0; length < sample.Octets.Length; length++)
        {
            var packet = frame.Dissect(sample.Octets[..length], sample.LinkType);
            AssertInside(frame, in packet);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stays_inside_after_every_mutation_and_takes_the_fast_way_only_to_the_same_place(string name)
    {
        var sample = EncapsulationSamples.Get(name);
        var octets = sample.Octets.ToArray();
        OneFrame fast = new(), slow = new();
        for (var at = 0; at < octets.Length; at++)
        {
            for (var value = 1; value < 256; value++)
            {
                octets[at] ^= (byte)value;
                var packet = fast.Dissect(octets, octets.Length, sample.LinkType);
                AssertInside(fast, in packet);
                var walked = slow.Walk(octets, octets.Length, sample.LinkType);
                Assert.Equal(MemoryMarshal.AsBytes([walked]), MemoryMarshal.AsBytes([packet]));
                octets[at] ^= (byte)value;
            }
        }
        Assert.Equal(slow.Dissector.Counters.BadChecksums, fast.Dissector.Counters.BadChecksums);
        Assert.Equal(slow.Dissector.Counters.Undecodable, fast.Dissector.Counters.Undecodable);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Allocates_nothing(string name)
    {
        var sample = EncapsulationSamples.Get(name);
        var frame = new OneFrame();
        Assert.Equal(0, Allocations.Least(() => frame.Dissect(sample.Octets, sample.Octets.Length, sample.LinkType)));
    }

    private static void AssertInside(OneFrame frame, in Packet packet)
    {
        var octets = packet.InSide ? frame.Batch.Side.Length : frame.Batch.Octets.Length;
        if (packet.PayloadOffset < 0 || packet.PayloadLength < 0 || packet.PayloadOffset + packet.PayloadLength > octets)
            Assert.Fail($"payload {packet.PayloadOffset} + {packet.PayloadLength} leaves {octets} octets");
        if (packet.PayloadWireLength < packet.PayloadLength)
            Assert.Fail($"{packet.PayloadLength} octets of {packet.PayloadWireLength} on the wire");
    }
}
