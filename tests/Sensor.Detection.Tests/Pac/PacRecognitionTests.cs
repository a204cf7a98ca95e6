using System.Text;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

public sealed class PacRecognitionTests
{
    [Theory]
    [InlineData("function FindProxyForURL(url, host) { return 'DIRECT'; }")]
    [InlineData("function\tFindProxyForURLEx (u,h){return 'PROXY a:1'}")]
    [InlineData("\uFEFF/* ours */ function /* the one */ FindProxyForURL(u,h){}")]
    [InlineData("FindProxyForURL = function(u, h) { return \"DIRECT\"; }")]
    [InlineData("FindProxyForURL=(u,h)=>'DIRECT'")]
    [InlineData("var a='FindProxyForURL'; function FindProxyForURL(u,h){}")]
    public void Knows_a_pac(string body) => Assert.True(PacRecognition.IsPac(Encoding.UTF8.GetBytes(body), announced: false));

    [Theory]
    [InlineData("<html><pre>function FindProxyForURL(url, host) { return 'DIRECT'; }</pre></html>")]
    [InlineData("if (FindProxyForURL == x) call(FindProxyForURL(url, host));")]
    [InlineData("myfunctionFindProxyForURL(url, host)")]
    [InlineData("Not found")]
    [InlineData("  ")]
    [InlineData("")]
    [InlineData("/* function FindProxyForURL")]
    public void Knows_what_is_none(string body) => Assert.False(PacRecognition.IsPac(Encoding.UTF8.GetBytes(body), announced: true));

    [Fact]
    public void Reads_utf_16_in_both_byte_orders()
    {
        const string Text = "function FindProxyForURL(u,h){return 'DIRECT'}";
        Assert.True(PacRecognition.IsPac([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)], announced: false));
        Assert.True(PacRecognition.IsPac([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)], announced: false));
    }

    [Fact]
    public void Knows_an_announced_pac_that_hides_its_name()
    {
        var body = "function FindProxyF\\u006frURL(u,h){return 'PROXY 10.0.0.1:80'}"u8;
        Assert.True(PacRecognition.IsPac(body, announced: true));
        Assert.False(PacRecognition.IsPac("var s='function';"u8, announced: false));
    }

    [Theory]
    [InlineData("var d=[113,98],s='';for(var i=0;i<d.length;i++)s+=String.fromCharCode(d[i]^23);eval(s);")]
    [InlineData("this['Find'+'ProxyForURL']=[]['filter']['constructor'](atob('cmV0dXJu'));")]
    [InlineData("[][(![]+[])[+[]]]")]
    public void Knows_an_announced_pac_that_makes_its_code_at_run_time(string body)
    {
        Assert.True(PacRecognition.IsPac(Encoding.UTF8.GetBytes(body), announced: true));
        Assert.False(PacRecognition.IsPac(Encoding.UTF8.GetBytes(body), announced: false));
    }

    [Fact]
    public void Never_throws_on_any_prefix_or_mutation()
    {
        byte[] sample = [0xFF, 0xFE, .. "/* x */ function /* y */ FindProxyForURLEx (u,h){return 'PROXY [::1]:8080; SOCKS5 a.b:1'}"u8];
        for (var length = 0; length <= sample.Length; length++)
        {
            PacRecognition.IsPac(sample.AsSpan(0, length), true);
            PacProxies.In(sample.AsSpan(0, length));
        }
        for (var at = 0; at < sample.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var mutant = (byte[])sample.Clone();
                mutant[at] = (byte)value;
                PacRecognition.IsPac(mutant, true);
                Assert.True(PacProxies.In(mutant).Length <= PacProxies.Capacity);
            }
        }
    }

    [Theory]
    [InlineData("/wpad.dat", true)]
    [InlineData("/WPAD.DAT?x=1", true)]
    [InlineData("/a/proxy.pac", true)]
    [InlineData("/js/jquery.fancybox-1.3.4.pack.js", false)]
    [InlineData("/index.html?f=proxy.pac", false)]
    [InlineData("", false)]
    public void Tells_a_request_for_a_pac(string target, bool expected) =>
        Assert.Equal(expected, PacRecognition.AsksForPac(Encoding.ASCII.GetBytes(target)));

    [Theory]
    [InlineData("wpad", true)]
    [InlineData("WPAD.corp.example:80", true)]
    [InlineData("wpad2.corp.example", false)]
    [InlineData("wpa", false)]
    public void Tells_a_wpad_host(string host, bool expected) =>
        Assert.Equal(expected, PacRecognition.IsWpadName(Encoding.ASCII.GetBytes(host)));

    [Fact]
    public void Reads_the_proxies_that_are_named()
    {
        var proxies = PacProxies.In(
            "return \"PROXY 10.0.0.66:3128; SOCKS5 [fe80::1]:1080; PROXY 10.0.0.66:3128; HTTPS Gate.Corp.Example; DIRECT\""u8);
        Assert.Equal(["PROXY 10.0.0.66:3128", "SOCKS5 fe80::1:1080", "HTTPS gate.corp.example"], proxies.Select(proxy => proxy.ToString()));
    }

    [Fact]
    public void Shows_the_lines_that_changed()
    {
        var difference = PacDifference.Between("a\nreturn 'DIRECT';\nz\n"u8, "a\nreturn 'PROXY x:1';\u0001\nz\n"u8);
        Assert.Equal("- return 'DIRECT'; | + return 'PROXY x:1';\\001", difference);
    }

    [Fact]
    public void Shows_a_difference_of_any_two_texts()
    {
        byte[][] texts = [[], [.. "a"u8], [.. "a\n"u8], [.. "\n"u8], [.. "a\nb\n"u8], [.. "b\n"u8], [.. "a\na\n"u8]];
        foreach (var before in texts)
        {
            foreach (var after in texts)
                Assert.NotNull(PacDifference.Between(before, after));
        }
    }
}
