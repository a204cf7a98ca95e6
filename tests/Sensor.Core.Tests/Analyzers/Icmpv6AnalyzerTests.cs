using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public sealed class Icmpv6AnalyzerTests
{
    private static readonly byte[] RouterAdvertisement = AnnotatedHex.Read("""
        86 00 0000               // router advertisement
        40 C8 0708               // hop limit 64, M, O, preference high, lifetime 1800
        00000000 00000000        // reachable, retransmission timer
        01 01 0200 0000 0066     // source link-layer address
        05 01 0000 000005DC      // MTU 1500
        03 04 40 C0 00278D00 00093A80 00000000   // prefix /64
        2001 0DB8 0001 0000 0000 0000 0000 0000
        03 04 30 C0 00278D00 00093A80 00000000   // prefix /48
        2001 0DB8 0002 0000 0000 0000 0000 0000
        19 05 0000 00000708      // two DNS servers
        FE80 0000 0000 0000 0000 0000 0000 0001
        2001 0DB8 0000 0000 0000 0000 0000 0053
        19 03 0000 00000000      // one withdrawn
        2001 0DB8 0000 0000 0000 0000 0000 0099
        1F 04 0000 00000708      // search list
        04 636F7270 07 6578616D706C65 00        // corp.example
        03 6C6162 00 00 00 00 00 00             // lab, padding
        1F 02 0000 00000000 03 6F6C64 00 000000 // "old", withdrawn
        18 01 00 18 00000708     // a default route
        """);

    private static readonly byte[] NeighborAdvertisement = AnnotatedHex.Read("""
        88 00 0000 A0000000      // neighbour advertisement, R and O
        FE80 0000 0000 0000 0000 0000 0000 0001
        02 01 0200 0000 0066     // target link-layer address
        """);

    private static readonly byte[] NeighborSolicitation = AnnotatedHex.Read("""
        87 00 0000 00000000      // neighbour solicitation
        2001 0DB8 0000 0000 0000 0000 0000 0010
        01 01 0200 0000 000A     // source link-layer address
        """);

    private static readonly byte[] Redirect = AnnotatedHex.Read("""
        89 00 0000 00000000      // redirect
        FE80 0000 0000 0000 0000 0000 0000 0066  // to this router
        2001 0DB8 0002 0000 0000 0000 0000 0001  // for this destination
        02 01 0200 0000 0066     // the router's address
        04 01 0000 0000 0000     // redirected header, cut
        """);

    private readonly AnalyzerRun _run = new(Icmpv6Analyzer.Analyze);

    public static TheoryData<byte[]> Samples => [RouterAdvertisement, NeighborAdvertisement, NeighborSolicitation, Redirect];

    [Fact]
    public void Observes_a_router_advertisement_with_all_its_lists()
    {
        var fact = _run.One<RouterAdvertised>(RouterAdvertisement);

        Assert.Equal(1800, fact.RouterLifetime);
        Assert.Equal(64, fact.CurrentHopLimit);
        Assert.True(fact.Managed);
        Assert.True(fact.OtherConfiguration);
        Assert.Equal(1, fact.Preference);
        Assert.Equal(1500u, fact.Mtu);
        Assert.Equal("02:00:00:00:00:66", fact.SourceMac.ToString());
        Assert.Equal("2001:db8:1:: 2001:db8:2::", _run.Addresses(fact.Prefixes));
        Assert.Equal([64, 48], _run.Octets(fact.PrefixLengths));
        Assert.Equal("fe80::1 2001:db8::53", _run.Addresses(fact.DnsServers));
        Assert.Equal("corp.example lab", _run.Text(fact.SearchList));
    }

    [Theory]
    [InlineData(0x08, 1)]
    [InlineData(0x00, 0)]
    [InlineData(0x18, -1)]
    [InlineData(0x10, 0)]
    public void Reads_the_preference_of_rfc_4191(byte flags, int preference)
    {
        var sample = RouterAdvertisement.ToArray();
        sample[5] = flags;

        Assert.Equal(preference, _run.One<RouterAdvertised>(sample).Preference);
    }

    [Fact]
    public void Observes_an_advertisement_with_a_hop_limit_hosts_would_discard()
    {
        _run.Packet.Ttl = 64;
        _run.Analyze(RouterAdvertisement);

        Assert.Equal(64, Assert.Single(_run.All<RouterAdvertised>()).At.Ttl);
    }

    [Fact]
    public void Observes_a_neighbour_advertisement()
    {
        var fact = _run.One<NeighborAdvertised>(NeighborAdvertisement);

        Assert.Equal("fe80::1", fact.Target.ToString());
        Assert.Equal("02:00:00:00:00:66", fact.TargetMac.ToString());
        Assert.True(fact.IsRouter);
        Assert.False(fact.Solicited);
        Assert.True(fact.Override);
    }

    [Fact]
    public void Observes_a_neighbour_solicitation()
    {
        var fact = _run.One<NeighborSolicited>(NeighborSolicitation);

        Assert.Equal("2001:db8::10", fact.Target.ToString());
        Assert.Equal("02:00:00:00:00:0a", fact.SourceMac.ToString());
    }

    [Fact]
    public void Observes_a_redirect()
    {
        var fact = _run.One<RouteRedirected>(Redirect);

        Assert.Equal("fe80::66", fact.Gateway.ToString());
        Assert.Equal("2001:db8:2::1", fact.For.ToString());
        Assert.Equal("02:00:00:00:00:66", fact.GatewayMac.ToString());
    }

    [Fact]
    public void Rejects_an_option_of_length_zero()
    {
        var broken = NeighborAdvertisement.ToArray();
        broken[25] = 0;

        Assert.Equal(Verdict.Malformed, _run.Analyze(broken));
        Assert.Equal(0, _run.Log.Count);
    }

    [Fact]
    public void Rejects_an_option_beyond_the_end_unless_the_capture_cut_it()
    {
        var cut = RouterAdvertisement.AsSpan(0, 40);
        Assert.Equal(Verdict.Malformed, _run.Analyze(cut));

        _run.Packet.Truncated = true;
        Assert.Equal(1500u, _run.One<RouterAdvertised>(cut).Mtu);
    }

    [Fact]
    public void Rejects_a_code_other_than_zero()
    {
        var coded = NeighborSolicitation.ToArray();
        coded[1] = 1;

        Assert.Equal(Verdict.Malformed, _run.Analyze(coded));
    }

    [Fact]
    public void Passes_over_other_messages() => Assert.Equal(Verdict.NotMine, _run.Analyze([128, 0, 0, 0, 0, 1, 0, 1]));

    [Theory]
    [MemberData(nameof(Samples))]
    public void Survives_every_prefix_and_mutation(byte[] sample) => _run.SurvivesDamage(sample);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Allocates_nothing(byte[] sample) => _run.AllocatesNothing(sample);
}
