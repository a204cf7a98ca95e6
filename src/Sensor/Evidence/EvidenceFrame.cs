using Sensor.Core.Frames;
using Sensor.Detection.Incidents;

namespace Sensor.Evidence;

/// <summary>Why a frame belongs to an incident.</summary>
/// <param name="Finding">The finding it proves, or whose connection it is part of.</param>
/// <param name="Role">Its part in it.</param>
internal readonly record struct EvidenceNote(Finding Finding, EvidenceRole Role);

/// <summary>What a frame is to a finding.</summary>
internal enum EvidenceRole : byte
{
    /// <summary>One of the frames that prove it.</summary>
    Proof,

    /// <summary>The frame that raised it.</summary>
    Trigger,

    /// <summary>Another frame of the same connection.</summary>
    Context,
}

/// <summary>A frame of an incident: its octets, with secrets masked, and why it is here.</summary>
/// <param name="Ordinal">Its place on the timeline, from 0.</param>
/// <param name="Record">What the capture says about it; <see cref="FrameRecord.Offset"/> means nothing.</param>
/// <param name="Octets">The captured octets.</param>
/// <param name="IsMasked">Whether something in them was masked, see <see cref="SecretMask"/>.</param>
internal sealed record EvidenceFrame(long Ordinal, FrameRecord Record, byte[] Octets, bool IsMasked)
{
    /// <summary>Why it is here; at least one, in the order of the findings.</summary>
    public List<EvidenceNote> Notes { get; } = [];

    /// <summary>The same frame for another incident, with no notes yet.</summary>
    public EvidenceFrame WithoutNotes() => new(Ordinal, Record, Octets, IsMasked);
}

/// <summary>An incident and all frames that belong to it, in the order of the timeline.</summary>
internal sealed class IncidentEvidence(Incident incident)
{
    /// <summary>The incident.</summary>
    public Incident Incident { get; } = incident;

    /// <summary>Its frames by their place on the timeline.</summary>
    public SortedDictionary<long, EvidenceFrame> Frames { get; } = [];

    /// <summary>Frames that prove a finding and were not met again.</summary>
    public int Missing { get; set; }

    /// <summary>Frames of its connections beyond the bounds.</summary>
    public long LeftOut { get; set; }
}
