using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class DnsWpadAnswerTests
{
    private const string Detector = "dns-wpad-answer", Name = "wpad.corp.example";

    private readonly FactFeeder _lan = new();
    private readonly Station _gateway = Station.Number(1), _resolver = Station.Number(2), _proxy = Station.Number(3);
    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66);

    [Fact]
    public void Names_a_resolver_that_answers_with_itself()
    {
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _mallory), _mallory, [_mallory.V4]);

        var alert = Assert.Single(_lan.AlertsOf(Detector));
        Assert.Equal(Severity.High, alert.Finding.Severity);
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Equal([_alice.Mac], alert.Finding.Victim!.Macs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_who_was_added_to_the_zone_of_a_resolver_that_denied_the_name_before(bool isTrusted)
    {
        var lan = new FactFeeder(isTrusted ? new TrustSettings { Resolvers = [_resolver.V4.ToString()] } : null);
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [], new AnswerOptions { ResponseCode = 3 });
        lan.Wait(TimeSpan.FromHours(1));
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [_proxy.V4]);

        var finding = Assert.Single(lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Equal([_proxy.V4], finding.Suspect.Addresses);
        Assert.Equal([2L, 3L, 4L], finding.Frames.Select(frame => frame.Number));
    }

    [Fact]
    public void That_a_name_has_no_address_of_one_family_is_no_denial()
    {
        foreach (var client in (Station[])[_alice, Station.Number(11), Station.Number(12)])
        {
            _lan.Answer(_lan.Ask(NameProtocol.Dns, client, Name, type: 28, server: _resolver), _resolver, []);
            _lan.Answer(_lan.Ask(NameProtocol.Dns, client, Name, server: _resolver), _resolver, [_proxy.V4]);
        }

        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Stays_low_for_a_home_router_that_answers_with_itself()
    {
        _lan.OfferLease(_gateway, _alice, (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.Routers = log.Keep([_gateway.V4]);
            fact.DnsServers = log.Keep([_gateway.V4]);
        });
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _gateway), _gateway, [_gateway.V4]);

        var finding = Assert.Single(_lan.Of(Detector));
        Assert.Equal((Severity.Low, Confidence.Possible), (finding.Severity, finding.Confidence));
        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Stays_low_for_a_router_asked_by_ipv6_that_answers_with_its_ipv4_address()
    {
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        _lan.OfferLease(_gateway, _alice, (ref LeaseOffered fact, ObservationLog log) => fact.Routers = log.Keep([_gateway.V4]));
        var gateway6 = _gateway with { V4 = _gateway.V6 };
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice with { V4 = _alice.V6 }, Name, server: gateway6), gateway6, [_gateway.V4]);

        Assert.Equal(Severity.Low, Assert.Single(_lan.Of(Detector)).Severity);
    }

    [Fact]
    public void Names_the_card_that_answers_in_the_resolvers_name()
    {
        var lan = new FactFeeder(new TrustSettings { Resolvers = [_resolver.V4.ToString()] });
        lan.Seen(_resolver);
        lan.Answer(
            lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _mallory, [_mallory.V4], new AnswerOptions { AsIf = _resolver.V4 });
        lan.Seen(_mallory);
        lan.Answer(
            lan.Ask(NameProtocol.Dns, Station.Number(11), Name, server: _resolver), _mallory, [_mallory.V4], new AnswerOptions { AsIf = _resolver.V4 });

        Assert.All(lan.AlertsOf(Detector), alert => Assert.Contains(_mallory.Mac, alert.Finding.Suspect.Macs));
        Assert.Contains(lan.AlertsOf(Detector), alert => alert.Finding.Summary.Contains("not from the resolver", StringComparison.Ordinal));
    }

    [Fact]
    public void Stays_low_for_the_resolver_of_all_with_one_consistent_server()
    {
        for (byte n = 10; n < 20; n++)
            _lan.Answer(_lan.Ask(NameProtocol.Dns, Station.Number(n), Name, server: _resolver), _resolver, [_proxy.V4]);

        Assert.Empty(_lan.Alerts);
        Assert.All(_lan.Of(Detector), finding => Assert.Equal(Severity.Low, finding.Severity));
    }

    [Fact]
    public void Names_a_workstation_that_wpad_leads_to()
    {
        _lan.AskLease(_mallory, hostName: "laptop");
        _lan.Seen(_mallory);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [_mallory.V4]);

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf(Detector)).Finding.Suspect.Macs);
    }

    [Fact]
    public void Names_another_resolver_that_answers_otherwise()
    {
        for (byte n = 10; n < 15; n++)
            _lan.Answer(_lan.Ask(NameProtocol.Dns, Station.Number(n), Name, server: _resolver), _resolver, [_proxy.V4]);
        var elsewhere = IpAddress.FromV4(0x0A000001);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _mallory), _mallory, [elsewhere]);

        var alert = Assert.Single(_lan.AlertsOf(Detector));
        Assert.Equal(Severity.High, alert.Finding.Severity);
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
    }

    [Fact]
    public void Never_blames_the_real_resolver_for_answering_after_a_forger()
    {
        _lan.Seen(_resolver);
        var question = _lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver);
        _lan.Answer(question, _mallory, [_mallory.V4], new AnswerOptions { AsIf = _resolver.V4 });
        _lan.Answer(question, _resolver, [_proxy.V4]);

        Assert.All(_lan.Alerts, alert => Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs));
    }

    [Fact]
    public void Never_blames_the_real_resolver_for_an_answer_that_another_card_passes_on()
    {
        _lan.Seen(_resolver);
        var question = _lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver);
        _lan.Answer(question, _mallory, [_proxy.V4], new AnswerOptions { AsIf = _resolver.V4, Ttl = 63 });

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf(Detector)).Finding.Suspect.Macs);
    }

    [Fact]
    public void Blames_the_resolver_that_nobody_else_uses_even_when_it_came_first()
    {
        var elsewhere = IpAddress.FromV4(0x0A000001);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _mallory), _mallory, [elsewhere]);
        for (byte n = 11; n < 15; n++)
            _lan.Answer(_lan.Ask(NameProtocol.Dns, Station.Number(n), "www.example", server: _resolver), _resolver, [elsewhere]);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [_proxy.V4]);

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf(Detector)).Finding.Suspect.Macs);
    }

    [Fact]
    public void Stays_quiet_when_a_pool_of_proxies_takes_turns()
    {
        for (byte n = 10; n < 20; n++)
            _lan.Answer(_lan.Ask(NameProtocol.Dns, Station.Number(n), Name, server: _resolver), _resolver, [Station.Number((byte)(100 + n)).V4]);

        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Names_the_link_local_address_a_rogue_ipv6_resolver_gives()
    {
        var mallory6 = _mallory with { V4 = _mallory.V6 };
        var alice6 = _alice with { V4 = _alice.V6 };
        _lan.Answer(_lan.Ask(NameProtocol.Dns, alice6, Name, 28, mallory6), mallory6, [_mallory.V6]);

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf(Detector)).Finding.Suspect.Macs);
    }

    [Fact]
    public void Stays_quiet_for_sinkholes_missing_names_and_text_records()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver);
        _lan.Answer(question, _resolver, [], new AnswerOptions { ResponseCode = 3 });
        _lan.Answer(question, _resolver, [IpAddress.AnyV4]);
        _lan.Answer(question, _resolver, [IpAddress.FromV4(0x7F000001)]);
        _lan.Answer(question, _resolver, [], new AnswerOptions { Target = "reserved" });

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Alerts_when_it_leads_to_none_of_the_listed_hosts()
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = [_proxy.V4.ToString()], Resolvers = [_resolver.V4.ToString()] });
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [_proxy.V4]);
        Assert.Empty(lan.Findings);

        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Name, server: _resolver), _resolver, [Station.Number(99).V4]);
        Assert.Equal(Severity.Medium, Assert.Single(lan.AlertsOf(Detector)).Finding.Severity);
    }
}
