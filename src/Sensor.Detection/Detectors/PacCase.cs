using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>
/// A PAC that was served by a host nobody trusts, and what the detectors of its behaviour ask about it. Borrows the observation.
/// </summary>
internal readonly ref struct PacCase
{
    private static readonly PacServerVerdict ForeignProxies = new(
        Confidence.Likely, "the server is trusted, but the operator lists the proxies and this is none of them", false, default);

    private readonly DetectionContext _context;
    private readonly PacExchange _exchange;

    private PacCase(DetectionContext context, PacExchange exchange, PacStudy study, Host server, PacServerVerdict verdict)
    {
        _context = context;
        _exchange = exchange;
        Study = study;
        Server = server;
        Verdict = verdict;
        Victim = context.Hosts.ReceiverOf(exchange.At);
        var segment = exchange.At.Segment;
        Table = new PacTable(study.Evaluation, proxy => IsTrusted(context, segment, proxy), context.Updates.Catalog);
    }

    /// <summary>What the file does for this client.</summary>
    public PacStudy Study { get; }

    /// <summary>Who served it.</summary>
    public Host Server { get; }

    /// <summary>Who fetched it.</summary>
    public Host? Victim { get; }

    /// <summary>What is known about the server.</summary>
    public PacServerVerdict Verdict { get; }

    /// <summary>What its decisions amount to.</summary>
    public PacTable Table { get; }

    /// <summary>The file as served.</summary>
    public ReadOnlySpan<byte> Body => _exchange.Body;

    /// <summary>"http://wpad/wpad.dat, served by 10.0.0.66 (…) to 10.0.0.7,".</summary>
    public string Subject =>
        $"{_exchange.Url}, served by {Wording.Pair(_exchange.At.Source, _exchange.At.SourceMac)} to {_exchange.At.Destination},";

    /// <summary>
    /// The PAC in <paramref name="seen"/>; false when there is none, it was not evaluated, or its server, URL or content is trusted. With
    /// <paramref name="orForeignProxies"/> a trusted server is no excuse where the operator lists the proxies as well: then none but those is meant.
    /// </summary>
    public static bool TryOpen(
        DetectionContext context, PacServerJudge judge, in Observed<HttpAnswered> seen, out PacCase found, bool orForeignProxies = false)
    {
        found = default;
        if (context.Pacs.Current is not { Evaluation.Outcome: not PacOutcome.Unavailable } study)
            return false;
        var exchange = new PacExchange(in seen);
        var server = context.Hosts.SenderOf(seen.At);
        var isTrusted = judge.IsTrusted(in exchange, study.File.Fingerprint);
        if (isTrusted && (!orForeignProxies || !context.Trust.KnowsProxies(context.VlanOf(seen.At.Segment))
            || context.Trust.IsPacHash(Convert.FromHexString(study.File.Fingerprint.Sha256))))
            return false;
        found = new PacCase(context, exchange, study, server, isTrusted ? ForeignProxies : judge.Judge(server, in exchange));
        return true;
    }

    /// <summary>
    /// Severity and confidence by who served the file: a luring host's file is what it looks like; about a host nothing is known of, the
    /// file has to speak for itself (<paramref name="byItself"/>).
    /// </summary>
    public (Severity Severity, Confidence Confidence) Rate(Severity severity, (Severity Severity, Confidence Confidence) byItself) =>
        Verdict.Confidence == Confidence.Certain ? (severity, Confidence.Certain)
        : Verdict.Confidence == Confidence.Likely ? (Verdict.Lured ? severity : Lesser(severity, Severity.High), Confidence.Likely)
        : byItself;

    /// <summary>Whether <paramref name="proxy"/> is the host that served the file, by address or by a name seen to resolve to it.</summary>
    public bool IsServer(PacProxy proxy)
    {
        var source = _exchange.At.Source;
        return IpAddress.TryParse(proxy.Host, out var address) ? address == source
            : _context.Pacs.Names.Resolve(_exchange.At.Segment, proxy.Host).Contains(source);
    }

    /// <summary>Records the finding, or counts it where it is known.</summary>
    public void Raise(
        DetectorInfo info, (Severity Severity, Confidence Confidence) rating, string summary, string refutedBy, ImmutableArray<string> next,
        params ReadOnlySpan<KeyValuePair<string, string>> metadata)
    {
        var subject = Study.File.Fingerprint.WithoutBlanks;
        var key = new FindingKey(info.Sid, Server.Id, Victim?.Id ?? 0, subject);
        if (_context.Incidents.CountRepeat(key, rating.Severity, rating.Confidence, _exchange.At))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = info,
            Severity = rating.Severity,
            Confidence = rating.Confidence,
            Suspect = Server,
            Victim = Victim,
            Subject = subject,
            At = _exchange.At,
            Frames = Judgement.InOrder([Verdict.Because, .. _exchange.Frames]),
            Summary = $"{summary}{(Verdict.Confidence >= Confidence.Likely ? $"; {Verdict.Reason}" : "")}.",
            RefutedBy = refutedBy,
            NextSteps = next,
            Metadata =
            [
                new("pac_url", _exchange.Url), new("pac_sha256", Study.File.Fingerprint.Sha256),
                new("pac_evaluation", PacRisks.Describe(Study.Evaluation)), .. metadata,
            ],
        });
    }

    /// <summary>Hosts for a sentence: the first three, and how many more.</summary>
    public static string Some(IEnumerable<string> hosts)
    {
        var all = hosts.Distinct(StringComparer.Ordinal).Select(Names.WireText.Printable).ToList();
        return string.Join(", ", all.Take(3)) + (all.Count > 3 ? $" and {(all.Count - 3).Text()} more" : "");
    }

    private static Severity Lesser(Severity a, Severity b) => (Severity)Math.Min((byte)a, (byte)b);

    private static bool IsTrusted(DetectionContext context, int segment, PacProxy proxy)
    {
        var vlan = context.VlanOf(segment);
        if (IpAddress.TryParse(proxy.Host, out var address))
            return context.Trust.IsProxy(vlan, address);
        if (context.Trust.IsProxyName(vlan, Encoding.ASCII.GetBytes(proxy.Host)))
            return true;
        foreach (var resolved in context.Pacs.Names.Resolve(segment, proxy.Host))
        {
            if (context.Trust.IsProxy(vlan, resolved))
                return true;
        }
        return false;
    }
}
