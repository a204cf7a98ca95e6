using System.Globalization;
using System.Net;

namespace Sensor.Tests.Output.Formats;

/// <summary>
/// LEEF 2.0 lines, read back as IBM's guide describes them: the sixth field of the header names the delimiter, then key=value pairs.
/// </summary>
public sealed class LeefSinkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_line_can_be_read(bool all)
    {
        var lines = FormatRun.OfCaptures("leef", all).Concat(FormatRun.Play("leef", all, FormatRun.Hostile)).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var (header, pairs) = Read(line);
            Assert.Equal(["LEEF:2.0", "Sensor", "sensor"], header[..3]);
            Assert.InRange(int.Parse(pairs["sev"]), 1, 10);
            Assert.True(DateTimeOffset.TryParseExact(pairs["devTime"], "yyyy-MM-dd'T'HH:mm:ss.fffZ", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out _));
            Assert.Equal("yyyy-MM-dd'T'HH:mm:ss.SSSX", pairs["devTimeFormat"]);
            foreach (var key in new[] { "src", "dst" })
                Assert.True(!pairs.TryGetValue(key, out var address) || IPAddress.TryParse(address, out _));
            foreach (var key in new[] { "srcPort", "dstPort", "vlan" })
                Assert.True(!pairs.TryGetValue(key, out var number) || ushort.TryParse(number, out _));
            Assert.All(pairs.Values, value => Assert.DoesNotContain(value, char.IsControl));
        }
    }

    [Fact]
    public void Tells_the_packet_and_the_finding()
    {
        var (header, pairs) = Read(FormatRun.Play("leef", all: false, "wpad")[0]);
        Assert.Equal("1102", header[4]);
        var told = new[] { "devTime", "sev", "src", "srcPort", "dst", "dstPort", "srcMAC", "proto", "stage", "vlan",
            "detector" }.Select(key => pairs[key]);
        Assert.Equal(
            ["2026-11-23T10:11:24.123Z", "8", "192.168.1.66", "5355", "192.168.1.20", "50000", "02:00:00:00:00:66", "UDP", "lure", "20",
                "llmnr-wpad-answer"], told);
    }

    [Fact]
    public void Hostile_text_stays_in_its_value()
    {
        var (_, pairs) = Read(FormatRun.Play("leef", all: false, FormatRun.Hostile)[0]);
        Assert.Equal("192.168.1.66", pairs["src"]);
        Assert.StartsWith("a|b\\c=d\\u000ae\\u000d\\u000af\\u0009g\\u0000h", pairs["msg"], StringComparison.Ordinal);
        Assert.EndsWith("\\u2028end\\", pairs["msg"], StringComparison.Ordinal);
    }

    private static (string[] Header, Dictionary<string, string> Pairs) Read(string line)
    {
        var fields = line.Split('|', 7);
        Assert.Equal(7, fields.Length);
        var delimiter = (char)int.Parse(fields[5][1..], NumberStyles.HexNumber);
        var pairs = new Dictionary<string, string>();
        foreach (var pair in fields[6].Split(delimiter))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            Assert.True(equals > 0 && pair[..equals].All(char.IsAsciiLetterOrDigit), $"no pair: {pair}");
            Assert.True(pairs.TryAdd(pair[..equals], pair[(equals + 1)..]), $"{pair} is there twice");
        }
        return (fields[..6], pairs);
    }
}
