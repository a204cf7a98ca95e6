using Sensor.Core.Analyzers;
using Sensor.Core.Observations;
using Sensor.Core.Tests.Wire;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public sealed class DhcpAnalyzerTests
{
    private static readonly byte[] Ack = new DhcpMessageBuilder()
        .Field(12, 192, 168, 1, 9) // ciaddr
        .Field(16, 192, 168, 1, 10) // yiaddr
        .Field(20, 192, 168, 1, 5) // siaddr
        .Field(24, 192, 168, 1, 254) // giaddr
        .Field(28, 2, 0, 0, 0, 0, 0x0A) // chaddr
        .Add(DhcpOption.ServerIdentifier, 192, 168, 1, 1)
        .Add(DhcpOption.LeaseTime, 0, 0, 0x0E, 0x10)
        .Add(DhcpOption.SubnetMask, 255, 255, 255, 0)
        .Add(DhcpOption.Routers, 192, 168, 1, 1, 192, 168, 1, 2)
        .Add(DhcpOption.DnsServers, 192, 168, 1, 53, 8, 8)
        .Add(DhcpOption.DnsServers, 8, 8) // RFC 3396: cut inside an address
        .Add(DhcpOption.WinsServers, 192, 168, 1, 137)
        .Add(DhcpOption.Domain, "corp.example"u8.ToArray())
        .Add(DhcpOption.SearchList, AnnotatedHex.Read("03 656E67 04 636F7270 00 02 6974"))
        .Add(DhcpOption.SearchList, AnnotatedHex.Read("C004"))
        .Add(DhcpOption.RelayInformation, 1, 1, 7)
        .Add(DhcpOption.Wpad, "http://wpad/wpad.dat\0\n"u8.ToArray())
        .Build();

    private static readonly byte[] Discover = new DhcpMessageBuilder(DhcpMessage.BootRequest, 1)
        .Field(8, 0, 3) // secs
        .Field(28, 2, 0, 0, 0, 0, 0x0A)
        .Add(DhcpOption.ClientIdentifier, 1, 2, 0, 0, 0, 0, 0x0A)
        .Add(DhcpOption.RequestedAddress, 192, 168, 1, 10)
        .Add(DhcpOption.ServerIdentifier, 192, 168, 1, 1)
        .Add(DhcpOption.HostName, "alice"u8.ToArray())
        .Add(DhcpOption.VendorClass, "MSFT 5.0"u8.ToArray())
        .Add(DhcpOption.ParameterList, 1, 3, 6, 15, 252)
        .Build();

    private static readonly byte[] Overloaded = new DhcpMessageBuilder()
        .Add(DhcpOption.Overload, 3)
        .Add(DhcpOption.Wpad, "http://"u8.ToArray())
        .AddToFile(DhcpOption.Wpad, "wpad/"u8.ToArray())
        .AddToServerName(DhcpOption.Wpad, "wpad.dat"u8.ToArray())
        .AddToFile(DhcpOption.Domain, "corp"u8.ToArray())
        .Build();

    private readonly AnalyzerRun _run = new(DhcpAnalyzer.Analyze);

    public static TheoryData<byte[]> Samples => [Ack, Discover, Overloaded];

    [Fact]
    public void Observes_what_a_server_hands_out()
    {
        var fact = _run.One<LeaseOffered>(Ack);

        Assert.Equal(5, fact.MessageType);
        Assert.Equal(0xDEADBEEF, fact.TransactionId);
        Assert.Equal(3600u, fact.LeaseSeconds);
        Assert.Equal("02:00:00:00:00:0a", fact.ClientMac.ToString());
        Assert.Equal("192.168.1.9", fact.ClientAddress.ToString());
        Assert.Equal("192.168.1.10", fact.YourAddress.ToString());
        Assert.Equal("192.168.1.5", fact.NextServer.ToString());
        Assert.Equal("192.168.1.254", fact.RelayAddress.ToString());
        Assert.Equal("192.168.1.1", fact.ServerIdentifier.ToString());
        Assert.Equal("255.255.255.0", fact.SubnetMask.ToString());
        Assert.Equal("192.168.1.1 192.168.1.2", _run.Addresses(fact.Routers));
        Assert.Equal("192.168.1.53 8.8.8.8", _run.Addresses(fact.DnsServers));
        Assert.Equal("192.168.1.137", _run.Addresses(fact.WinsServers));
        Assert.Equal("corp.example", _run.Text(fact.Domain));
        Assert.Equal("eng.corp it.corp", _run.Text(fact.SearchList));
        Assert.Equal("http://wpad/wpad.dat\0\n", _run.Text(fact.Wpad));
        Assert.True(fact.HasWpad);
        Assert.True(fact.HasRelayInformation);
        Assert.Equal([53, 54, 51, 1, 3, 6, 6, 44, 15, 119, 119, 82, 252], _run.Octets(fact.OptionOrder));
    }

    [Fact]
    public void Observes_what_a_client_asks()
    {
        var fact = _run.One<LeaseAsked>(Discover);

        Assert.Equal(1, fact.MessageType);
        Assert.Equal(3, fact.Seconds);
        Assert.Equal("02:00:00:00:00:0a", fact.ClientMac.ToString());
        Assert.Equal("192.168.1.10", fact.RequestedAddress.ToString());
        Assert.Equal("192.168.1.1", fact.ServerIdentifier.ToString());
        Assert.Equal("alice", _run.Text(fact.HostName));
        Assert.Equal("MSFT 5.0", _run.Text(fact.VendorClass));
        Assert.Equal([1, 3, 6, 15, 252], _run.Octets(fact.ParameterList));
        Assert.Equal(((ReadOnlySpan<byte>)[1, 2, 0, 0, 0, 0, 0x0A]).StableHash(), fact.ClientIdHash);
        Assert.True(fact.AsksWpad);
    }

    [Fact]
    public void Joins_overloaded_fields()
    {
        var fact = _run.One<LeaseOffered>(Overloaded);

        Assert.Equal(3, fact.Overload);
        Assert.Equal("http://wpad/wpad.dat", _run.Text(fact.Wpad));
        Assert.Equal("corp", _run.Text(fact.Domain));
    }

    [Fact]
    public void Leaves_absent_options_empty()
    {
        var fact = _run.One<LeaseOffered>(new DhcpMessageBuilder().Build());

        Assert.False(fact.HasWpad);
        Assert.Equal(IpAddress.None, fact.ServerIdentifier);
        Assert.True(fact.Routers.IsEmpty && fact.DnsServers.IsEmpty && fact.Domain.IsEmpty && fact.SearchList.IsEmpty);
        Assert.Equal(IpAddress.AnyV4, fact.YourAddress);
    }

    [Fact]
    public void Observes_plain_bootp()
    {
        Assert.Equal(0, _run.One<LeaseOffered>(new DhcpMessageBuilder(messageType: 0).Build()).MessageType);
        Assert.Equal(0, _run.One<LeaseAsked>(new DhcpMessageBuilder(DhcpMessage.BootRequest, 0).Build()).MessageType);
    }

    [Fact]
    public void Keeps_an_empty_option_252_apart_from_none()
    {
        var fact = _run.One<LeaseOffered>(new DhcpMessageBuilder().Add(DhcpOption.Wpad).Build());

        Assert.True(fact.HasWpad);
        Assert.True(fact.Wpad.IsEmpty);
    }

    [Fact]
    public void Tells_server_from_client_by_the_op_code_on_any_port()
    {
        (_run.Packet.SourcePort, _run.Packet.DestinationPort) = (40_000, 68);
        _run.One<LeaseOffered>(Ack);

        (_run.Packet.SourcePort, _run.Packet.DestinationPort) = (67, 67);
        _run.One<LeaseOffered>(Ack);
        _run.One<LeaseAsked>(Discover);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void Tolerates_other_hardware_lengths(byte length)
    {
        var other = Ack.ToArray();
        other[2] = length;

        Assert.Equal("02:00:00:00:00:0a", _run.One<LeaseOffered>(other).ClientMac.ToString());
    }

    [Fact]
    public void Observes_what_can_be_read_of_a_broken_message()
    {
        var broken = new DhcpMessageBuilder().Add(DhcpOption.Domain, "lan"u8.ToArray()).Raw(252, 200, (byte)'h').Build(withEnd: false);

        Assert.Equal("lan", _run.Text(_run.One<LeaseOffered>(broken, Verdict.Malformed).Domain));

        _run.Packet.Truncated = true;
        _run.One<LeaseOffered>(broken);
    }

    [Fact]
    public void Rejects_a_message_without_the_magic_cookie()
    {
        var plain = Ack.ToArray();
        plain[236] = 0;

        Assert.Equal(Verdict.Malformed, _run.Analyze(plain));
        Assert.Equal(Verdict.Malformed, _run.Analyze(Ack.AsSpan(0, 239)));
        Assert.Equal(0, _run.Log.Count);
    }

    [Fact]
    public void Passes_over_other_protocols()
    {
        Assert.Equal(Verdict.NotMine, _run.Analyze("GET / HTTP/1.0"u8));
        Assert.Equal(Verdict.NotMine, _run.Analyze([]));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Survives_every_prefix_and_mutation(byte[] sample) => _run.SurvivesDamage(sample);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Allocates_nothing(byte[] sample) => _run.AllocatesNothing(sample);
}
