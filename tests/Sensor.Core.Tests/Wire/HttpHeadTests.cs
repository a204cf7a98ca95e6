using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public class HttpHeadTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "GET", "/", 0)]
    [InlineData("BITS_POST http://a/b HTTP/1.0\n\n", "BITS_POST", "http://a/b", 0)]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n", "GET", "/a b", 0)]
    [InlineData("HTTP/1.1 407\r\n\r\n", "", "", 407)]
    [InlineData("HTTP/1.0  200  OK\r\n\r\n", "", "", 200)]
    public void Reads_start_lines(string text, string method, string target, int status)
    {
        Assert.True(HttpHead.TryRead(Encoding.Latin1.GetBytes(text), out var head));
        Assert.Equal((method, target, status), (Encoding.Latin1.GetString(head.Method), Encoding.Latin1.GetString(head.Target), head.Status));
    }

    [Theory]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1200 OK\r\n\r\n")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GE(T / HTTP/1.1\r\n\r\n")]
    [InlineData("GET HTTP/1.1\r\n\r\n")]
    [InlineData("220 mail ESMTP\r\n")]
    [InlineData("")]
    public void Refuses_other_start_lines(string text) => Assert.False(HttpHead.TryRead(Encoding.Latin1.GetBytes(text), out _));

    [Theory]
    [InlineData("G", true)]
    [InlineData("HTTP/1.", true)]
    [InlineData("HTTP/2.", false)]
    [InlineData("GET /x", true)]
    [InlineData("GET  ", false)]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", false)]
    [InlineData("\u0016\u0003\u0001", false)]
    [InlineData("EHLO example.com\r\n", false)]
    public void Tells_by_few_octets_what_may_start_a_message(string text, bool may) =>
        Assert.Equal(may, HttpHead.MayStart(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("a\r\n\r\nX", 5)]
    [InlineData("a\n\nX", 3)]
    [InlineData("a\r\n\nX", 4)]
    [InlineData("a\n\r\nX", 4)]
    [InlineData("a\r\nb\r\n", -1)]
    [InlineData("a\r\n\r", -1)]
    public void Finds_the_end_wherever_the_search_before_stopped(string text, int end)
    {
        for (var from = 0; from <= Math.Max(0, end < 0 ? 0 : end - 1); from++)
            Assert.Equal(end, HttpHead.EndOf(Encoding.Latin1.GetBytes(text), from));
    }

    [Fact]
    public void Walks_over_fields_with_folding_bare_line_feeds_and_nonsense()
    {
        var text = "GET / HTTP/1.1\r\nHost : a \r\nX-Long: one\r\n two\nno colon\r\n: empty\r\nB:\r\n\r\nNot: this"u8;
        Assert.True(HttpHead.TryRead(text, out var head));
        var seen = new List<string>();
        var fields = head.Fields;
        while (fields.TryNext(out var field))
            seen.Add($"{Encoding.Latin1.GetString(field.Name)}={Encoding.Latin1.GetString(field.Value)}");
        Assert.Equal(["Host=a", "X-Long=one\r\n two", "B="], seen);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("5, 5", 5)]
    [InlineData("5, 6", -1)]
    [InlineData("-5", -1)]
    [InlineData("", -1)]
    [InlineData("99999999999999999999", -1)]
    [InlineData("0x10", -1)]
    public void Reads_lengths(string text, long length) => Assert.Equal(length, HttpFieldIndex.ReadLength(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("Transfer-Encoding: chunked", true, HttpCoding.Identity)]
    [InlineData("Transfer-Encoding: gzip, Chunked", true, HttpCoding.Gzip)]
    [InlineData("Transfer-Encoding: chunked, identity", false, HttpCoding.Identity)]
    [InlineData("Content-Encoding: BR", false, HttpCoding.Brotli)]
    [InlineData("Content-Encoding: gzip, br", false, HttpCoding.Brotli, HttpCoding.Gzip)]
    [InlineData("Content-Encoding: gzip\r\nContent-Encoding: deflate", false, HttpCoding.Deflate, HttpCoding.Gzip)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\nContent-Encoding: br", true, HttpCoding.Gzip, HttpCoding.Brotli)]
    [InlineData("Content-Encoding: gzip, gzip, gzip", false, HttpCoding.Other)]
    [InlineData("Content-Encoding: zstd, gzip", false, HttpCoding.Other)]
    [InlineData("Content-Encoding: deflate\r\nTransfer-Encoding: chunked", true, HttpCoding.Deflate)]
    public void Reads_codings(string field, bool isChunked, HttpCoding coding, HttpCoding inner = HttpCoding.Identity)
    {
        Assert.True(HttpHead.TryRead(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{field}\r\n\r\n"), out var head));
        var index = new HttpFieldIndex(in head);
        Assert.Equal((isChunked, coding, inner), (index.IsChunked, index.Coding, index.InnerCoding));
    }

    [Theory]
    [InlineData("NTLM TlRMTVNTUAAB", "NTLM")]
    [InlineData("Negotiate", "Negotiate")]
    [InlineData("c2VjcmV0OnNlY3JldA", "")]
    [InlineData("Basic=c2VjcmV0", "")]
    [InlineData("", "")]
    public void A_credential_without_a_scheme_is_never_shown(string value, string scheme) =>
        Assert.Equal(scheme, Encoding.Latin1.GetString(AuthenticationScheme.OfCredentials(Encoding.Latin1.GetBytes(value))));

    [Theory]
    [InlineData("/wpad.dat", true)]
    [InlineData("http://x/WPAD.DAT?a=/b", true)]
    [InlineData("wpad.da", true)]
    [InlineData("/a/proxy.pac;v=1", true)]
    [InlineData("/.pac", false)]
    [InlineData("/a.pack.js", false)]
    [InlineData("/x?f=wpad.dat", false)]
    [InlineData("/proxy.pac/x", false)]
    public void Tells_pac_targets(string target, bool isPac) => Assert.Equal(isPac, PacTraits.IsPacTarget(Encoding.Latin1.GetBytes(target)));
}
