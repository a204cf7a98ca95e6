using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Incidents;

/// <summary>
/// A finding that is put into words when somebody reads them first. For detectors that find the same of thousands of victims: each is counted, few
/// are told of, and the words of one take more time and room than everything else of it. What may change later must be written down before.
/// </summary>
internal sealed record DeferredFinding : Finding
{
    private Func<FindingWords>? _say;
    private FindingWords? _words;

    /// <summary>A finding in the words of <paramref name="say"/>, which is called once at most. The other parameters are the properties of the name.</summary>
    [SetsRequiredMembers]
    public DeferredFinding(
        DetectorInfo detector, Severity severity, Confidence confidence, Host suspect, Host? victim, ulong subject, in Sighting at,
        ImmutableArray<FrameReference> frames, Func<FindingWords> say)
    {
        (Detector, Severity, Confidence) = (detector, severity, confidence);
        (Suspect, Victim, Subject) = (suspect, victim, subject);
        (At, Frames) = (at, frames);
        (Summary, RefutedBy) = ("", "");
        NextSteps = default;
        _say = say;
    }

    /// <inheritdoc/>
    private protected override FindingWords Words
    {
        get
        {
            if (_words is null)
                (_words, _say) = (_say!(), null);
            return _words;
        }
    }
}

/// <summary>The words of a finding, see <see cref="Finding"/>.</summary>
internal sealed record FindingWords(
    string Summary, string RefutedBy, ImmutableArray<string> NextSteps, ImmutableArray<KeyValuePair<string, string>> Metadata);
