using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Detectors;

public sealed class DnsAnswerRaceTests
{
    private const string Detector = "dns-answer-race";

    private readonly FactFeeder _lan = new();
    private readonly Station _resolver = Station.Number(2), _alice = Station.Number(10), _mallory = Station.Number(66), _bob = Station.Number(11);
    private readonly IpAddress _real = IpAddress.FromV4(0x5DB8D822), _otherReal = IpAddress.FromV4(0x5DB8D823);

    [Theory]
    [InlineData("download.windowsupdate.com", Severity.High)]
    [InlineData("wpad.corp.example", Severity.High)]
    [InlineData("www.bank.example", Severity.Medium)]
    public void Names_the_card_that_forged_the_faster_answer(string name, Severity severity)
    {
        _lan.Seen(_resolver);
        var question = _lan.Ask(NameProtocol.Dns, _alice, name, server: _resolver);
        _lan.Answer(question, _mallory, [_mallory.V4], new AnswerOptions { AsIf = _resolver.V4 });
        _lan.Answer(question, _resolver, [_real]);

        var alert = Assert.Single(_lan.AlertsOf(Detector));
        Assert.Equal((severity, Confidence.Certain), (alert.Finding.Severity, alert.Finding.Confidence));
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Equal([_alice.Mac], alert.Finding.Victim!.Macs);
        Assert.Equal([2L, 3L, 4L], alert.Finding.Frames.Select(frame => frame.Number));
    }

    [Fact]
    public void Works_when_the_span_shows_every_frame_twice()
    {
        _lan.Seen(_resolver);
        var question = _lan.Ask(NameProtocol.Dns, _alice, "www.bank.example", server: _resolver);
        _lan.Repeat(question);
        var forged = new AnswerOptions { AsIf = _resolver.V4 };
        var first = _lan.Answer(question, _mallory, [_mallory.V4], forged);
        _lan.AnswerAgain(first, question, [_mallory.V4], forged);
        var second = _lan.Answer(question, _resolver, [_real]);
        _lan.AnswerAgain(second, question, [_real]);

        Assert.Single(_lan.AlertsOf(Detector));
    }

    [Fact]
    public void Stays_quiet_for_copies_and_round_robin()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "download.windowsupdate.com", server: _resolver);
        _lan.Repeat(question);
        var at = _lan.Answer(question, _resolver, [_real, _otherReal]);
        _lan.AnswerAgain(at, question, [_real, _otherReal]);
        _lan.Answer(question, _resolver, [_otherReal, _real]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_another_subset_after_a_retransmission_even_when_all_is_seen_twice()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "download.windowsupdate.com", server: _resolver);
        _lan.Repeat(question);
        _lan.Wait(TimeSpan.FromSeconds(1));
        _lan.Repeat(question);
        _lan.Repeat(question);
        var first = _lan.Answer(question, _resolver, [_real]);
        _lan.AnswerAgain(first, question, [_real]);
        var second = _lan.Answer(question, _resolver, [_otherReal]);
        _lan.AnswerAgain(second, question, [_otherReal]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_two_resolvers_asked_at_once_and_for_forwarders()
    {
        var isp = Station.Number(3);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, "cdn.example", server: _resolver), _resolver, [_real]);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _alice, "cdn.example", server: isp), isp, [_otherReal]);
        _lan.Answer(_lan.Ask(NameProtocol.Dns, _resolver, "cdn.example", server: isp), isp, [_mallory.V4]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_success_after_server_failure()
    {
        var question = _lan.Ask(NameProtocol.Dns, _alice, "www.example", server: _resolver);
        _lan.Answer(question, _resolver, [], new AnswerOptions { ResponseCode = 2 });
        _lan.Answer(question, _resolver, [_real]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Tells_answers_from_another_distance()
    {
        _lan.Seen(_resolver);
        var question = _lan.Ask(NameProtocol.Dns, _alice, "www.bank.example", server: _resolver);
        _lan.Answer(question, _resolver, [_otherReal], new AnswerOptions { Ttl = 120 });
        _lan.Answer(question, _resolver, [_real], new AnswerOptions { Ttl = 57 });

        Assert.Equal(Confidence.Likely, Assert.Single(_lan.Of(Detector)).Confidence);
    }

    [Fact]
    public void Names_who_answers_for_a_name_that_another_owns()
    {
        _lan.Register(RegistrationKind.NbnsRegistration, _bob, "files", [_bob.V4]);
        var question = _lan.Ask(NameProtocol.Llmnr, _alice, "files");
        _lan.Answer(question, _mallory, [_mallory.V4]);
        _lan.Answer(question, _bob, [_bob.V4]);

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.Of(Detector)).Suspect.Macs);
    }

    [Fact]
    public void Only_suspects_two_hosts_that_give_one_multicast_name_differently()
    {
        var question = _lan.Ask(NameProtocol.Mdns, _alice, "imac.local");
        _lan.Answer(question, _bob, [_bob.V4], new AnswerOptions { Multicast = true });
        _lan.Answer(question, Station.Number(12), [Station.Number(12).V4], new AnswerOptions { Multicast = true });

        Assert.Empty(_lan.Alerts);
        Assert.All(_lan.Of(Detector), finding => Assert.Equal(Confidence.Possible, finding.Confidence));
    }
}
