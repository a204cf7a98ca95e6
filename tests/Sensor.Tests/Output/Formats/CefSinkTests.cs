using System.Net;
using System.Net.Sockets;

namespace Sensor.Tests.Output.Formats;

/// <summary>CEF lines, read back by a parser of the format.</summary>
public sealed class CefSinkTests
{
    private static readonly string[] Keys =
    [
        "rt", "start", "end", "src", "spt", "dst", "dpt", "smac", "dmac", "proto", "app", "act", "cat", "externalId", "dvchost", "shost",
            "dhost", "request", "suser", "sntdom",
        "fileHash", "fname", "msg", "cs1", "cs2", "cs3", "cs4", "cs5", "cs6", "cn1", "cn2", "c6a2", "c6a3", "flexString1", "flexString2",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_line_can_be_read_and_holds_keys_of_the_dictionary(bool all)
    {
        var lines = FormatRun.OfCaptures("cef", all).Concat(FormatRun.Play("cef", all, FormatRun.Hostile)).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var cef = CefParser.Read(line);
            Assert.Equal(("CEF:0", "Sensor", "sensor"), (cef.Header[0], cef.Header[1], cef.Header[2]));
            Assert.InRange(int.Parse(cef.Header[6]), 0, 10);
            Assert.All(cef.Extension.Keys, key => Assert.Contains(key.EndsWith("Label", StringComparison.Ordinal) ? key[..^5] : key, Keys));
            Assert.All(Keys.Where(key => key.StartsWith('c') && key.Length is 3 or 4 && key != "cat" && cef.Extension.ContainsKey(key)),
                key => Assert.Contains(key + "Label", cef.Extension));
            Assert.True(long.TryParse(cef.Extension["rt"], out _));
            Assert.True(cef.Extension["msg"].Length <= 1023);
            foreach (var (key, family) in new[] { ("src", AddressFamily.InterNetwork), ("dst", AddressFamily.InterNetwork),
                ("c6a2", AddressFamily.InterNetworkV6), ("c6a3", AddressFamily.InterNetworkV6) })
                if (cef.Extension.TryGetValue(key, out var address))
                    Assert.Equal(family, IPAddress.Parse(address).AddressFamily);
        }
    }

    [Fact]
    public void Tells_the_packet_and_the_finding()
    {
        var cef = CefParser.Read(FormatRun.Play("cef", all: false, "wpad")[0]);
        Assert.Equal(["1102", "A host answered LLMNR for wpad", "8"], cef.Header[4..]);
        var told = new[] { "rt", "src", "spt", "dst", "dpt", "smac", "proto", "app", "act", "cs3", "cs3Label", "cn2",
            "cn2Label" }.Select(key => cef.Extension[key]);
        Assert.Equal(
            ["1795428684123", "192.168.1.66", "5355", "192.168.1.20", "50000", "02:00:00:00:00:66", "UDP", "llmnr", "allowed", "lure",
                "Stage", "20", "VLAN"], told);
    }

    [Fact]
    public void Hostile_text_stays_in_its_value()
    {
        var cef = CefParser.Read(FormatRun.Play("cef", all: false, FormatRun.Hostile)[0]);
        Assert.Equal("192.168.1.66", cef.Extension["src"]);
        Assert.Equal("llmnr-wpad-answer", cef.Extension["cs2"]);
        Assert.StartsWith("a|b\\c=d\ne\nf\\u0009g\\u0000h\\u001b[31mi\\u202ej", cef.Extension["msg"], StringComparison.Ordinal);
        Assert.EndsWith("cs1=forged src=6.6.6.6|CEF:0|x\\|y\\=z\\n\\u2028end\\", cef.Extension["msg"], StringComparison.Ordinal);
        Assert.Equal(cef.Extension["msg"], cef.Extension["dhost"]);
    }
}
