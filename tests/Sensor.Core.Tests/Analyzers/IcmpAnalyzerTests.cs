using Sensor.Core.Analyzers;
using Sensor.Core.Observations;

namespace Sensor.Core.Tests.Analyzers;

public sealed class IcmpAnalyzerTests
{
    private static readonly byte[] Redirect = AnnotatedHex.Read("""
        05 01 1234               // redirect for the host, checksum
        0A00 0042                // gateway 10.0.0.66
        45 00 0054 0000 0000 40 01 0000   // embedded IPv4 header
        0A00 000A                // from 10.0.0.10
        0808 0404                // to 8.8.4.4
        0800 0000 0001 0001      // 64 bits of its data
        """);

    private readonly AnalyzerRun _run = new(IcmpAnalyzer.Analyze);

    [Fact]
    public void Observes_which_route_is_redirected_where()
    {
        var fact = _run.One<RouteRedirected>(Redirect);

        Assert.Equal("10.0.0.66", fact.Gateway.ToString());
        Assert.Equal("8.8.4.4", fact.For.ToString());
        Assert.Equal(1, fact.Code);
        Assert.True(fact.GatewayMac.IsNone);
    }

    [Fact]
    public void Passes_over_other_messages()
    {
        var echo = Redirect.ToArray();
        echo[0] = 8;

        Assert.Equal(Verdict.NotMine, _run.Analyze(echo));
        Assert.Equal(Verdict.NotMine, _run.Analyze([]));
    }

    [Fact]
    public void Rejects_a_redirect_without_its_cause()
    {
        Assert.Equal(Verdict.Malformed, _run.Analyze(Redirect.AsSpan(0, 27)));

        var noHeader = Redirect.ToArray();
        noHeader[8] = 0x60;
        Assert.Equal(Verdict.Malformed, _run.Analyze(noHeader));
    }

    [Fact]
    public void Survives_every_prefix_and_mutation() => _run.SurvivesDamage(Redirect);

    [Fact]
    public void Allocates_nothing() => _run.AllocatesNothing(Redirect);
}
