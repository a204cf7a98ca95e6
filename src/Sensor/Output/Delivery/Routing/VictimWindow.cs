using System.Globalization;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery.Bodies;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Routing;

/// <summary>What a target was told about the victims of one incident in one window, and how many were only counted.</summary>
internal sealed record VictimWindow
{
    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>The incident.</summary>
    public required string IncidentId { get; init; }

    /// <summary>Packet time of the first victim.</summary>
    public required long StartNs { get; set; }

    /// <summary>Alerts told.</summary>
    public int Told { get; set; }

    /// <summary>Victims counted.</summary>
    public int Counted { get; set; }

    /// <summary>Packet time of the first counted one.</summary>
    public long FirstNs { get; set; }

    /// <summary>Packet time of the last counted one.</summary>
    public long LastNs { get; set; }

    /// <summary>The worst that was counted.</summary>
    public Severity Severity { get; set; }

    /// <summary>The detector of the first counted finding.</summary>
    public string Detector { get; set; } = "";

    /// <summary>Who did it.</summary>
    public string Suspect { get; set; } = "";

    /// <summary>"and 312 more victims".</summary>
    public Notice ToNotice()
    {
        var count = SummaryLine.Count(Counted, "more victim");
        return new Notice
        {
            Type = "summary",
            Kind = Detector,
            MessageId = NameUuid.Of(NameUuid.Own, string.Create(
                CultureInfo.InvariantCulture, $"summary|{Target}|{IncidentId}|{StartNs}|{LastNs}|{Counted}")),
            IncidentId = IncidentId,
            TimestampNs = LastNs,
            Severity = Severity,
            Title = "Further victims of an incident",
            Summary = $"and {count} of {Suspect} between {PacketTime.Whole(FirstNs)} and {PacketTime.Whole(LastNs)} UTC",
            NextStep = "Ask the store for all of them: sensor incidents " + IncidentId,
            Fields =
            [
                new("more_victims", Counted.ToString(CultureInfo.InvariantCulture)), new("suspect", Suspect),
                new("first_seen", PacketTime.Eve(FirstNs)), new("last_seen", PacketTime.Eve(LastNs)),
            ],
        };
    }
}
