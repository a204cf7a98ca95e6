using System.Globalization;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Baselines;

/// <summary>
/// Decides what of the learned may be trusted. Incidents that were alerts refuse everything their suspects said, whenever they said it, and leave
/// open what was seen only while they lasted; weaker findings leave open what few attest. See docs/BASELINE.md.
/// </summary>
internal sealed class BaselineJudge
{
    /// <summary>From so many different clients on a thing is hardly one client's private trouble.</summary>
    public const int FewClients = 3;

    /// <summary>From so many clients, or so many sights over an hour, it is sure.</summary>
    private const int ManyClients = 8, ManySights = 20;

    private readonly DetectionContext _context;
    private readonly long _firstNs, _lastNs;
    private readonly List<Incident> _attacks;

    public BaselineJudge(DetectionContext context, long firstNs, long lastNs)
    {
        (_context, _firstNs, _lastNs) = (context, firstNs, lastNs);
        _attacks = [.. context.Incidents.Incidents.Where(static incident => incident.JoinedInto is null && IsAttack(incident))];
    }

    public LearnedBaseline Judge(BaselineTable table) => new(
        [.. table.InOrder().Select(Judge)],
        [
            .. _attacks.OrderBy(static incident => incident.FirstSeenNs).ThenBy(static incident => incident.Id, StringComparer.Ordinal)
                .Select(static incident => new LearnedAttack(
                    incident.Suspect.ToString(), [.. incident.Findings.Select(static recorded => recorded.Finding.Detector.Id).Distinct()],
                    incident.Severity, incident.Confidence, incident.FirstSeenNs)),
        ],
        _firstNs, _lastNs);

    private static bool IsAttack(Incident incident) => incident is { Severity: >= Severity.Medium, Confidence: >= Confidence.Likely };

    private LearnedEntry Judge(BaselineEntry entry)
    {
        var (standing, reason) = Standing(entry);
        var doubt = reason.Length > 0 ? reason : Doubt(entry);
        return new LearnedEntry
        {
            Kind = entry.Kind,
            Vlan = entry.Vlan,
            Key = entry.Key,
            Value = entry.Value,
            FirstSeenNs = entry.FirstSeenNs,
            LastSeenNs = entry.LastSeenNs,
            Count = entry.Count,
            Clients = entry.Clients,
            Standing = standing,
            Sureness = doubt.Length > 0 ? BaselineSureness.Doubtful : IsSure(entry) ? BaselineSureness.Sure : BaselineSureness.Fair,
            Doubt = doubt,
        };
    }

    private (BaselineStanding Standing, string Reason) Standing(BaselineEntry entry)
    {
        var target = entry.LeadsTo == default ? null : _context.Hosts.Find(entry.Segment, entry.LeadsTo);
        if (target is not null && About(target) is { } there && IsAttack(there))
            return (BaselineStanding.Refused, $"it leads to {Named(there)}");
        if (entry.Sources.All(source => About(source) is { } incident && IsAttack(incident)))
            return (BaselineStanding.Refused, $"it comes from {Named(About(entry.Sources[0])!)}");
        if (entry.Kind == BaselineKind.Proxy && _context.Proxies.Find(entry.Segment, entry.LeadsTo) is { } proxy
            && _context.Proxies.Behind(proxy) is { } behind)
            return (BaselineStanding.Refused, $"clients were sent there by {behind.Host}, which is suspected of luring them");
        if (_attacks.Find(attack => IsOnlyDuring(entry, attack)) is { } during)
            return (BaselineStanding.Undecided, $"it was seen only while the incident about {during.Suspect} lasted");
        return Weak(entry, target) is { } weak ? (BaselineStanding.Undecided, weak) : (BaselineStanding.Trusted, "");
    }

    // A finding below the threshold of alerts is what the site's own looks like at first sight. Many clients outweigh it unless it is a grave one.
    private string? Weak(BaselineEntry entry, Host? target)
    {
        foreach (var host in target is null ? entry.Sources : entry.Sources.Append(target))
        {
            if (About(host) is not { } incident)
                continue;
            var isGrave = incident.Severity >= Severity.Medium;
            if (isGrave || (entry.Clients > 0 && entry.Clients < FewClients))
                return $"a finding below the threshold of alerts speaks against {incident.Suspect}: {Signs(incident)}";
        }
        return null;
    }

    private bool IsOnlyDuring(BaselineEntry entry, Incident attack) =>
        VlanOf(attack.Suspect) == entry.Vlan && entry.FirstSeenNs >= attack.FirstSeenNs && entry.LastSeenNs <= attack.LastSeenNs;

    private string Doubt(BaselineEntry entry)
    {
        var span = Span(_lastNs - _firstNs);
        if (entry.Clients is > 0 and < FewClients)
            return string.Create(CultureInfo.InvariantCulture, $"only {entry.Clients} client{(entry.Clients == 1 ? "" : "s")} in {span}");
        if (entry.Clients == 0 && entry.Count < FewClients)
            return entry.Count == 1 ? $"seen only once in {span}" : string.Create(CultureInfo.InvariantCulture, $"seen only {entry.Count} times in {span}");
        var late = _lastNs - (_lastNs - _firstNs) / 4;
        if (_lastNs - _firstNs >= Detectors.Span.Minute * 60 && entry.FirstSeenNs > late)
            return $"it appeared only {Span(_lastNs - entry.FirstSeenNs)} before the end of {span}";
        return "";
    }

    private static bool IsSure(BaselineEntry entry) =>
        entry.Clients >= ManyClients || (entry.Count >= ManySights && entry.LastSeenNs - entry.FirstSeenNs >= Detectors.Span.Minute * 60);

    private Incident? About(Host host) => _context.Incidents.About(host);

    private static string Named(Incident incident) => $"{incident.Suspect}: {Signs(incident)}";

    private static string Signs(Incident incident) =>
        string.Join(", ", incident.Findings.Select(static recorded => recorded.Finding.Detector.Id).Distinct())
        + $" ({incident.Severity.ToString().ToLowerInvariant()}, {incident.Confidence.ToString().ToLowerInvariant()})";

    private ushort VlanOf(Host host) => _context.Segments.Describe(host.Segment).InnermostVlan;

    /// <summary>A span as people say it, in one unit.</summary>
    private static string Span(long ns)
    {
        const long Second = 1_000_000_000;
        var (count, unit) = ns switch
        {
            < 2 * 60 * Second => (ns / Second, "second"),
            < 2 * 3600 * Second => (ns / (60 * Second), "minute"),
            < 2 * 86_400 * Second => (ns / (3600 * Second), "hour"),
            _ => (ns / (86_400 * Second), "day"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}");
    }
}
