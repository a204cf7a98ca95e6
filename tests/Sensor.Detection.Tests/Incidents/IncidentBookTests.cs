using System.Collections.Immutable;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Incidents;

public sealed class IncidentBookTests
{
    private readonly HostTable _hosts = new();
    private readonly IncidentBook _book = new(new SegmentTable());
    private readonly List<Alert> _alerts = [];
    private readonly List<Finding> _made = [];
    private long _frame;

    public IncidentBookTests()
    {
        _book.AlertRaised = _alerts.Add;
        _book.FindingMade = (_, finding) => _made.Add(finding);
    }

    [Fact]
    public void Alerts_for_new_incident_new_stage_and_new_victim_and_not_for_repeats()
    {
        Raise(LlmnrWpadAnswer.Info, victim: 10);
        Raise(LlmnrWpadAnswer.Info, victim: 10);
        Raise(LlmnrWpadAnswer.Info, victim: 11);
        Raise(LlmnrWpadAnswer.Info with { Id = "x", Sid = 1, Stage = Stage.Pac }, victim: 10);

        Assert.Equal([AlertReason.NewIncident, AlertReason.NewVictim, AlertReason.NewStage], _alerts.Select(alert => alert.Reason));
        var incident = Assert.Single(_book.Incidents);
        Assert.Equal(2, incident.Findings[0].Count);
        Assert.Equal([Stage.Pac, Stage.Lure], incident.Victims.Select(victim => victim.Furthest));
    }

    [Fact]
    public void Records_but_does_not_alert_below_the_thresholds()
    {
        Raise(LlmnrWpadAnswer.Info, Severity.Low, Confidence.Certain);
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Possible, subject: 2);

        Assert.Empty(_alerts);
        Assert.Equal(2, _made.Count);
    }

    [Fact]
    public void Alerts_what_is_bad_and_sure_after_what_was_only_one_of_both()
    {
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Likely);
        Raise(NamePoisoner.Info, Severity.Medium, Confidence.Certain);
        Raise(NamePoisoner.Info, Severity.Medium, Confidence.Likely, subject: 2);
        Assert.Equal(2, _alerts.Count);

        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Certain, subject: 3);
        Assert.Equal(AlertReason.NewStage, _alerts[^1].Reason);
        Assert.Equal(3, _alerts.Count);

        Raise(NamePoisoner.Info, Severity.High, Confidence.Certain, subject: 4);
        Assert.Equal(3, _alerts.Count);
    }

    [Fact]
    public void Takes_two_weak_signs_of_different_detectors_for_a_strong_one()
    {
        Raise(DnsAnswerRace.Info, Severity.Medium, Confidence.Possible);
        Raise(DnsAnswerRace.Info, Severity.Medium, Confidence.Possible, subject: 2);
        Assert.Empty(_alerts);

        Raise(NamePoisoner.Info, Severity.Medium, Confidence.Possible);

        Assert.Equal(Confidence.Likely, Assert.Single(_alerts).Finding.Confidence);
        Assert.Equal((Severity.Medium, Confidence.Likely), (_book.Incidents[0].Severity, _book.Incidents[0].Confidence));
    }

    [Fact]
    public void Rates_the_incident_by_its_surest_findings()
    {
        Raise(LlmnrWpadAnswer.Info, Severity.Critical, Confidence.Possible);
        Raise(LlmnrWpadAnswer.Info, Severity.Medium, Confidence.Certain, subject: 2);

        Assert.Equal((Severity.Medium, Confidence.Certain), (_book.Incidents[0].Severity, _book.Incidents[0].Confidence));
    }

    [Fact]
    public void Tells_again_when_a_known_finding_becomes_surer()
    {
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Likely, victim: 10);
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Certain, victim: 10);
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Likely, victim: 10);

        Assert.Equal(2, _alerts.Count);
        Assert.Equal(3, Assert.Single(_book.Incidents[0].Findings).Count);
    }

    [Fact]
    public void Keeps_exposure_out_of_the_incidents()
    {
        Raise(WpadNameLeak.Info, Severity.Critical, Confidence.Certain);

        Assert.Empty(_alerts);
        Assert.Empty(_book.Incidents);
        Assert.Null(_book.About(_made[0].Suspect.Id));
        Assert.Single(_book.Exposures);
    }

    [Fact]
    public void Gives_the_same_id_whatever_the_hosts_were_numbered()
    {
        Raise(LlmnrWpadAnswer.Info);
        var id = _book.Incidents[0].Id;
        var other = new IncidentBookTests { _frame = 0 };
        other._hosts.Of(0, new MacAddress(0x0200_0000_0099), 1);
        other.Raise(LlmnrWpadAnswer.Info);

        Assert.Equal(id, other._book.Incidents[0].Id);
        Assert.Matches("^[0-9a-f]{16}$", id);
    }

    [Fact]
    public void Lists_victims_up_to_its_bound_and_counts_the_rest()
    {
        for (var i = 0; i < IncidentBook.MaxVictims + 10; i++)
            Raise(LlmnrWpadAnswer.Info, victim: 100 + i);

        Assert.Equal(IncidentBook.MaxVictims, _book.Incidents[0].Victims.Count);
        Assert.Equal(10, _book.Incidents[0].VictimsNotListed);
        Assert.Equal(IncidentBook.MaxVictims, _alerts.Count);
    }

    [Fact]
    public void The_surest_finding_is_known_after_each_change_of_the_findings()
    {
        Raise(LlmnrWpadAnswer.Info, Severity.Medium, Confidence.Likely);
        var incident = Assert.Single(_book.Incidents);
        Assert.Equal(LlmnrWpadAnswer.Info, incident.Surest(Stage.Lure)?.Detector);
        Assert.Null(incident.Surest(Stage.Lure, LlmnrWpadAnswer.Info.Sid, LlmnrWpadAnswer.Info.Sid));

        Raise(NamePoisoner.Info, Severity.Medium, Confidence.Certain);
        Assert.Equal(NamePoisoner.Info, incident.Surest(Stage.Lure)?.Detector);
        Assert.Equal(NamePoisoner.Info, incident.Surest(Stage.Lure, LlmnrWpadAnswer.Info.Sid, LlmnrWpadAnswer.Info.Sid)?.Detector);

        // Worse, but less sure: what was the surest is no longer, since the finding is told as it escalated to.
        Raise(NamePoisoner.Info, Severity.High, Confidence.Likely);
        Assert.Equal(LlmnrWpadAnswer.Info, incident.Surest(Stage.Lure)?.Detector);

        // As sure, and earlier in the list once it escalates.
        Raise(NamePoisoner.Info, Severity.High, Confidence.Certain, subject: 2);
        Raise(LlmnrWpadAnswer.Info, Severity.High, Confidence.Certain);
        Assert.Equal(LlmnrWpadAnswer.Info, incident.Surest(Stage.Credentials)?.Detector);
    }

    private void Raise(
        DetectorInfo info, Severity severity = Severity.High, Confidence confidence = Confidence.Likely, int victim = 0, ulong subject = 1)
    {
        _frame++;
        var at = new Sighting { FrameNumber = _frame, TimestampNs = 1_000_000_000 * _frame };
        _book.Raise(new Finding
        {
            Detector = info,
            Severity = severity,
            Confidence = confidence,
            Suspect = _hosts.Of(0, new MacAddress(0x0200_0000_0066), at.TimestampNs),
            Victim = victim == 0 ? null : _hosts.Of(0, new MacAddress(0x0400_0000_0000UL + (ulong)victim), at.TimestampNs),
            Subject = subject,
            At = at,
            Frames = ImmutableArray.Create(FrameReference.Of(in at)),
            Summary = "s",
            RefutedBy = "r",
            NextSteps = [],
        });
    }
}
