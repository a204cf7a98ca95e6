using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class LocalWpadAnswerTests
{
    private readonly FactFeeder _lan = new();
    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66), _bob = Station.Number(11);

    public static TheoryData<NameProtocol, string, string> Services => new()
    {
        { NameProtocol.Nbns, "wpad", "nbns-wpad-answer" },
        { NameProtocol.Llmnr, "wpad", "llmnr-wpad-answer" },
        { NameProtocol.Llmnr, "wpad.corp.example", "llmnr-wpad-answer" },
        { NameProtocol.Mdns, "wpad.local", "mdns-wpad-answer" },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void Names_who_answered_whom_and_the_frames(NameProtocol protocol, string name, string detector)
    {
        var question = _lan.Ask(protocol, _alice, name);
        _lan.Answer(question, _mallory, [_mallory.V4]);

        var alert = Assert.Single(_lan.AlertsOf(detector));
        Assert.Equal(Severity.High, alert.Finding.Severity);
        Assert.True(alert.Finding.Confidence >= Confidence.Likely);
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Equal([_alice.Mac], alert.Finding.Victim!.Macs);
        Assert.Equal([1L, 2L], alert.Finding.Frames.Select(frame => frame.Number));
        Assert.Equal(AlertReason.NewIncident, alert.Reason);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_record_of_another_name_leaves_no_doubt(NameProtocol protocol, string name, string detector)
    {
        _lan.Answer(_lan.Ask(protocol, _alice, name), _mallory, [_mallory.V4], new AnswerOptions { OtherOwner = "proxysrv" });

        var finding = Assert.Single(_lan.AlertsOf(detector)).Finding;
        Assert.Equal(Confidence.Certain, finding.Confidence);
        Assert.Contains("\"proxysrv\"", finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_trusted_WINS_server_does_not_vouch_for_whoever_registered_the_name(bool listsWpadHosts, bool deniedBefore)
    {
        var (wins, proxy) = (Station.Number(4), Station.Number(5));
        var lan = new FactFeeder(new TrustSettings
        {
            WinsServers = [wins.V4.ToString()],
            WpadHosts = listsWpadHosts ? [proxy.V4.ToString()] : [],
        });
        if (deniedBefore)
            lan.Answer(lan.Ask(NameProtocol.Nbns, _bob, "wpad", server: wins), wins, [], new AnswerOptions { ResponseCode = 3 });
        lan.Answer(lan.Ask(NameProtocol.Nbns, _alice, "wpad", server: wins), wins, [_mallory.V4]);

        Assert.Equal([_mallory.V4], Assert.Single(lan.AlertsOf("nbns-wpad-answer")).Finding.Suspect.Addresses);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Names_the_card_behind_a_forged_source_address(NameProtocol protocol, string name, string detector)
    {
        var gateway = Station.Number(1);
        _lan.Seen(gateway);
        var question = _lan.Ask(protocol, _alice, name);
        _lan.Answer(question, _mallory, [_mallory.V4], new AnswerOptions { AsIf = gateway.V4 });

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.Of(detector)).Suspect.Macs);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Sees_an_answer_whose_question_was_not_captured(NameProtocol protocol, string name, string detector)
    {
        var question = new Question(protocol, _alice, name, protocol == NameProtocol.Nbns ? (ushort)0x20 : (ushort)1, 77, 0,
            _lan.Packet(_alice, _mallory, 40_000, protocol == NameProtocol.Nbns ? (ushort)137 : (ushort)5355));
        _lan.Answer(question, _mallory, [_mallory.V4]);

        var finding = Assert.Single(_lan.Of(detector));
        Assert.Equal([_alice.V4], finding.Victim!.Addresses);
        Assert.Equal([1L], finding.Frames.Select(frame => frame.Number));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Stays_quiet_for_trusted_wpad_hosts(NameProtocol protocol, string name, string detector)
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = [_mallory.V4.ToString()] });
        lan.Answer(lan.Ask(protocol, _alice, name), _mallory, [_mallory.V4]);

        Assert.Empty(lan.Of(detector));
        Assert.Empty(lan.Alerts);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Stays_quiet_for_negative_and_waiting_answers(NameProtocol protocol, string name, string detector)
    {
        var question = _lan.Ask(protocol, _alice, name);
        _lan.Answer(question, _mallory, [], new AnswerOptions { ResponseCode = 3 });
        _lan.Answer(question, _mallory, []);
        _lan.Answer(question, _mallory, [_mallory.V4], new AnswerOptions { IsWait = true });
        _lan.Answer(question, _mallory, [IpAddress.AnyV4]);

        Assert.Empty(_lan.Of(detector));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Counts_repeats_and_alerts_for_each_new_victim(NameProtocol protocol, string name, string detector)
    {
        for (var i = 0; i < 5; i++)
        {
            _lan.Answer(_lan.Ask(protocol, _alice, name), _mallory, [_mallory.V4]);
            _lan.Wait(TimeSpan.FromSeconds(20));
        }
        _lan.Answer(_lan.Ask(protocol, _bob, name), _mallory, [_mallory.V4]);

        Assert.Equal([AlertReason.NewIncident, AlertReason.NewVictim], _lan.AlertsOf(detector).Select(alert => alert.Reason));
        var incident = Assert.Single(_lan.Engine.Incidents.Incidents);
        Assert.Equal(5, incident.Findings[0].Count);
        Assert.Equal(2, incident.Victims.Count);
    }

    [Fact]
    public void Believes_a_trusted_wins_server_but_not_who_forges_its_address()
    {
        var wins = Station.Number(5);
        var lan = new FactFeeder(new TrustSettings { WinsServers = [wins.V4.ToString()] });
        lan.Seen(wins);
        lan.Answer(lan.Ask(NameProtocol.Nbns, _alice, "wpad", server: wins), wins, [_bob.V4]);
        Assert.Empty(lan.Findings);

        lan.Answer(lan.Ask(NameProtocol.Nbns, _alice, "wpad", server: wins), _mallory, [_mallory.V4], new AnswerOptions { AsIf = wins.V4 });
        Assert.Equal([_mallory.Mac], Assert.Single(lan.Of("nbns-wpad-answer")).Suspect.Macs);
    }

    [Fact]
    public void Names_who_announces_the_name_after_probing_for_it()
    {
        var probe = _lan.Ask(NameProtocol.Mdns, _mallory, "wpad.local", 255);
        _lan.Answer(probe with { Type = 1 }, _mallory, [_mallory.V4], new AnswerOptions { Multicast = true });

        var finding = Assert.Single(_lan.Of("mdns-wpad-answer"));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Null(finding.Victim);
    }

    [Fact]
    public void Ignores_the_goodbye_of_an_mdns_name()
    {
        _lan.Answer(
            _lan.Ask(NameProtocol.Mdns, _alice, "wpad.local"), _mallory, [_mallory.V4], new AnswerOptions { Multicast = true, RecordTtl = 0 });

        Assert.Empty(_lan.Findings);
    }

    [Fact]
    public void Ignores_names_that_only_begin_like_it()
    {
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "wpad2"), _mallory, [_mallory.V4]);
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "my.wpad"), _mallory, [_mallory.V4]);

        Assert.Empty(_lan.Of("llmnr-wpad-answer"));
    }

    [Fact]
    public void Shows_names_without_control_octets()
    {
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "wpad.\u001b[31m"), _mallory, [_mallory.V4]);

        Assert.Contains("wpad.\\027[31m", Assert.Single(_lan.Of("llmnr-wpad-answer")).Summary, StringComparison.Ordinal);
    }
}
