using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>One suspicious fact with its evidence.</summary>
public record Finding
{
    // Empty: not said here, see DeferredFinding.
    private readonly string _summary = "", _refutedBy = "";
    private readonly ImmutableArray<string> _nextSteps;
    private readonly ImmutableArray<KeyValuePair<string, string>> _metadata;

    /// <summary>The detector that found it.</summary>
    public required DetectorInfo Detector { get; init; }

    /// <summary>Severity: the detector's default or what it knows better.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Confidence.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>The host that did it. For exposure the exposed host itself.</summary>
    public required Host Suspect { get; init; }

    /// <summary>The host it was done to, where one is known.</summary>
    public Host? Victim { get; init; }

    /// <summary>Stable hash of the subject, see <see cref="FindingKey"/>.</summary>
    public required ulong Subject { get; init; }

    /// <summary>The packet that raised it.</summary>
    public required Sighting At { get; init; }

    /// <summary>All frames that prove it, in order, the alerting one included.</summary>
    public required ImmutableArray<FrameReference> Frames { get; init; }

    /// <summary>What happened, one plain sentence with the addresses and names in it.</summary>
    public required string Summary { get => _summary.Length > 0 ? _summary : Words?.Summary ?? ""; init => _summary = value; }

    /// <summary>What would show that this is harmless.</summary>
    public required string RefutedBy { get => _refutedBy.Length > 0 ? _refutedBy : Words?.RefutedBy ?? ""; init => _refutedBy = value; }

    /// <summary>
    /// A harmless explanation that the network itself supports, as a sentence; null when there is none. It lowers "likely" to "possible"
    /// while no sign of another kind speaks against it.
    /// </summary>
    public string? Explanation { get; init; }

    /// <summary>What to do next, most urgent first.</summary>
    public required ImmutableArray<string> NextSteps
    {
        get => _nextSteps.IsDefault ? Words?.NextSteps ?? [] : _nextSteps;
        init => _nextSteps = value;
    }

    /// <summary>Further facts as name and value, e.g. ("wpad_url", "http://…"). Names are lower_snake_case.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Metadata
    {
        get => _metadata.IsDefault ? Words?.Metadata ?? [] : _metadata;
        init => _metadata = value;
    }

    /// <summary>Whether it is grave and sure enough to make its suspect one to other detectors.</summary>
    internal bool Counts => Severity >= Severity.Medium && Confidence >= Confidence.Likely && Detector.Stage != Stage.Exposure;

    /// <summary>The key under which repeats are counted.</summary>
    public FindingKey Key => new(Detector.Sid, Suspect.Id, Victim?.Id ?? 0, Subject);

    /// <summary>The words of a finding that is put into words late; null where they were given when it was made.</summary>
    private protected virtual FindingWords? Words => null;
}
