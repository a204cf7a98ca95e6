using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Pac;
using Sensor.PacSandbox;
using Sensor.Tests.PacSandbox;

namespace Sensor.Tests.Oracles;

/// <summary>
/// The sandbox against Chromium: the same scripts give the same decisions, the same expressions the same values. Names resolve to the same
/// addresses in both; the clock of Chromium's functions is set by replacing the script's Date.
/// </summary>
public sealed class ChromiumOracleTests(ITestOutputHelper output)
{
    private const string Rules = "MAP four.corp.example 10.0.0.7, MAP six.corp.example [2001:db8::6], MAP *.example 203.0.113.1, MAP *.windowsupdate.com 203.0.113.1";

    private const string FixedDate =
        "var RealDate = Date; Date = function () { return arguments.length ? new (Function.prototype.bind.apply(RealDate, [null].concat([].slice.call(arguments)))) : new RealDate(1795617020000); };\n";

    private static readonly string[] Hosts =
    [
        "www.example", "a.corp.example", "corp.example", "four.corp.example", "six.corp.example", "www.mybank.example", "intranet", "10.1.2.3",
        "192.168.7.9", "198.51.100.7", "download.windowsupdate.com", "verylonghostname.example", "x.y.z.example", "owa.corp.example",
    ];

    public static TheoryData<string, string> Scripts() => new()
    {
        { "corporate", "function FindProxyForURL(url, host) { if (isPlainHostName(host) || dnsDomainIs(host, '.corp.example') || isInNet(host, '10.0.0.0', '255.0.0.0')) return 'DIRECT'; return 'PROXY proxy.corp.example:8080; DIRECT'; }" },
        { "updates", "function FindProxyForURL(url, host) { return shExpMatch(host, '*.windowsupdate.com') ? 'PROXY 10.4.0.66:8080; DIRECT' : 'DIRECT'; }" },
        { "banks by a list", "function FindProxyForURL(url, host) { var w = ['*.mybank.example', '*.paypal.com']; for (var i = 0; i < w.length; i++) if (shExpMatch(host, w[i])) return 'SOCKS5 198.51.100.23:1080'; return 'DIRECT'; }" },
        { "shared load", "var p = ['PROXY p1:1', 'PROXY p2:2', 'PROXY p3:3']; function FindProxyForURL(url, host) { return p[host.length % 3] + ';' + p[(host.length + 1) % 3]; }" },
        { "by scheme and path", "function FindProxyForURL(url, host) { return url.substring(0, 5) == 'https' ? 'PROXY tls:1' : shExpMatch(url, 'http://*.example/') ? 'PROXY clear:1' : 'PROXY other:1'; }" },
        { "by address", "function FindProxyForURL(url, host) { var ip = dnsResolve(host); if (!ip) return 'PROXY none:1'; if (isInNet(ip, '10.0.0.0', '255.255.255.0')) return 'PROXY ten:1'; if (isInNetEx(ip, '203.0.113.0/24')) return 'PROXY stub:1'; return 'PROXY ' + ip + ':1'; }" },
        { "by IPv6", "function FindProxyForURL(url, host) { var list = sortIpAddressList(dnsResolveEx(host)); return list && isInNetEx(list.split(';')[0], '2001:db8::/32') ? 'PROXY six:6' : isResolvable(host) ? 'PROXY four:4' : 'PROXY none:1'; }" },
        { "by expression", "function FindProxyForURL(url, host) { if (/^(www|x)\\./.test(host)) return 'PROXY re:1'; if (shExpMatch(host, '(a|owa).corp.example')) return 'PROXY sh:1'; return dnsDomainLevels(host) > 2 ? 'PROXY deep:1' : 'DIRECT'; }" },
        { "every spelling", "function FindProxyForURL(u, h) { switch (h.length % 7) { case 0: return 'proxy A:8080 ; socks b; DIRECT'; case 1: return 'HTTPS c'; case 2: return 'SOCKS4 d:1;SOCKS5 e'; case 3: return 'bogus x; PROXY y:1'; case 4: return ' PROXY   z:80 ;;'; case 5: return 'PROXY f:99999; PROXY g'; default: return ''; } }" },
        { "what fails", "function FindProxyForURL(u, h) { switch (h.length % 4) { case 0: return null; case 1: throw 'no'; case 2: return 7; default: return nowhere(); } }" },
        { "closures and prototypes", "if (!String.prototype.ends) String.prototype.ends = function (s) { return this.slice(-s.length) === s; }; var FindProxyForURL = (function () { var n = { '.example': 'PROXY map:1' }; return function (url, host) { for (var k in n) if (host.ends(k)) return n[k]; return `DIRECT`; }; })();" },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Decides_as_Chromium_does(string name, string script)
    {
        Assert.SkipWhen(ChromiumRun.Missing is not null, ChromiumRun.Missing ?? "");
        string[] urls = [.. Hosts.SelectMany(host => new[] { $"http://{host}/", $"https://{host}/" })];
        var theirs = ChromiumRun.Of(script, urls, Rules).Decisions;
        var ours = Evaluate(script).Decisions.ToDictionary(decision => decision.Probe.Url, decision => Chromiums(decision.Answer));
        var compared = urls.Where(theirs.ContainsKey).ToArray();
        output.WriteLine($"{name}: {compared.Length} of {urls.Length} URLs");
        Assert.InRange(compared.Length, urls.Length - 4, urls.Length);
        Assert.All(compared, url => Assert.Equal((url, theirs[url]), (url, ours[url])));
    }

    [Fact]
    public void Computes_as_Chromium_does()
    {
        Assert.SkipWhen(ChromiumRun.Missing is not null, ChromiumRun.Missing ?? "");
        var expressions = PacExpressions.All;
        var body = string.Concat(expressions.Select((expression, i) => $"try {{ var v = {expression}; alert('{i}|' + typeof v + ':' + v); }} catch (e) {{ alert('{i}|threw'); }}\n"));
        // In parts: the sandbox keeps sixteen texts of alert().
        var ours = expressions.Chunk(16).SelectMany((part, n) => Evaluate("function FindProxyForURL() { return 'DIRECT'; }\n" + string.Concat(part.Select((expression, i) =>
            $"try {{ var v = {expression}; alert('{(n * 16) + i}|' + typeof v + ':' + v); }} catch (e) {{ alert('{(n * 16) + i}|threw'); }}\n"))).Alerts).ToArray();
        var theirs = ChromiumRun.Of(FixedDate + "function FindProxyForURL() { return 'DIRECT'; }\n" + body, ["http://www.example/"], Rules).Alerts;
        output.WriteLine($"{theirs.Count} of {expressions.Length} expressions");
        Assert.Equal(expressions.Length, ours.Length);
        Assert.Equal(expressions.Length, theirs.Count);
        Assert.Empty(theirs.Except(ours).Select(text => $"Chromium: {Told(text, expressions)}")
            .Concat(ours.Except(theirs).Select(text => $"sandbox: {Told(text, expressions)}")));
    }

    /// <summary>In Chromium's spelling, which calls version 4 of SOCKS just that.</summary>
    private static string Chromiums(string answer) => string.Join(';', PacAnswer.Read(answer)).Replace("SOCKS4 ", "SOCKS ", StringComparison.Ordinal);

    private static string Told(string text, string[] expressions)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return $"{expressions[int.Parse(text.AsSpan(0, bar), System.Globalization.CultureInfo.InvariantCulture)]} = {text[(bar + 1)..]}";
    }

    private static PacEvaluation Evaluate(string script)
    {
        using var sandbox = new SandboxedEvaluator();
        var request = Sandboxed.Request(Encoding.UTF8.GetBytes(script), []) with
        {
            Probes = [.. Hosts.SelectMany(host => new PacProbe[] { new(PacProbeKind.Ordinary, "http", host), new(PacProbeKind.Ordinary, "https", host) })],
            Names = [new PacResolvedName("four.corp.example", [IpAddress.FromV4(0x0A000007)]), new PacResolvedName("six.corp.example", [Six])],
        };
        return sandbox.Evaluate(request);
    }

    private static IpAddress Six => IpAddress.TryParse("2001:db8::6", out var address) ? address : IpAddress.None;
}
