using System.Text;
using Sensor.Core.Observations;
using Sensor.Detection.Pac;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Updates;

/// <summary>The operator's own entries of the catalogue count wherever the built-in ones do.</summary>
public sealed class OwnCatalogTests
{
    private static readonly UpdatePolicy Own = Policy();
    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66);

    [Fact]
    public void Proxy_configurations_are_asked_about_them()
    {
        Assert.Contains(PacProbes.For(Own.Catalog), static probe => probe is { Kind: PacProbeKind.Update, Host: "patches.corp.example" });
        Assert.DoesNotContain(PacProbes.All, static probe => probe.Host == "patches.corp.example");
        Assert.Equal(PacProbes.All, PacProbes.For(UpdateCatalog.BuiltIn));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_redirect_away_from_them_is_a_rewriting(bool isOwn, int findings)
    {
        var lan = new FactFeeder(updates: isOwn ? Own : null);
        lan.Seen(_mallory);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        Redirect(lan, "http://203.0.113.66/setup.exe");
        Assert.Equal(findings, lan.Of("proxy-rewrites").Count());
        Redirect(lan, "http://cdn.corp.example/setup.exe");
        Assert.Equal(findings, lan.Of("proxy-rewrites").Count());
    }

    private void Redirect(FactFeeder lan, string location) =>
        lan.Deliver(lan.Packet(_mallory, _alice, 8080, 50_001, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = 302;
            fact.Target = log.Keep("http://patches.corp.example/agent/latest"u8);
            fact.Host = log.Keep("patches.corp.example"u8);
            fact.Location = log.Keep(Encoding.ASCII.GetBytes(location));
        });

    private static UpdatePolicy Policy()
    {
        var entry = new UpdateCatalogEntry { Vendor = "Corp", Product = "Agent", Hosts = ["patches.corp.example", "cdn.corp.example"] };
        Assert.True(UpdatePolicy.TryCreate(new UpdateSettings { Catalog = [entry] }, out var policy, out _));
        return policy;
    }
}
