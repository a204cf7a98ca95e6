using System.Text;
using CsCheck;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public sealed class DhcpOptionsTests
{
    [Fact]
    public void Joins_parts_from_options_then_file_then_server_name()
    {
        var message = new DhcpMessageBuilder()
            .Add(DhcpOption.Overload, 3)
            .Add(DhcpOption.Wpad, "http"u8.ToArray())
            .Add(DhcpOption.Wpad, "://p"u8.ToArray())
            .AddToServerName(DhcpOption.Wpad, "d.dat"u8.ToArray())
            .AddToFile(DhcpOption.Wpad, "/wpa"u8.ToArray())
            .Build();

        Assert.Equal("http://p/wpad.dat", Text(message, DhcpOption.Wpad));
        Assert.Equal([53, 52, 252, 252, 252, 252], Order(message));
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, true, false)]
    [InlineData(2, false, true)]
    [InlineData(3, true, true)]
    [InlineData(4, false, false)] // meaningless
    public void Looks_for_options_only_where_option_52_says(byte overload, bool file, bool serverName)
    {
        var message = new DhcpMessageBuilder()
            .Add(DhcpOption.Overload, overload)
            .AddToFile(DhcpOption.Wpad, "f"u8.ToArray())
            .AddToServerName(DhcpOption.Domain, "s"u8.ToArray())
            .Build();

        Assert.True(DhcpMessage.TryRead(message, out var view));
        var options = new DhcpOptions(view, []);
        Assert.Equal(file, options.Has(DhcpOption.Wpad));
        Assert.Equal(serverName, options.Has(DhcpOption.Domain));
    }

    [Fact]
    public void Ignores_option_52_inside_the_file_field()
    {
        var message = new DhcpMessageBuilder()
            .Add(DhcpOption.Overload, 1)
            .AddToFile(DhcpOption.Overload, 2)
            .AddToServerName(DhcpOption.Domain, "s"u8.ToArray())
            .Build();

        Assert.Equal("", Text(message, DhcpOption.Domain));
    }

    [Fact]
    public void Skips_pads_and_stops_at_the_end()
    {
        var message = new DhcpMessageBuilder(messageType: 0)
            .Raw(0, 0, 15, 1, (byte)'a', 0, 255, 15, 1, (byte)'b')
            .Build();

        Assert.Equal("a", Text(message, DhcpOption.Domain));
    }

    [Fact]
    public void Reads_on_without_an_end()
    {
        var message = new DhcpMessageBuilder().Add(DhcpOption.Domain, "lan"u8.ToArray()).Build(withEnd: false);

        Assert.Equal("lan", Text(message, DhcpOption.Domain));
        Assert.False(IsBroken(message));
    }

    [Fact]
    public void Keeps_what_there_is_of_an_option_beyond_the_end()
    {
        var message = new DhcpMessageBuilder().Raw(252, 40, (byte)'h', (byte)'t').Build(withEnd: false);

        Assert.Equal("ht", Text(message, DhcpOption.Wpad));
        Assert.True(IsBroken(message));
    }

    [Fact]
    public void Marks_a_code_without_a_length() =>
        Assert.True(IsBroken(new DhcpMessageBuilder().Raw(252).Build(withEnd: false)));

    [Fact]
    public void Knows_an_empty_option_from_an_absent_one()
    {
        var message = new DhcpMessageBuilder().Add(DhcpOption.Wpad).Build();

        Assert.True(DhcpMessage.TryRead(message, out var view));
        var options = new DhcpOptions(view, []);
        Assert.True(options.Has(DhcpOption.Wpad));
        Assert.False(options.Has(DhcpOption.Domain));
        Assert.Equal(0, options.LengthOf(DhcpOption.Wpad));
    }

    [Fact]
    public void Round_trips_random_options_cut_anywhere()
    {
        var codes = Gen.OneOfConst(DhcpOption.Wpad, DhcpOption.Domain, DhcpOption.HostName, DhcpOption.ClientIdentifier);
        var part = Gen.Select(codes, Gen.Byte.Array[0, 40]);
        part.Array[0, 30].Sample(static parts =>
        {
            var builder = new DhcpMessageBuilder();
            foreach (var (code, value) in parts)
                builder.Add(code, value);
            var message = builder.Build();
            foreach (var code in parts.Select(static p => p.Item1).Distinct())
            {
                var expected = parts.Where(p => p.Item1 == code).SelectMany(static p => p.Item2).ToArray();
                Assert.Equal(expected, Value(message, code));
            }
            Assert.False(IsBroken(message));
        });
    }

    private static byte[] Value(byte[] message, DhcpOption option)
    {
        Assert.True(DhcpMessage.TryRead(message, out var view));
        var options = new DhcpOptions(view, []);
        return options.Value(option, new byte[options.LengthOf(option)]).ToArray();
    }

    private static string Text(byte[] message, DhcpOption option) => Encoding.ASCII.GetString(Value(message, option));

    private static byte[] Order(byte[] message)
    {
        var order = new byte[255];
        Assert.True(DhcpMessage.TryRead(message, out var view));
        return order[..new DhcpOptions(view, order).OrderLength];
    }

    private static bool IsBroken(byte[] message)
    {
        Assert.True(DhcpMessage.TryRead(message, out var view));
        return new DhcpOptions(view, []).Broken;
    }
}
