using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sensor.Output.Report;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Report;

/// <summary>The report as text: what it says, and that it is the same every time.</summary>
public sealed partial class ReportPageTests : TemporaryFolder
{
    private string Replay(string name, params string[] more)
    {
        var run = Invocation.Of(["replay", Path.Combine(Checkout.Captures, "tour.pcapng"), "--report", PathOf(name), .. more]);
        Assert.Equal((0, ""), (run.Status, run.Error));
        return File.ReadAllText(PathOf(name));
    }

    [Fact]
    public void The_same_input_gives_the_same_page() => Assert.Equal(Replay("a.html"), Replay("b.html", "--workers", "8"));

    [Fact]
    public void The_policy_names_the_style_and_nothing_else()
    {
        var page = Replay("a.html");
        var style = Style().Match(page).Groups[1].Value;
        var policy = $"default-src &#39;none&#39;; style-src &#39;sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;";
        Assert.Contains(policy, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=\"(?!#)", page);
        Assert.DoesNotMatch(@"url\(|@import|@font-face", style);
    }

    [Theory]
    [InlineData("3 hosts attack 6 others")]
    [InlineData("Find and isolate 192.168.20.166")]
    [InlineData("http://wpad/wpad.dat")]
    [InlineData("return &quot;PROXY 192.168.20.166:3128; DIRECT&quot;;")]
    [InlineData("sends traffic through 192.168.20.166")]
    [InlineData("It loads and runs; asked about ")]
    [InlineData("No finding is about a certificate.")]
    [InlineData("192.168.20.118 (pc1)")]
    [InlineData("raised by this frame")]
    [InlineData("GET /wpad.dat HTTP/1.1")]
    [InlineData("Blind spots")]
    [InlineData("last wpad")]
    public void Says(string text) => Assert.Contains(text, Replay("a.html"), StringComparison.Ordinal);

    [Fact]
    public void Shows_an_evaluation_and_a_chain_when_there_is_one()
    {
        var page = ReportScene.Page("x");
        Assert.Contains("download.windowsupdate.com", page, StringComparison.Ordinal);
        Assert.Contains("The chain does not lead to the vendor&#39;s authority.", page, StringComparison.Ordinal);
        Assert.Contains("issuer is not pinned", page, StringComparison.Ordinal);
        Assert.DoesNotContain("It was not evaluated.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_frame_of_the_evidence_is_there()
    {
        var page = Replay("a.html");
        foreach (var number in new[] { 133, 136, 142, 144, 174, 175, 198, 220 })
            Assert.Matches($"<b>{number}</b>", page);
    }

    [Fact]
    public void Refuses_to_overwrite_a_capture_and_the_other_output()
    {
        File.Copy(Path.Combine(Checkout.Captures, "tour.pcapng"), PathOf("t.pcapng"));
        Assert.Equal(2, Invocation.Of("replay", PathOf("t.pcapng"), "--report", PathOf("t.pcapng")).Status);
        Assert.Equal(2, Invocation.Of("replay", PathOf("t.pcapng"), "--report", PathOf("x"), "-o", PathOf("x")).Status);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Checkout.Captures, "tour.pcapng")), File.ReadAllBytes(PathOf("t.pcapng")));
    }

    [Fact]
    public void Says_what_could_not_be_read_and_nothing_where_nothing_was()
    {
        File.WriteAllBytes(PathOf("cut.pcapng"), File.ReadAllBytes(Path.Combine(Checkout.Captures, "tour.pcapng"))[..^7]);
        Assert.Equal(1, Invocation.Of("replay", PathOf("cut.pcapng"), "--report", PathOf("cut.html")).Status);
        Assert.Contains("Not all of the input could be read", File.ReadAllText(PathOf("cut.html")), StringComparison.Ordinal);
        Assert.Contains("cut.pcapng: cut short at offset", File.ReadAllText(PathOf("cut.html")), StringComparison.Ordinal);
        Assert.Equal(1, Invocation.Of("replay", PathOf("none.pcap"), "--report", PathOf("none.html"), "--evidence", PathOf("none")).Status);
        Assert.Equal("", File.ReadAllText(PathOf("none.html")));
        Assert.Empty(Directory.GetFiles(PathOf("none")));
    }

    [Theory]
    [InlineData("<b>&\"'`", "&lt;b&gt;&amp;&quot;&#39;&#96;")]
    [InlineData("a\0b\u202ec", "a\\u0000b\\u202ec")]
    [InlineData("grün ✓", "grün ✓")]
    public void Escapes(string text, string expected) => Assert.Equal(expected, Html.Escape(text));

    [Fact]
    public void Layers_of_octets_that_are_nothing_never_throw()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var octets = new byte[random.Next(0, 120)];
            random.NextBytes(octets);
            if (octets.Length > 14)
                (octets[12], octets[13]) = i % 3 == 0 ? ((byte)0x08, (byte)0x00) : i % 3 == 1 ? ((byte)0x86, (byte)0xDD)
                    : ((byte)0x81, (byte)0x00);
            Assert.True(FrameLayers.Of(octets, (ushort)random.Next(0, 300)).Count <= 16);
        }
    }

    [Fact]
    public void Hex_is_dumped_as_usual() => Assert.Equal(
        "0000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 41  ...............A\n0010  42                                                B\nand 1 octets more\n",
        HexDump.Of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x41, 0x42, 0x43], 17));

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
