using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public sealed class Dhcpv6AnalyzerTests
{
    private const string ReplyText = """
        07 ABCDEF                                   // reply, transaction id
        0001 000A 0003 0001 0200 0000 000A          // client id, DUID-LL
        0002 000A 0003 0001 0200 0000 0066          // server id
        0007 0001 FF                                // preference 255
        0003 0028 00000001 000000C8 000000FA        // IA_NA, T1 200, T2 250
        0005 0018 FE80 0000 0000 0000 0000 0000 0000 1234 0000012C 0000012C
        0004 0024 00000002                          // IA_TA
        0005 0018 2001 0DB8 0000 0000 0000 0000 0000 0007 00000064 00000064
        0000 0000                                   // in it an option without value
        0017 0020 FE80 0000 0000 0000 0000 0000 0000 0066   // two DNS servers
        2001 0DB8 0000 0000 0000 0000 0000 0053
        0018 0012 04 636F7270 07 6578616D706C65 00 03 6C6162 // search list; the last name has no end
        """;

    private static readonly byte[] Reply = AnnotatedHex.Read(ReplyText);

    private static readonly byte[] Solicit = AnnotatedHex.Read("""
        01 123456                                   // solicit
        0001 000A 0003 0001 0200 0000 000A          // client id
        0006 0004 0017 0018                         // option request
        0027 0014 00 05 616C696365 04 636F7270 07 6578616D706C65   // FQDN, without its end
        0008 0002 0000                              // elapsed time
        """);

    private static readonly byte[] Relayed = [.. RelayHeader(13, 2), .. Nest([.. RelayHeader(13, 1), .. Nest(Reply)])];

    private readonly AnalyzerRun _run = new(Dhcpv6Analyzer.Analyze);

    public static TheoryData<byte[]> Samples => [Reply, Solicit, Relayed];

    [Fact]
    public void Observes_what_a_server_hands_out()
    {
        var fact = _run.One<Dhcpv6Offered>(Reply);

        Assert.Equal(7, fact.MessageType);
        Assert.Equal(0xABCDEFu, fact.TransactionId);
        Assert.Equal(0, fact.RelayHops);
        Assert.Equal(255, fact.Preference);
        Assert.Equal((200u, 250u, 100u), (fact.T1, fact.T2, fact.ValidLifetime));
        Assert.Equal(AnnotatedHex.Read("0003 0001 0200 0000 0066"), _run.Octets(fact.ServerDuid));
        Assert.Equal(AnnotatedHex.Read("0003 0001 0200 0000 000A"), _run.Octets(fact.ClientDuid));
        Assert.Equal("fe80::66 2001:db8::53", _run.Addresses(fact.DnsServers));
        Assert.Equal("fe80::1234 2001:db8::7", _run.Addresses(fact.Addresses));
        Assert.Equal("corp.example lab", _run.Text(fact.SearchList));
        Assert.Equal(AnnotatedHex.Read("0001 0002 0007 0003 0004 0017 0018"), _run.Octets(fact.OptionOrder));
        Assert.Equal("::", fact.PeerAddress.ToString());
    }

    [Fact]
    public void Observes_what_a_client_asks()
    {
        var fact = _run.One<Dhcpv6Asked>(Solicit);

        Assert.Equal(1, fact.MessageType);
        Assert.Equal(0x123456u, fact.TransactionId);
        Assert.Equal(AnnotatedHex.Read("0003 0001 0200 0000 000A"), _run.Octets(fact.ClientDuid));
        Assert.Equal("alice.corp.example", _run.Text(fact.HostName));
    }

    [Fact]
    public void Takes_a_message_out_of_its_relays()
    {
        var fact = _run.One<Dhcpv6Offered>(Relayed);

        Assert.Equal(7, fact.MessageType);
        Assert.Equal(2, fact.RelayHops);
        Assert.Equal("fe80::1", fact.PeerAddress.ToString()); // the innermost
        Assert.Equal("fe80::66 2001:db8::53", _run.Addresses(fact.DnsServers));
    }

    [Fact]
    public void Opens_no_more_relays_than_there_may_be()
    {
        var nested = Solicit;
        for (byte i = 0; i < 8; i++)
            nested = [.. RelayHeader(12, i), .. Nest(nested)];
        Assert.Equal(8, _run.One<Dhcpv6Asked>(nested).RelayHops);

        Assert.Equal(Verdict.Malformed, _run.Analyze([.. RelayHeader(12, 9), .. Nest(nested)]));
    }

    [Fact]
    public void Rejects_a_relay_message_without_a_message() => Assert.Equal(Verdict.Malformed, _run.Analyze(RelayHeader(12, 0)));

    [Fact]
    public void Observes_what_can_be_read_of_a_broken_message()
    {
        var cut = Reply.AsSpan(0, Reply.Length - 3);

        Assert.Equal("corp.example", _run.Text(_run.One<Dhcpv6Offered>(cut, Verdict.Malformed).SearchList));
    }

    [Fact]
    public void Passes_over_other_protocols()
    {
        Assert.Equal(Verdict.NotMine, _run.Analyze([0, 1, 2, 3]));
        Assert.Equal(Verdict.NotMine, _run.Analyze("GET /"u8));
        Assert.Equal(Verdict.NotMine, _run.Analyze([]));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Survives_every_prefix_and_mutation(byte[] sample) => _run.SurvivesDamage(sample);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Allocates_nothing(byte[] sample) => _run.AllocatesNothing(sample);

    private static byte[] RelayHeader(byte type, byte number) =>
        [type, number, .. new byte[16], 0xFE, 0x80, .. new byte[13], number];

    private static byte[] Nest(byte[] message) => [0, 9, (byte)(message.Length >> 8), (byte)message.Length, .. message];
}
