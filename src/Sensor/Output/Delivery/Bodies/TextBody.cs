using System.Text;
using Sensor.Detection.Incidents;
using Sensor.Output.Formats;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>An alert as one line for people: what happened first, then who, how sure, and what to do. Nothing from the wire can end the line.</summary>
internal static class TextBody
{
    private const string Separator = " | ";

    /// <summary>The line.</summary>
    public static string Of(FindingRecord record)
    {
        var finding = record.Finding;
        var text = new StringBuilder(512);
        text.Append(Begin(finding.Severity, finding.Detector.Id)).Append(finding.Summary);
        text.Append(Separator).Append("suspect: ").Append(HostText.Whole(finding.Suspect));
        if (finding.Victim is { } victim)
            text.Append(Separator).Append("victim: ").Append(HostText.Whole(victim));
        text.Append(Separator).Append(Words.Of(finding.Confidence)).Append(", incident ").Append(record.Incident.Id)
            .Append(", id ").Append(record.Id).Append(", ").Append(PacketTime.Iso(finding.At.TimestampNs)).Append(", ")
            .Append(record.File).Append(' ').Append(FrameList.Of(finding.Frames, record.Run, nameFiles: false));
        if (finding.Explanation is { } explanation)
            text.Append(Separator).Append("harmless? ").Append(explanation);
        text.Append(Separator).Append("not so if: ").Append(finding.RefutedBy);
        if (!finding.NextSteps.IsEmpty)
            text.Append(Separator).Append("next: ").AppendJoin("; ", finding.NextSteps);
        return TextPage.Printable(text.ToString());
    }

    /// <summary>How every text begins: "HIGH rogue-pac-server: ".</summary>
    public static string Begin(Severity severity, string kind) => $"{Words.Of(severity).ToUpperInvariant()} {kind}: ";
}
