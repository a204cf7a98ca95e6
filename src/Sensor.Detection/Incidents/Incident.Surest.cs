using System.Runtime.InteropServices;

namespace Sensor.Detection.Incidents;

/// <content>
/// What makes its suspect one to other detectors. Asked with nearly every fact that concerns a suspect, while an incident may have thousands of findings:
/// what was found out is kept.
/// </content>
public sealed partial class Incident
{
    // A handful: what detectors ask, which differs by their own numbers.
    private readonly List<SurestOf> _surestOf = new(0);

    /// <summary>
    /// The surest finding, of several the first made, of stages from the lure up to <paramref name="last"/> that is grave and sure enough to count, those
    /// of the detectors from <paramref name="firstOwn"/> to <paramref name="lastOwn"/> left out: no detector proves itself. Null when there is none.
    /// </summary>
    internal Finding? Surest(Stage last, int firstOwn = 0, int lastOwn = 0)
    {
        foreach (ref readonly var known in CollectionsMarshal.AsSpan(_surestOf))
        {
            if (known.Last == last && known.FirstOwn == firstOwn && known.LastOwn == lastOwn)
                return known.Finding;
        }
        var surest = new SurestOf(last, firstOwn, lastOwn);
        foreach (var recorded in FindingList)
            surest.Consider(recorded.Finding);
        _surestOf.Add(surest);
        return surest.Finding;
    }

    /// <summary>A finding was added behind all others.</summary>
    internal void Add(RecordedFinding recorded)
    {
        FindingList.Add(recorded);
        foreach (ref var known in CollectionsMarshal.AsSpan(_surestOf))
            known.Consider(recorded.Finding);
    }

    /// <summary>Findings were replaced, joined or taken away.</summary>
    internal void FindingsChanged() => _surestOf.Clear();

    private struct SurestOf(Stage last, int firstOwn, int lastOwn)
    {
        public readonly Stage Last = last;
        public readonly int FirstOwn = firstOwn, LastOwn = lastOwn;

        public Finding? Finding { get; private set; }

        public void Consider(Finding finding)
        {
            var isOwn = finding.Detector.Sid >= FirstOwn && finding.Detector.Sid <= LastOwn;
            if (finding.Counts && finding.Detector.Stage <= Last && !isOwn && (Finding is null || finding.Confidence > Finding.Confidence))
                Finding = finding;
        }
    }
}
