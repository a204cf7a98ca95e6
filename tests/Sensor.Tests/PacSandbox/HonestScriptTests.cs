using System.Text;
using Sensor.Detection.Pac;

namespace Sensor.Tests.PacSandbox;

/// <summary>What honest files need, the sandbox gives.</summary>
public sealed class HonestScriptTests
{
    [Fact]
    public void A_file_of_5000_rules_is_asked_about_every_probe()
    {
        var script = new StringBuilder("function FindProxyForURL(url, host) {\n");
        for (var i = 0; i < 5000; i++)
            script.Append($"if (shExpMatch(host, '*.partner{i}.example')) return 'PROXY p{i % 4}.corp.example:8080';\n");
        script.Append("return 'PROXY proxy.corp.example:8080'; }");
        var evaluation = Sandboxed.Run(script.ToString(), [.. PacProbes.All.Select(probe => probe.Host).Distinct()]);
        Assert.Equal(PacOutcome.Evaluated, evaluation.Outcome);
        Assert.All(evaluation.Decisions, decision => Assert.Equal("PROXY proxy.corp.example:8080", decision.Answer));
    }

    [Fact]
    public void A_longer_one_is_asked_as_far_as_the_steps_reach()
    {
        var hosts = Enumerable.Range(0, 60).Select(i => $"h{i}.example").ToArray();
        var evaluation = Sandboxed.Run("function FindProxyForURL(u, h) { for (var i = 0; i < 60000; i++); return 'PROXY p:1'; }", hosts);
        Assert.Equal(PacOutcome.Partial, evaluation.Outcome);
        Assert.InRange(evaluation.Decisions.Length, 1, 59);
        Assert.Equal(evaluation.Decisions.Length, Sandboxed.Run(
            "function FindProxyForURL(u, h) { for (var i = 0; i < 60000; i++); return 'PROXY p:1'; }", hosts).Decisions.Length);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("undefined")]
    [InlineData("42")]
    [InlineData("nowhere()")]
    public void What_is_no_text_means_direct(string result) =>
        Assert.Equal("DIRECT", Sandboxed.Run($"function FindProxyForURL(u, h) {{ return {result}; }}").Decisions[0].Answer);

    [Fact]
    public void Windows_is_asked_its_own_function()
    {
        var decision = Sandboxed.Run("function FindProxyForURL() { return 'DIRECT'; } function FindProxyForURLEx() { return 'PROXY evil:1'; }").Decisions[0];
        Assert.Equal(("DIRECT", "PROXY evil:1"), (decision.Answer, decision.WindowsAnswer));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("iso-8859-1", false)]
    public void Is_read_in_its_encoding(string encoding, bool mark)
    {
        var script = "function FindProxyForURL(u, h) { return 'PROXY ' + 'é'.length + '.example:1'; }";
        byte[] octets = [.. mark ? Encoding.GetEncoding(encoding).GetPreamble() : [], .. Encoding.GetEncoding(encoding).GetBytes(script)];
        Assert.Equal("PROXY 1.example:1", Sandboxed.Run(octets).Decisions[0].Answer);
    }

    [Fact]
    public void Hosts_the_script_names_are_asked_about()
    {
        using var sandbox = new Sensor.PacSandbox.SandboxedEvaluator();
        var request = Sandboxed.Request(
            "function FindProxyForURL(u, h) { return shExpMatch(h, '*.mybank.example') ? 'PROXY evil.example:1' : 'DIRECT'; }"u8.ToArray(),
            ["www.example.com"]);
        var evaluation = sandbox.Evaluate(request with { AsksNamedHosts = true });
        Assert.Contains(evaluation.Decisions, decision => decision is { Probe: { Host: "www.mybank.example", Kind: PacProbeKind.Bank }, Answer: "PROXY evil.example:1" });
    }

    [Fact]
    public void Names_looked_up_are_told() => Assert.Equal(
        ["www.example.com.t.example"], Sandboxed.Run("function FindProxyForURL(u, h) { dnsResolve(h + '.t.example'); dnsResolve('10.0.0.1'); }").LookedUp);
}
