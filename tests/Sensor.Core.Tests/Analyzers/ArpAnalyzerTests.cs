using Sensor.Core.Analyzers;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public sealed class ArpAnalyzerTests
{
    private static readonly byte[] Reply = AnnotatedHex.Read("""
        0001 0800 06 04 0002     // Ethernet, IPv4, 6, 4, reply
        0200 0000 0066           // sender hardware address
        C0A8 0101                // sender 192.168.1.1
        0200 0000 000A           // target hardware address
        C0A8 010A                // target 192.168.1.10
        0000 0000 0000 0000 0000 0000 0000 0000 0000   // Ethernet padding
        """);

    private readonly AnalyzerRun _run = new(ArpAnalyzer.Analyze);

    [Fact]
    public void Observes_who_claims_an_address_in_a_reply()
    {
        _run.Packet.Protocol = 0;

        var claim = _run.One<AddressClaimed>(Reply);

        Assert.Equal(2, claim.Operation);
        Assert.Equal("02:00:00:00:00:66", claim.SenderMac.ToString());
        Assert.Equal("192.168.1.1", claim.SenderAddress.ToString());
        Assert.Equal("02:00:00:00:00:0a", claim.TargetMac.ToString());
        Assert.Equal("192.168.1.10", claim.TargetAddress.ToString());
        Assert.False(claim.IsProbe);
        Assert.False(claim.IsGratuitous);
    }

    [Fact]
    public void Gives_the_sighting_the_protocol_addresses_and_the_ethernet_macs()
    {
        _run.Packet.SourceMac = new MacAddress(0x0200_0000_0099);
        _run.Analyze(Reply);

        var at = Assert.Single(_run.All<AddressClaimed>()).At;

        Assert.Equal("192.168.1.1", at.Source.ToString());
        Assert.Equal("192.168.1.10", at.Destination.ToString());
        Assert.Equal("02:00:00:00:00:99", at.SourceMac.ToString());
    }

    [Fact]
    public void Tells_probes_and_gratuitous_requests()
    {
        var probe = Reply.ToArray();
        probe[7] = 1;
        probe.AsSpan(14, 4).Clear();
        Assert.True(_run.One<AddressClaimed>(probe).IsProbe);

        var gratuitous = Reply.ToArray();
        gratuitous[7] = 1;
        gratuitous[27] = 1;
        Assert.True(_run.One<AddressClaimed>(gratuitous).IsGratuitous);
    }

    [Theory]
    [InlineData(3, 0x06)] // another protocol type
    [InlineData(4, 8)] // FireWire
    [InlineData(7, 3)] // RARP request
    [InlineData(7, 8)] // InARP request
    public void Passes_over_what_claims_no_ipv4_address(int at, byte value)
    {
        var other = Reply.ToArray();
        other[at] = value;

        Assert.Equal(Verdict.NotMine, _run.Analyze(other));
        Assert.Equal(0, _run.Log.Count);
    }

    [Fact]
    public void Rejects_a_truncated_packet() => Assert.Equal(Verdict.Malformed, _run.Analyze(Reply.AsSpan(0, 27)));

    [Fact]
    public void Survives_every_prefix_and_mutation() => _run.SurvivesDamage(Reply);

    [Fact]
    public void Allocates_nothing() => _run.AllocatesNothing(Reply);
}
