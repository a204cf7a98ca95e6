namespace Sensor.Detection.Pac;

/// <summary>Reads from the names a script looked up while it ran whether it sends out by DNS what it is asked about.</summary>
public static class PacLookUps
{
    /// <summary>Names under one domain that carry what was asked: fewer may be chance.</summary>
    private const int Telling = 5;

    /// <summary>
    /// The domain to which at least five looked-up names carry whole URLs ("https" and the host); null when there is none.
    /// </summary>
    public static string? LeaksTo(PacEvaluation evaluation)
    {
        var asked = evaluation.Decisions.Select(decision => decision.Probe).DistinctBy(probe => probe.Host).ToList();
        var carrying = evaluation.LookedUp.Where(name => asked.Exists(probe => Carries(name, probe)));
        return carrying.GroupBy(Domain, StringComparer.Ordinal).FirstOrDefault(group => group.Count() >= Telling)?.Key;
    }

    private static bool Carries(string name, in PacProbe probe)
    {
        if (name.Length <= probe.Host.Length || !name.Contains("http", StringComparison.OrdinalIgnoreCase))
            return false;
        // Dots are rewritten by those who make one label of a URL: the longest label of the host is looked for.
        var label = probe.Host.Split('.').MaxBy(static part => part.Length)!;
        return label.Length >= 4 && name.Contains(label, StringComparison.OrdinalIgnoreCase);
    }

    private static string Domain(string name)
    {
        var labels = name.TrimEnd('.').Split('.');
        return string.Join('.', labels[Math.Max(0, labels.Length - 2)..]);
    }
}
