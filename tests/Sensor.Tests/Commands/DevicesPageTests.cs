using Sensor.Capture.Live;
using Sensor.Commands;

namespace Sensor.Tests.Commands;

public sealed class DevicesPageTests
{
    private static readonly InterfaceDescription Card = new(
        "enp1s0f0", IsUp: true, "ethernet", "00:11:22:33:44:55", ["192.0.2.2", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1"], 10_000, 1500,
        ["GRO is on, frames are joined before they are seen: ethtool -K enp1s0f0 gro off"]);

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Nothing_is_cut_and_no_line_is_longer_than_the_terminal(int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        DevicesCommand.Print(output, [Card], width);
        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.All(Card.Addresses, address => Assert.Contains(address, output.ToString(), StringComparison.Ordinal));
        Assert.Equal("! " + Card.Warnings[0], string.Join(' ', lines.SkipWhile(static line => !line.Contains('!', StringComparison.Ordinal)).Select(static line => line.Trim())));
    }

    [Fact]
    public void Without_a_terminal_an_interface_is_a_line()
    {
        using var output = new StringWriter { NewLine = "\n" };
        DevicesCommand.Print(output, [Card], int.MaxValue);
        Assert.Equal(3, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
