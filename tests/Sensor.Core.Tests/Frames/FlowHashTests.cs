using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Frames;

public class FlowHashTests
{
    private static readonly IpAddress Server = Parse("192.168.1.1"), Server6 = Parse("2001:db8::1");

    [Theory]
    [InlineData("10.0.0.1", "192.168.1.1")]
    [InlineData("2001:db8::5", "fe80::1")]
    [InlineData("0.0.0.0", "255.255.255.255")]
    [InlineData("::", "ff02::1")]
    public void Is_the_same_in_both_directions_and_differs_by_everything_else(string one, string other)
    {
        IpAddress a = Parse(one), b = Parse(other);
        var hash = FlowHash.Of(3, 6, a, 1111, b, 80);
        Assert.Equal(hash, FlowHash.Of(3, 6, b, 80, a, 1111));
        ulong[] others =
        [
            FlowHash.Of(4, 6, a, 1111, b, 80), FlowHash.Of(3, 17, a, 1111, b, 80), FlowHash.Of(3, 6, a, 1112, b, 80),
            FlowHash.Of(3, 6, a, 80, b, 1111), FlowHash.Of(3, 6, a, 1111, a, 80),
        ];
        Assert.Equal(6, others.Append(hash).Distinct().Count());
    }

    [Fact]
    public void Agrees_with_the_fast_way_for_IPv4() => Assert.Equal(
        FlowHash.Of(9, 17, Parse("1.2.3.4"), 53, Parse("255.254.253.252"), 65535),
        FlowHash.OfV4(9, 17, 0x01020304, 53, 0xFFFEFDFC, 65535));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Spreads_similar_flows_over_shards_and_table_lines(bool isV6)
    {
        // One server, 64 clients side by side, consecutive ports: the shape of real traffic. 65,536 flows.
        const int Flows = 64 * 1024, Lines = 1024;
        var shards = new int[8];
        var low = new int[Lines];
        var high = new int[Lines];
        for (var i = 0; i < Flows; i++)
        {
            var client = isV6 ? new IpAddress(Server6.High, (ulong)(i / 1024)) : IpAddress.FromV4(0xC0A80100u + (uint)(i / 1024));
            var hash = FlowHash.Of(0, 6, client, (ushort)(40000 + (i % 1024)), isV6 ? Server6 : Server, 443);
            shards[hash >> 61]++;
            low[hash % Lines]++;
            high[(hash >> 51) % Lines]++;
        }
        Assert.All(shards, static count => Assert.InRange(count, Flows / 8 * 95 / 100, Flows / 8 * 105 / 100));
        // 64 a line expected, standard deviation 8: six of them either way.
        Assert.All(low, static count => Assert.InRange(count, 16, 112));
        Assert.All(high, static count => Assert.InRange(count, 16, 112));
    }

    private static IpAddress Parse(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
