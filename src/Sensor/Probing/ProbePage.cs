using System.Globalization;
using System.Net.Sockets;
using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Probing;

/// <summary>What a round of `sensor probe` asked and what came of it.</summary>
internal sealed class ProbedRound
{
    /// <summary>The packets, with the reason where the system refused one.</summary>
    public List<(Probe Probe, string? Refused)> Sent { get; } = [];

    /// <summary>The answers to them.</summary>
    public IReadOnlyList<ProbeAnswer> Answers { get; set; } = [];

    /// <summary>What resolvers said.</summary>
    public IReadOnlyList<ResolverAnswer> Resolvers { get; set; } = [];

    /// <summary>Where the wire showed something else.</summary>
    public IReadOnlyList<ResolverDifference> Differences { get; set; } = [];

    /// <summary>The trusted proxy configurations, and which is another than the known one.</summary>
    public IReadOnlyList<(string Text, bool IsOther)> Pacs { get; set; } = [];

    /// <summary>What was alerted meanwhile.</summary>
    public IReadOnlyList<Finding> Alerts { get; set; } = [];

    /// <summary>Whether anything is worth a warning.</summary>
    public bool IsWarning => Alerts.Any(static finding => finding.Severity >= Severity.Medium)
        || Differences.Any(static difference => difference.IsForged) || Pacs.Any(static pac => pac.IsOther);
}

/// <summary>What `sensor probe` prints: who answered what, and what is wrong with it.</summary>
internal sealed class ProbePage(TextPage page)
{
    private const int OctetsALine = 16, Column = 2;

    /// <summary>The packets of a round, octet by octet, none of which is sent.</summary>
    public void DryRun(ProbeInterface from, IReadOnlyList<Probe> probes)
    {
        page.Line($"Would send {probes.Count} packets from {from.Name} ({Addresses(from)}); nothing is sent.", Ink.Bold);
        foreach (var probe in probes)
        {
            page.Blank();
            page.Line($"{probe.Text}  →  {Target(probe)}  TTL {probe.Ttl}{(probe.IsCanary ? "  canary" : "")}", Ink.Cyan);
            for (var at = 0; at < probe.Octets.Length; at += OctetsALine)
            {
                var octets = probe.Octets.AsSpan(at, Math.Min(OctetsALine, probe.Octets.Length - at));
                page.Line($"  {at:x4}  {Convert.ToHexStringLower(octets)}");
            }
        }
    }

    /// <summary>A round and what came of it.</summary>
    public void Round(ProbeInterface from, ProbedRound round)
    {
        var count = round.Sent.Count(static one => one.Refused is null);
        page.Line($"Asked {count} questions from {from.Name} ({Addresses(from)}).", Ink.Bold);
        foreach (var (probe, refused) in round.Sent)
        {
            var heard = round.Answers.Where(answer => answer.Probe == probe).OrderBy(static answer => answer.AfterNs).ToList();
            var title = probe.IsCanary ? $"{probe.Text} (nobody's name)" : probe.Text;
            if (refused is not null)
                page.Paragraph($"{title}: could not be sent: {refused}", Column, Column + 2, Ink.Yellow);
            else if (heard.Count == 0)
                page.Paragraph($"{title}: no answer", Column, Column + 2, Ink.Dim);
            foreach (var answer in heard)
                page.Paragraph($"{title}: {Who(answer)} says {Says(answer)}", Column, Column + 2, probe.IsCanary ? Ink.Red : Ink.None);
        }
        Resolvers(round.Resolvers);
        foreach (var difference in round.Differences)
            page.Paragraph($"DNS on the wire: {difference.Text}", Column, Column + 2, difference.IsForged ? Ink.Red : Ink.Yellow);
        foreach (var (text, isOther) in round.Pacs)
            page.Paragraph($"PAC: {text}", Column, Column + 2, isOther ? Ink.Red : Ink.None);
        foreach (var finding in round.Alerts)
            page.Paragraph($"{Words.Of(finding.Severity)}/{Words.Of(finding.Confidence)} {finding.Detector.Id}: {finding.Summary}", 0, 2, Ink.Red);
        if (round.IsWarning)
            return;
        if (round.Resolvers.Any(IsOdd))
            page.Paragraph("Nobody answered for a name that nobody has; look at what the resolvers say of other names.", 0, 2, Ink.Yellow);
        else
            page.Line("Nothing suspicious answered.", Ink.Green);
    }

    private void Resolvers(IReadOnlyList<ResolverAnswer> answers)
    {
        foreach (var answer in answers)
        {
            var (says, ink) = answer switch
            {
                { Failure: { } failure } => (failure, Ink.Yellow),
                { IsCanary: true, Addresses.Count: > 0 } =>
                    ($"{Listed(answer)}: it answers for names that nobody has (a wildcard, a captive portal, or a lie)", Ink.Red),
                { Addresses.Count: 0 } => ("no such name", Ink.Dim),
                _ when IsWpad(answer) =>
                    ($"{Listed(answer)}: every browser that looks for a proxy goes there", Ink.Yellow),
                _ when answer.Addresses.Any(ResolverCheck.IsInside) => ($"{Listed(answer)}: an update host at an inside address", Ink.Red),
                _ => (Listed(answer), Ink.None),
            };
            page.Paragraph($"DNS{(answer.Name.Length == 0 ? "" : $" A {answer.Name}")} at {answer.Resolver}: {says}", Column, Column + 2, ink);
        }
    }

    private static bool IsOdd(ResolverAnswer answer) =>
        answer is { Failure: null, Addresses.Count: > 0 } && (answer.IsCanary || (!IsWpad(answer) && answer.Addresses.Any(ResolverCheck.IsInside)));

    private static bool IsWpad(ResolverAnswer answer) => answer.Name.StartsWith("wpad", StringComparison.Ordinal);

    private static string Listed(ResolverAnswer answer) => string.Join(" ", answer.Addresses);

    private static string Says(ProbeAnswer answer) => answer.Says.Length == 0 ? "nothing of use" : answer.Says;

    private static string Who(ProbeAnswer answer)
    {
        var mac = answer.Mac.IsNone ? "" : $" ({answer.Mac})";
        return string.Create(CultureInfo.InvariantCulture, $"{answer.From}{mac} after {answer.AfterNs / 1e6:0.#} ms");
    }

    private static string Addresses(ProbeInterface from) =>
        string.Join(", ", new[] { from.Address, from.LinkLocal }.OfType<System.Net.IPAddress>().Select(static address => address.ToString()));

    private static string Target(Probe probe)
    {
        var address = probe.Target.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{probe.Target.Address}]" : probe.Target.Address.ToString();
        return probe.Kind == ProbeKind.RouterSolicit ? $"{address} ICMPv6" : $"{address}:{probe.Target.Port}";
    }
}
