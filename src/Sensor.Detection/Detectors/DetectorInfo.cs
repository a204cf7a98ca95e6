using System.Collections.Immutable;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>
/// A detector's identity and its documentation block: `sensor explain` and docs/detectors.md are made from this, so it is written for the
/// analyst at three in the morning: plain sentences.
/// </summary>
public sealed record DetectorInfo
{
    /// <summary>The name users meet everywhere, e.g. "llmnr-wpad-answer". Never changes once shipped.</summary>
    public required string Id { get; init; }

    /// <summary>The stable number for formats that want one.</summary>
    public required int Sid { get; init; }

    /// <summary>Default severity.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The stage of the attack a finding belongs to.</summary>
    public required Stage Stage { get; init; }

    /// <summary>ATT&amp;CK techniques, e.g. "T1557.001".</summary>
    public required ImmutableArray<string> Techniques { get; init; }

    /// <summary>One line: what is seen. The EVE signature text.</summary>
    public required string Title { get; init; }

    /// <summary>Whether its findings sum up those of other detectors: among equals they are told first.</summary>
    public bool IsSum { get; init; }

    /// <summary>The attack.</summary>
    public required string Attack { get; init; }

    /// <summary>What the sensor looks at, and what makes it suspicious.</summary>
    public required string Seen { get; init; }

    /// <summary>Known benign causes and how they are told apart.</summary>
    public required string Benign { get; init; }

    /// <summary>What it cannot see: blind spots and costs.</summary>
    public required string Limits { get; init; }

    /// <summary>How to verify a finding.</summary>
    public required string Verify { get; init; }

    /// <summary>How to stop the attack and close the hole.</summary>
    public required string Stop { get; init; }

    /// <summary>RFCs, CVEs, articles.</summary>
    public required ImmutableArray<string> References { get; init; }
}
