using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Incidents;

/// <summary>One attack is one incident: stages of each victim, independent signs, and suspects whose identity becomes known late.</summary>
public sealed class OneIncidentTests
{
    private static readonly MacAddress Mac = new(0x0200_0000_0066);
    private static readonly IpAddress V4 = IpAddress.FromV4(0xC0A80142), V6 = new(0x2001_0DB8_0000_0000, 0x66);

    private readonly FactFeeder _feeder = new();
    private long _frame;

    private IncidentBook Book => _feeder.Engine.Incidents;

    private HostTable Hosts => _feeder.Engine.Hosts;

    [Fact]
    public void Keeps_every_stage_of_a_victim_with_its_first_time_and_frames()
    {
        var victim = Victim(20);
        Raise(RoguePacServer.Info, Suspect(), victim);
        Raise(LlmnrWpadAnswer.Info, Suspect(), victim);
        Raise(PacAsksCredentials.Info, Suspect(), victim);
        Raise(PacChanged.Info, Suspect(), victim);

        var met = Assert.Single(Assert.Single(Book.Incidents).Victims);
        Assert.Equal([Stage.Lure, Stage.Pac, Stage.Credentials], met.Stages.Select(reached => reached.Stage));
        Assert.Equal([2, 1, 3], met.Stages.Select(reached => reached.FirstNs / 1_000_000_000));
        Assert.Equal([1L, 4L], met.Stages[1].Frames.Select(frame => frame.Number));
        Assert.Equal(Stage.Pac, met.Furthest);
        Assert.Equal(1_000_000_000, met.SinceNs);
    }

    [Fact]
    public void Credentials_stand_beside_and_count_only_where_no_step_was_seen()
    {
        Raise(PacAsksCredentials.Info, Suspect(), Victim(20));

        Assert.Equal(Stage.Credentials, Assert.Single(Book.Incidents[0].Victims).Furthest);
    }

    [Fact]
    public void A_finding_that_becomes_surer_keeps_its_first_time()
    {
        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20));
        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20), Confidence.Certain);

        var incident = Assert.Single(Book.Incidents);
        Assert.Equal(1_000_000_000, Assert.Single(incident.Findings).FirstSeenNs);
        Assert.Equal(incident.Findings[0].FirstSeenNs, incident.Victims[0].SinceNs);
    }

    [Fact]
    public void Strong_signs_that_share_their_harmless_reading_stay_likely()
    {
        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20));
        Raise(RogueDhcpWpad.Info, Suspect(), Victim(20));
        Raise(RoguePacServer.Info, Suspect(), Victim(20));

        Assert.Equal(Confidence.Likely, Assert.Single(Book.Incidents).Confidence);
    }

    [Fact]
    public void Strong_signs_of_two_kinds_leave_no_harmless_reading()
    {
        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20));
        Raise(ArpSpoofing.Info, Suspect(), Victim(20));

        Assert.Equal((Severity.High, Confidence.Certain), (Book.Incidents[0].Severity, Book.Incidents[0].Confidence));
    }

    [Fact]
    public void A_harmless_explanation_weakens_a_strong_sign_until_another_kind_speaks_against_it()
    {
        Raise(ArpSpoofing.Info, Suspect(), Victim(20), explanation: "it is the router of 20 hosts");
        Assert.Empty(_feeder.Alerts);
        Assert.Equal(Confidence.Possible, Book.Incidents[0].Confidence);

        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20));
        Raise(ArpSpoofing.Info, Suspect(), Victim(21), explanation: "it is the router of 20 hosts");
        Assert.Equal([1102, 1601], _feeder.Alerts.Select(alert => alert.Finding.Detector.Sid));
    }

    [Fact]
    public void An_incident_about_an_address_goes_on_when_its_MAC_becomes_known()
    {
        Raise(LlmnrWpadAnswer.Info, Hosts.Of(0, V4, 1), Victim(20));
        var id = Book.Incidents[0].Id;
        _feeder.Arp(Mac, V4, default, V4);
        Raise(LlmnrWpadAnswer.Info, Suspect(), Victim(20));
        Raise(RoguePacServer.Info, Suspect(), Victim(20));

        var incident = Assert.Single(Book.Incidents);
        Assert.Equal((id, Suspect()), (incident.Id, incident.Suspect));
        Assert.Equal([2L, 1L], incident.Findings.Select(recorded => recorded.Count));
    }

    [Fact]
    public void Two_incidents_that_turn_out_to_be_one_host_are_joined_under_the_first_id()
    {
        Raise(RogueDhcpv6Dns.Info, Hosts.Of(0, V6, 1), Victim(20));
        Raise(NamePoisoner.Info, Suspect(), Victim(21));
        var (first, second) = (Book.Incidents[0].Id, Book.Incidents[1].Id);
        _feeder.Deliver(
            new Sighting { SourceMac = Mac, DestinationMac = MacAddress.Broadcast, Source = V6, Destination = V6, Protocol = 58 },
            (ref NeighborAdvertised fact, ObservationLog _) => (fact.Target, fact.TargetMac, fact.Override) = (V6, Mac, true));

        var incident = Assert.Single(Book.Incidents);
        Assert.Equal((first, Suspect()), (incident.Id, incident.Suspect));
        Assert.Equal([second], incident.JoinedIds);
        Assert.Equal(2, incident.Victims.Count);
        Assert.Equal(Confidence.Certain, incident.Confidence);
        Assert.Equal(1, Book.IncidentsJoined);
        Raise(RoguePacServer.Info, Suspect(), Victim(21));
        Assert.Equal(first, _feeder.Alerts[^1].Incident.Id);
    }

    [Fact]
    public void A_victim_known_by_address_and_by_MAC_is_one_victim()
    {
        var address = IpAddress.FromV4(0xC0A80114);
        Raise(LlmnrWpadAnswer.Info, Suspect(), Hosts.Of(0, address, 1));
        var seen = Hosts.Of(0, new MacAddress(0x0200_0000_0014), 1);
        Raise(RoguePacServer.Info, Suspect(), seen);
        _feeder.Arp(new MacAddress(0x0200_0000_0014), address, default, address);

        var victim = Assert.Single(Assert.Single(Book.Incidents).Victims);
        Assert.Equal((seen, Stage.Pac), (victim.Host, victim.Furthest));
        Assert.Equal(2, victim.Stages.Count);
    }

    private Host Suspect() => Hosts.Of(0, Mac, 1);

    private Host Victim(byte n) => Hosts.Of(0, Station.Number(n).Mac, 1);

    private void Raise(
        DetectorInfo info, Host suspect, Host victim, Confidence confidence = Confidence.Likely, string? explanation = null)
    {
        _frame++;
        var at = new Sighting { FrameNumber = _frame, Ordinal = _frame, TimestampNs = 1_000_000_000 * _frame };
        Book.Raise(new Finding
        {
            Detector = info,
            Severity = Severity.High,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = 1,
            At = at,
            Frames = [FrameReference.Of(in at)],
            Summary = "s",
            RefutedBy = "r",
            Explanation = explanation,
            NextSteps = [],
        });
    }
}
