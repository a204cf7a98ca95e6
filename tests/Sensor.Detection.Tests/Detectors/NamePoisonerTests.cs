using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Tests.Detectors;

public sealed class NamePoisonerTests
{
    private const string Detector = "name-poisoner";

    private readonly FactFeeder _lan = new();
    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66), _bob = Station.Number(11);

    [Theory]
    [InlineData(NameProtocol.Llmnr)]
    [InlineData(NameProtocol.Nbns)]
    [InlineData(NameProtocol.Mdns)]
    public void Names_a_host_that_answers_for_three_names(NameProtocol protocol)
    {
        foreach (var name in (string[])["fileserv", "qzxkvw", "printer"])
            _lan.Answer(_lan.Ask(protocol, _alice, name), _mallory, [_mallory.V4]);

        var alert = Assert.Single(_lan.AlertsOf(Detector));
        Assert.Equal((Severity.High, Confidence.Likely), (alert.Finding.Severity, alert.Finding.Confidence));
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
        Assert.Equal(6, alert.Finding.Frames.Length);
        Assert.Contains("\"qzxkvw\"", alert.Finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Becomes_certain_with_many_names_and_one_address()
    {
        foreach (var name in (string[])["fileserv", "qzxkvw", "printer", "intranet", "exchange", "backup"])
            _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, name), _mallory, [_mallory.V4]);

        Assert.Equal(Confidence.Certain, _lan.Of(Detector).Last().Confidence);
        Assert.Equal(2, _lan.AlertsOf(Detector).Count());
    }

    [Theory]
    [InlineData(NameProtocol.Llmnr)]
    [InlineData(NameProtocol.Nbns)]
    public void Names_a_host_whose_one_answer_bears_another_name(NameProtocol protocol)
    {
        _lan.Answer(_lan.Ask(protocol, _alice, "fileserv"), _mallory, [_mallory.V4], new AnswerOptions { OtherOwner = "srv-cifs" });

        var finding = Assert.Single(_lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.High, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Contains("\"srv-cifs\"", finding.Summary, StringComparison.Ordinal);
        Assert.Contains(new("answered_as", "srv-cifs"), finding.Metadata);
    }

    [Theory]
    [InlineData("nas", "nas.local")]
    [InlineData("nas.corp.example", "NAS")]
    public void One_name_in_two_forms_is_no_other_name(string asked, string borne)
    {
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, asked), _bob, [_bob.V4], new AnswerOptions { OtherOwner = borne });

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void A_host_that_answers_for_an_alias_with_its_own_name_is_only_recorded()
    {
        _lan.Register(RegistrationKind.NbnsRegistration, _bob, "filesrv", [_bob.V4]);
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "backup"), _bob, [_bob.V4], new AnswerOptions { OtherOwner = "filesrv" });

        Assert.Equal(Confidence.Possible, Assert.Single(_lan.Of(Detector)).Confidence);
        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Counts_one_name_in_all_its_forms_once()
    {
        foreach (var name in (string[])["scv", "scv.local", "scv.corp.example", "scv.lan"])
            _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, name), _bob, [_bob.V4]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_names_the_host_registered()
    {
        foreach (var name in (string[])["fileserv", "qzxkvw", "printer", "intranet"])
        {
            _lan.Register(RegistrationKind.NbnsRegistration, _bob, name, [_bob.V4]);
            _lan.Answer(_lan.Ask(NameProtocol.Nbns, _alice, name), _bob, [_bob.V4]);
        }

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_a_wins_server_that_was_asked_itself()
    {
        var wins = Station.Number(5);
        foreach (var name in (string[])["fileserv", "qzxkvw", "printer", "intranet"])
            _lan.Answer(_lan.Ask(NameProtocol.Nbns, _alice, name, server: wins), wins, [_bob.V4]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_a_reflector_that_gives_the_owners_address()
    {
        for (byte n = 20; n < 26; n++)
        {
            var owner = Station.Number(n);
            _lan.Seen(owner);
            _lan.Register(RegistrationKind.MdnsAnnouncement, owner, $"device{n}.local", [owner.V4]);
            _lan.Answer(_lan.Ask(NameProtocol.Mdns, _alice, $"device{n}.local"), _bob, [owner.V4], new AnswerOptions { Multicast = true });
        }

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Stays_quiet_for_a_reflector_whose_owners_were_never_seen()
    {
        foreach (var n in (byte[])[20, 21, 22, 23, 24, 25])
        {
            var question = _lan.Ask(NameProtocol.Mdns, _alice, $"{n}device.local");
            _lan.Answer(question, _bob, [Station.Number(n).V4], new AnswerOptions { Multicast = true });
        }

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Names_who_leads_three_names_to_one_accomplice()
    {
        foreach (var name in (string[])["fileserv", "qzxkvw", "printer"])
            _lan.Answer(_lan.Ask(NameProtocol.Mdns, _alice, name), _mallory, [_bob.V4]);

        Assert.Equal(Confidence.Likely, Assert.Single(_lan.AlertsOf(Detector)).Finding.Confidence);
    }

    [Fact]
    public void Names_who_takes_a_name_that_another_owns()
    {
        _lan.AskLease(_bob, hostName: "FILES");
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "files"), _mallory, [_mallory.V4]);

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.AlertsOf(Detector)).Finding.Suspect.Macs);
    }

    [Fact]
    public void Only_suspects_an_answer_with_another_hosts_address()
    {
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice, "malicious-c2.local"), _mallory, [IpAddress.FromV4(0x0A0A0A0A)]);

        Assert.Equal(Confidence.Possible, Assert.Single(_lan.Of(Detector)).Confidence);
        Assert.Empty(_lan.Alerts);
    }

    [Fact]
    public void Does_not_suspect_a_host_that_is_asked_over_ipv6_for_its_ipv4_address()
    {
        var bob6 = _bob with { V4 = _bob.V6 };
        _lan.Answer(_lan.Ask(NameProtocol.Llmnr, _alice with { V4 = _alice.V6 }, "bob"), bob6, [_bob.V4]);

        Assert.Empty(_lan.Of(Detector));
    }

    [Fact]
    public void Is_certain_and_critical_for_a_canary()
    {
        var lan = new FactFeeder(settings: (id, _) => id == Detector ? new NamePoisonerSettings { CanaryNames = ["NoSuchHost7"] } : null);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "nosuchhost7"), _mallory, [_mallory.V4]);

        var finding = Assert.Single(lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
    }

    [Fact]
    public void Is_certain_of_who_answers_what_this_sensor_asked_for_and_says_how_fast()
    {
        var lan = new FactFeeder(canaries: new Asked("fs-hq-07"));
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "FS-HQ-07"), _mallory, [_mallory.V4]);

        var finding = Assert.Single(lan.AlertsOf(Detector)).Finding;
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Null(finding.Victim);
        Assert.Matches("^Asked for \"FS-HQ-07\", which does not exist: .* answered after [0-9.]+ ms with ", finding.Summary);
    }

    [Fact]
    public void A_host_that_answers_for_its_own_name_is_not_caught_by_a_probe_for_another()
    {
        var lan = new FactFeeder(canaries: new Asked("fs-hq-07"));
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "bob"), _bob, [_bob.V4]);

        Assert.Empty(lan.Of(Detector));
    }

    private sealed class Asked(string name) : ICanaryLedger
    {
        public bool Knows(ulong stem, long nowNs) => stem == NameStem.Of(System.Text.Encoding.UTF8.GetBytes(name));
    }

    [Fact]
    public void Does_not_take_a_multicast_answer_for_an_announcement_of_an_own_name()
    {
        foreach (var name in (string[])["fileserv.local", "qzxkvw.local", "printer.local"])
        {
            var question = _lan.Ask(NameProtocol.Mdns, _alice, name);
            var at = _lan.Answer(question, _mallory, [_mallory.V4], new AnswerOptions { Multicast = true });
            _lan.Register(RegistrationKind.MdnsAnnouncement, _mallory, name, [_mallory.V4]);
        }

        Assert.Single(_lan.AlertsOf(Detector));
    }
}
