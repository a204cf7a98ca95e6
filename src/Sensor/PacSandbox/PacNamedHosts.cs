using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>Makes questions of the hosts and patterns a script names: what it singles out, it names.</summary>
internal static class PacNamedHosts
{
    private const int Most = 48;

    /// <summary>The hosts of <paramref name="reading"/> that are neither its proxies nor asked about anyhow.</summary>
    public static IEnumerable<PacProbe> Of(PacReading reading, IEnumerable<PacProbe> asked)
    {
        var known = asked.Select(probe => probe.Host).Concat(reading.Proxies.Select(proxy => proxy.Host)).ToHashSet(StringComparer.Ordinal);
        return reading.Hosts.Select(Concrete).OfType<string>().Where(known.Add).Take(Most)
            .Select(host => new PacProbe(KindOf(host), "https", host));
    }

    // "update" in a name is no sign that it is one of the vendors'.
    private static PacProbeKind KindOf(string host) =>
        PacProbes.Classify(host) is var kind && kind != PacProbeKind.Update ? kind : PacProbeKind.Named;

    /// <summary>A host that the pattern matches: "*.bank.example" and ".bank.example" stand for www.bank.example.</summary>
    private static string? Concrete(string pattern)
    {
        var host = pattern.StartsWith("*.", StringComparison.Ordinal) ? $"www{pattern[1..]}" : pattern.StartsWith('.') ? $"www{pattern}"
            : pattern.StartsWith('*') ? $"www.{pattern[1..]}" : pattern;
        host = host.TrimEnd('*').Replace("*", "a", StringComparison.Ordinal).Replace('?', 'a').Trim('.');
        return host.Contains('.', StringComparison.Ordinal) && !host.Contains("..", StringComparison.Ordinal) ? host : null;
    }
}
