using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

/// <summary>wpad-registered, nbns-off-link and wpad-name-leak.</summary>
public sealed class WpadClaimsTests
{
    private readonly FactFeeder _lan = new();
    private readonly Station _gateway = Station.Number(1), _alice = Station.Number(10), _mallory = Station.Number(66);
    private readonly Station _outsider = Station.Number(200) with { V4 = IpAddress.FromV4(0xCB007109) };

    [Theory]
    [InlineData(RegistrationKind.NbnsRegistration, "wpad", "")]
    [InlineData(RegistrationKind.NbnsRefresh, "wpad", "")]
    [InlineData(RegistrationKind.MdnsProbe, "wpad.local", "")]
    [InlineData(RegistrationKind.MdnsAnnouncement, "wpad.local", "")]
    [InlineData(RegistrationKind.DnsUpdateAdd, "wpad.corp.example", "corp.example")]
    [InlineData(RegistrationKind.DnsUpdateAdd, "*.corp.example", "corp.example")]
    public void Names_who_registers_the_name(RegistrationKind kind, string name, string zone)
    {
        _lan.Register(kind, _mallory, name, [_mallory.V4], kind == RegistrationKind.DnsUpdateAdd ? _gateway : null, zone);

        var alert = Assert.Single(_lan.AlertsOf("wpad-registered"));
        Assert.Equal(Severity.High, alert.Finding.Severity);
        Assert.Equal([_mallory.Mac], alert.Finding.Suspect.Macs);
    }

    [Theory]
    [InlineData(RegistrationKind.NbnsRelease, "wpad")]
    [InlineData(RegistrationKind.NbnsRefused, "wpad")]
    [InlineData(RegistrationKind.DnsUpdateDelete, "wpad.corp.example")]
    [InlineData(RegistrationKind.NbnsRegistration, "wpadmin")]
    [InlineData(RegistrationKind.DnsUpdateAdd, "alice.corp.example")]
    public void Stays_quiet_for_what_claims_nothing(RegistrationKind kind, string name)
    {
        _lan.Register(kind, _alice, name, [_alice.V4]);

        Assert.Empty(_lan.Findings);
    }

    [Fact]
    public void Stays_quiet_for_the_trusted_wpad_host()
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = [_alice.V4.ToString()] });
        lan.Register(RegistrationKind.NbnsRegistration, _alice, "wpad", [_alice.V4]);

        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void Names_the_client_whose_name_the_dhcp_server_registers()
    {
        _lan.Seen(_mallory);
        _lan.OfferLease(_gateway, _alice, static (ref LeaseOffered _, ObservationLog _) => { });
        _lan.Register(RegistrationKind.DnsUpdateAdd, _gateway, "wpad.corp.example", [_mallory.V4], Station.Number(2), "corp.example");

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.Of("wpad-registered")).Suspect.Macs);
    }

    [Fact]
    public void Names_a_client_that_calls_itself_wpad()
    {
        _lan.AskLease(_mallory, hostName: "WPAD");
        _lan.AskLease(_alice, hostName: "wpad-admin");

        Assert.Equal([_mallory.Mac], Assert.Single(_lan.Of("wpad-registered")).Suspect.Macs);
    }

    [Fact]
    public void Names_an_outsider_that_answers_netbios()
    {
        var question = _lan.Ask(NameProtocol.Nbns, _alice, "wpad");
        _lan.Answer(question, _outsider, [_outsider.V4], new AnswerOptions { Ttl = 48 });

        var alert = Assert.Single(_lan.AlertsOf("nbns-off-link"));
        Assert.Equal([_outsider.V4], alert.Finding.Suspect.Addresses);
        Assert.Equal(Confidence.Certain, alert.Finding.Confidence);
    }

    [Fact]
    public void Stays_quiet_for_netbios_inside_the_home_networks()
    {
        var lan = new FactFeeder(new TrustSettings { HomeNetworks = ["192.168.0.0/16", "203.0.113.0/24"] });
        lan.Answer(lan.Ask(NameProtocol.Nbns, _alice, "files", server: _outsider), _outsider, [_outsider.V4]);

        Assert.Empty(lan.Of("nbns-off-link"));
    }

    [Fact]
    public void Notes_wpad_asked_of_a_public_resolver_as_exposure()
    {
        _lan.Ask(NameProtocol.Dns, _alice, "wpad.corp.example", server: _outsider);
        _lan.Ask(NameProtocol.Dns, _alice, "wpad.corp.example", server: _outsider);

        var finding = Assert.Single(_lan.Of("wpad-name-leak"));
        Assert.Equal(Severity.Low, finding.Severity);
        Assert.Equal([_alice.Mac], finding.Suspect.Macs);
        Assert.Empty(_lan.Alerts);
        Assert.Empty(_lan.Engine.Incidents.Incidents);
    }

    [Theory]
    [InlineData("wpad.com", true)]
    [InlineData("wpad.co.uk", true)]
    [InlineData("wpad.lan", false)]
    [InlineData("wpad.localdomain", false)]
    [InlineData("wpad.corp.example", false)]
    [InlineData("wpad", false)]
    public void Knows_names_that_devolved_too_far_at_the_home_resolver(string name, bool isLeak)
    {
        _lan.Ask(NameProtocol.Dns, _alice, name, server: _gateway);

        Assert.Equal(isLeak, _lan.Of("wpad-name-leak").Any());
    }

    [Fact]
    public void Stays_quiet_for_names_under_the_domain_dhcp_gave()
    {
        _lan.OfferLease(_gateway, _alice, static (ref LeaseOffered fact, ObservationLog log) => fact.Domain = log.Keep("corp.example"u8));
        _lan.Ask(NameProtocol.Dns, _alice, "wpad.corp.example", server: _outsider);

        Assert.Empty(_lan.Of("wpad-name-leak"));
    }
}
