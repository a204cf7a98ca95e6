using System.Collections.Immutable;
using Sensor.Core.Wire;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Pac;

/// <summary>Hosts of one kind that a script treats apart from the bulk.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Hosts">Which.</param>
/// <param name="Proxy">Where they are sent.</param>
public sealed record PacSingledOut(PacProbeKind Kind, ImmutableArray<string> Hosts, PacProxy Proxy);

/// <summary>
/// What the decisions of a script amount to: where everything goes, what is singled out, where updates go. A client goes to the first entry
/// of
/// an answer, so that one counts; Windows' own answer counts as much as the browsers'.
/// </summary>
public sealed class PacTable
{
    /// <summary>"All or nearly all" of the public probes.</summary>
    private const double NearlyAll = 0.9;

    /// <summary>A proxy that gets more of the ordinary hosts than this is a way for everything, not for those singled out.</summary>
    private const double HardlyAny = 0.1;

    private readonly Func<PacProxy, bool> _isTrusted;
    private readonly UpdateCatalog _catalog;
    private readonly ImmutableArray<PacDecision> _ordinary;

    /// <summary>
    /// Sums up <paramref name="evaluation"/>; proxies that <paramref name="isTrusted"/> says yes to divert nothing. Update hosts are those
    /// of <paramref name="catalog"/>, by default of the built-in one.
    /// </summary>
    public PacTable(PacEvaluation evaluation, Func<PacProxy, bool> isTrusted, UpdateCatalog? catalog = null)
    {
        _isTrusted = isTrusted;
        _catalog = catalog ?? UpdateCatalog.BuiltIn;
        Decisions = evaluation.Decisions;
        _ordinary = [.. Decisions.Where(decision => decision.Probe.Kind == PacProbeKind.Ordinary)];
        Everything = Main(Decisions.Where(decision =>
            decision.Probe.Kind is PacProbeKind.Ordinary or PacProbeKind.Bank or PacProbeKind.SignOn or PacProbeKind.Mail));
        DivertedUpdates = [.. Decisions.Where(decision => KindOf(decision) == PacProbeKind.Update && Diverts(decision) is not null)];
        UpdatesApart = [.. DivertedUpdates.Where(decision => IsApart(Diverts(decision)!.Value))];
        SingledOut = [.. new[] { PacProbeKind.Bank, PacProbeKind.SignOn, PacProbeKind.Mail }.Select(Apart).OfType<PacSingledOut>()];
    }

    /// <summary>A decision for each probe.</summary>
    public ImmutableArray<PacDecision> Decisions { get; }

    /// <summary>The proxy, not trusted, to which all or nearly all public hosts are sent; null when there is none.</summary>
    public PacProxy? Everything { get; }

    /// <summary>Update hosts sent to a proxy that is not trusted.</summary>
    public ImmutableArray<PacDecision> DivertedUpdates { get; }

    /// <summary>Sensitive hosts sent to a proxy that ordinary ones are not sent to.</summary>
    public ImmutableArray<PacSingledOut> SingledOut { get; }

    /// <summary>Of these the ones sent where ordinary hosts are not.</summary>
    public ImmutableArray<PacDecision> UpdatesApart { get; }

    /// <summary>The proxy updates are diverted to, the one for them alone first; null when they are not.</summary>
    public PacProxy? UpdateProxy =>
        !UpdatesApart.IsEmpty ? Diverts(UpdatesApart[0]) : DivertedUpdates.IsEmpty ? null : Diverts(DivertedUpdates[0]);

    /// <summary>Whether nearly all ordinary hosts are reached directly, so that a proxy for the rest is a choice.</summary>
    public bool OrdinaryIsDirect =>
        _ordinary.Length > 0 && _ordinary.Count(decision => Diverts(decision) is null) >= _ordinary.Length * NearlyAll;

    /// <summary>
    /// The proxy that <paramref name="decision"/> sends the client to first, unless it is trusted or leads nowhere; null when none.
    /// </summary>
    public PacProxy? Diverts(PacDecision decision) => Diverts(decision.First) ?? Diverts(decision.WindowsFirst);

    /// <summary>What the client asked for counts as what it is.</summary>
    private PacProbeKind KindOf(PacDecision decision)
    {
        if (decision.Probe is not { Kind: PacProbeKind.Asked, Host: var host })
            return decision.Probe.Kind;
        if (_catalog.IsUpdateHost(host))
            return PacProbeKind.Update;
        return PacProbes.Classify(host) is var kind && kind != PacProbeKind.Update ? kind : PacProbeKind.Asked;
    }

    private PacProxy? Diverts(PacProxy first) => first.Host.Length == 0 || LeadsNowhere(first) || _isTrusted(first) ? null : first;

    // Files that block advertisements send them to a dead end on the client itself.
    private static bool LeadsNowhere(PacProxy proxy) =>
        proxy.Host == "localhost" || (IpAddress.TryParse(proxy.Host, out var address) && (address.IsLoopback || address.IsUnspecified));

    /// <summary>
    /// Whether hardly any ordinary host goes to this proxy or to a sibling of it: of several that share the load each gets but some hosts.
    /// </summary>
    private bool IsApart(PacProxy proxy) => _ordinary.Count(decision => Diverts(decision) is { } other && AreSiblings(proxy.Host, other.Host))
        <= _ordinary.Length * HardlyAny;

    private static bool AreSiblings(string a, string b)
    {
        if (a == b)
            return true;
        if (IpAddress.TryParse(a, out var first) && IpAddress.TryParse(b, out var second))
            return first.IsV4 == second.IsV4 && first.SharesPrefix(second, first.IsV4 ? 24 : 64);
        var dot = a.IndexOf('.', StringComparison.Ordinal);
        var other = b.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && other > 0 && a.IndexOf('.', dot + 1) > 0 && a[dot..] == b[other..];
    }

    private PacProxy? Main(IEnumerable<PacDecision> decisions)
    {
        var all = decisions.Select(Diverts).ToList();
        var most = all.OfType<PacProxy>().GroupBy(proxy => proxy.Host, StringComparer.Ordinal).MaxBy(group => group.Count());
        return most is not null && most.Count() >= all.Count * NearlyAll ? most.First() : null;
    }

    private PacSingledOut? Apart(PacProbeKind kind)
    {
        var apart = Decisions.Where(decision => KindOf(decision) == kind)
            .Select(decision => (decision.Probe.Host, Proxy: Diverts(decision)))
            .Where(entry => entry.Proxy is { } proxy && IsApart(proxy))
            .ToList();
        // One bank is a target; one name with "mail" in it may be the provider's filter.
        if (apart.Count < (kind == PacProbeKind.Bank ? 1 : 2))
            return null;
        return new PacSingledOut(kind, [.. apart.Select(entry => entry.Host).Distinct(StringComparer.Ordinal)], apart[0].Proxy!.Value);
    }
}
