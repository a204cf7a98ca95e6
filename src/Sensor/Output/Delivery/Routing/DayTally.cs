using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Routing;

/// <summary>What a target's day held: counted by detector, severity and incident.</summary>
internal sealed class DayTally
{
    /// <summary>Incidents listed; a day with more is summed up by its detectors.</summary>
    public const int MaxIncidents = 32;

    /// <summary>Since when, nanoseconds since 1970 UTC.</summary>
    public required long StartNs { get; set; }

    /// <summary>By <see cref="Severity"/>.</summary>
    public long[] BySeverity { get; init; } = new long[Words.Severities.Length];

    /// <summary>By detector.</summary>
    public SortedDictionary<string, long> ByDetector { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The incidents, in the order they were met.</summary>
    public List<TalliedIncident> Incidents { get; init; } = [];

    /// <summary>Counted by no incident, because the list was full.</summary>
    public long Unlisted { get; set; }

    /// <summary>Suppressed ones.</summary>
    public long Suppressed { get; set; }

    /// <summary>Alerts and findings counted.</summary>
    public long Total => BySeverity.Sum();

    /// <summary>Counts one.</summary>
    public void Count(Incident incident, Finding finding, bool isSuppressed, RouterState state)
    {
        state.Touch();
        if (isSuppressed)
        {
            Suppressed++;
            return;
        }
        BySeverity[(int)finding.Severity]++;
        ByDetector[finding.Detector.Id] = ByDetector.GetValueOrDefault(finding.Detector.Id) + 1;
        var known = Incidents.Find(tallied => tallied.Id == incident.Id);
        if (known is null && Incidents.Count >= MaxIncidents)
        {
            Unlisted++;
            return;
        }
        if (known is null)
            Incidents.Add(known = new TalliedIncident(incident.Id));
        known.Severity = (Severity)Math.Max((byte)known.Severity, (byte)finding.Severity);
        known.Suspect = HostText.Short(incident.Suspect);
        known.Victims = incident.Victims.Count + incident.VictimsNotListed;
        known.Count++;
    }

    /// <summary>
    /// When the time of day has come since the tally began: what was counted, and counting begins anew; else null. After a day that nobody
    /// was there to end, the tally is taken late rather than not at all.
    /// </summary>
    public DayTally? TakeIfDue(long nowNs, TimeSpan at, RouterState state)
    {
        if (nowNs < StartNs)
            StartNs = nowNs;                                     // the clock was set back
        if (nowNs < DueAfter(StartNs, at))
            return null;
        var taken = new DayTally
        {
            StartNs = StartNs,
            BySeverity = [.. BySeverity],
            ByDetector = new(ByDetector, StringComparer.Ordinal),
            Incidents = [.. Incidents],
            Unlisted = Unlisted,
            Suppressed = Suppressed,
        };
        Clear(nowNs);
        state.Touch();
        return taken;
    }

    /// <summary>The first instant after <paramref name="startNs"/> with time of day <paramref name="at"/>, UTC.</summary>
    public static long DueAfter(long startNs, TimeSpan at)
    {
        const long Day = 86_400_000_000_000;
        var sinceAt = (startNs - (at.Ticks * 100)) % Day;
        return startNs + Day - (sinceAt < 0 ? sinceAt + Day : sinceAt);
    }

    private void Clear(long nowNs)
    {
        StartNs = nowNs;
        Array.Clear(BySeverity);
        ByDetector.Clear();
        Incidents.Clear();
        (Unlisted, Suppressed) = (0, 0);
    }
}

/// <summary>An incident of the day.</summary>
internal sealed class TalliedIncident(string id)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>The worst told.</summary>
    public Severity Severity { get; set; }

    /// <summary>Who did it.</summary>
    public string Suspect { get; set; } = "";

    /// <summary>Victims it had in all when it was last told of.</summary>
    public long Victims { get; set; }

    /// <summary>Alerts of the day.</summary>
    public long Count { get; set; }
}
