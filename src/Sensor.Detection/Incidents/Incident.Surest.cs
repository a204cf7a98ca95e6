namespace Sensor.Detection.Incidents;

/// <content>
/// What makes its suspect one to other detectors. Asked with nearly every fact that concerns a suspect, while findings are added seldom: what was found
/// out is kept until they change.
/// </content>
public sealed partial class Incident
{
    private Dictionary<(Stage Last, int FirstOwn, int LastOwn), Finding?>? _surestFindings;

    /// <summary>
    /// The surest finding, of several the first made, of stages from the lure up to <paramref name="last"/> that is grave and sure enough to count, those
    /// of the detectors from <paramref name="firstOwn"/> to <paramref name="lastOwn"/> left out: no detector proves itself. Null when there is none.
    /// </summary>
    internal Finding? Surest(Stage last, int firstOwn = 0, int lastOwn = 0)
    {
        _surestFindings ??= [];
        if (!_surestFindings.TryGetValue((last, firstOwn, lastOwn), out var surest))
            _surestFindings.Add((last, firstOwn, lastOwn), surest = FindSurest(last, firstOwn, lastOwn));
        return surest;
    }

    /// <summary>A finding was added, replaced or taken away.</summary>
    internal void FindingsChanged() => _surestFindings?.Clear();

    private Finding? FindSurest(Stage last, int firstOwn, int lastOwn)
    {
        Finding? surest = null;
        foreach (var recorded in FindingList)
        {
            var finding = recorded.Finding;
            var isOwn = finding.Detector.Sid >= firstOwn && finding.Detector.Sid <= lastOwn;
            if (finding.Counts && finding.Detector.Stage <= last && !isOwn && (surest is null || finding.Confidence > surest.Confidence))
                surest = finding;
        }
        return surest;
    }
}
