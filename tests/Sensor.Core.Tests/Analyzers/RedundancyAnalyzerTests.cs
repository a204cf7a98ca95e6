using Sensor.Core.Analyzers;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public sealed class RedundancyAnalyzerTests
{
    private static readonly byte[] Vrrp2 = AnnotatedHex.Read("""
        21 0A 64 01              // version 2, advertisement, group 10, priority 100, one address
        01 01 0000               // a password in the clear, every second, checksum
        0A03 0001                // 10.3.0.1
        'secret' 0000            // the password
        """);

    private static readonly byte[] Vrrp3 = AnnotatedHex.Read("""
        31 0A FF 02              // version 3, group 10, priority 255, two addresses
        0064 0000                // once a second, checksum
        FE80 0000 0000 0000 0000 0000 0000 0001
        2001 0DB8 0000 0000 0000 0000 0000 0001
        """);

    private static readonly byte[] Carp = AnnotatedHex.Read("""
        21 07 64 07              // version 2, advertisement, host group 7, skew 100, seven words of counter and digest
        00 01 0000               // demotion, once a second, checksum
        0000 0000 0000 0001      // counter
        20*AB                    // SHA-1 HMAC
        """);

    private static readonly byte[] Hsrp1 = AnnotatedHex.Read("""
        00 00 10 03 0A           // version 0, hello, active, hello and hold time
        6E 05 00                 // priority 110, group 5
        'cisco' 000000           // the password that everybody has
        0A03 0001                // 10.3.0.1
        """);

    private static readonly byte[] Hsrp2 = AnnotatedHex.Read("""
        01 28 02 00 06 04 0FA0   // group state, 40 octets, version 2, hello, active, IPv4, group 4000
        0200 0000 0002           // identifier
        0000006E 00000BB8 00002710   // priority 110, hello and hold time
        0A03 0001 12*00          // 10.3.0.1
        04 1C 01 00        // a digest follows
        """);

    private readonly AnalyzerRun _vrrp = new(RedundancyAnalyzer.AnalyzeVrrp), _hsrp = new(RedundancyAnalyzer.AnalyzeHsrp);

    public RedundancyAnalyzerTests() => _vrrp.Packet.Source = IpAddress.FromV4(0x0A03_0002);

    [Fact]
    public void Observes_vrrp_version_2()
    {
        var fact = _vrrp.One<RedundancyAdvertised>(Vrrp2);
        Assert.Equal((RedundancyProtocol.Vrrp, RedundancyAuthentication.Password, 10, 100, false),
            (fact.Protocol, fact.Authentication, fact.Group, fact.Priority, fact.IsResigning));
        Assert.Equal("10.3.0.1", _vrrp.Addresses(fact.Addresses));
    }

    [Fact]
    public void Observes_vrrp_version_3_over_ipv6()
    {
        _vrrp.Packet.Source = new IpAddress(0xFE80_0000_0000_0000, 2);
        var fact = _vrrp.One<RedundancyAdvertised>(Vrrp3);
        Assert.Equal((RedundancyAuthentication.None, 255), (fact.Authentication, fact.Priority));
        Assert.Equal("fe80::1 2001:db8::1", _vrrp.Addresses(fact.Addresses));
    }

    [Fact]
    public void Observes_a_router_that_gives_up()
    {
        var resigns = Vrrp2.ToArray();
        resigns[2] = 0;
        Assert.True(_vrrp.One<RedundancyAdvertised>(resigns).IsResigning);
    }

    [Fact]
    public void Tells_carp_apart()
    {
        var fact = _vrrp.One<RedundancyAdvertised>(Carp);
        Assert.Equal((RedundancyProtocol.Carp, RedundancyAuthentication.Signed, 7, 155), (fact.Protocol, fact.Authentication, fact.Group, fact.Priority));
        Assert.True(fact.Addresses.IsEmpty);
    }

    [Fact]
    public void Observes_hsrp_of_both_versions()
    {
        var first = _hsrp.One<RedundancyAdvertised>(Hsrp1);
        Assert.Equal((RedundancyProtocol.Hsrp, RedundancyAuthentication.Password, 5, 110, "10.3.0.1"),
            (first.Protocol, first.Authentication, first.Group, first.Priority, _hsrp.Addresses(first.Addresses)));
        var second = _hsrp.One<RedundancyAdvertised>(Hsrp2);
        Assert.Equal((RedundancyAuthentication.Signed, 4000, 110, "10.3.0.1"),
            (second.Authentication, second.Group, second.Priority, _hsrp.Addresses(second.Addresses)));
    }

    [Fact]
    public void Rejects_what_is_cut_or_something_else()
    {
        Assert.Equal(Verdict.Malformed, _vrrp.Analyze(Vrrp2.AsSpan(0, 11)));
        Assert.Equal(Verdict.Malformed, _vrrp.Analyze([0x41, 1, 1, 0, 0, 0, 0, 0]));
        Assert.Equal(Verdict.NotMine, _hsrp.Analyze(Hsrp1.AsSpan(0, 19)));
        Assert.Equal(Verdict.NotMine, _hsrp.Analyze(Hsrp2.AsSpan(0, 41)));
    }

    [Fact]
    public void Survives_every_prefix_and_mutation()
    {
        foreach (var sample in new[] { Vrrp2, Vrrp3, Carp })
            _vrrp.SurvivesDamage(sample);
        foreach (var sample in new[] { Hsrp1, Hsrp2 })
            _hsrp.SurvivesDamage(sample);
    }

    [Fact]
    public void Allocates_nothing()
    {
        _vrrp.AllocatesNothing(Vrrp2);
        _vrrp.AllocatesNothing(Carp);
        _hsrp.AllocatesNothing(Hsrp2);
    }
}
