using System.Globalization;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;

namespace Sensor.Output;

/// <summary>
/// Tells a person what a proxy configuration is: where it sends whom, what is risky about it, how it differs from another.
/// </summary>
internal sealed class PacPage(TextPage page, bool all)
{
    private const int Column = 14, MostHosts = 6, MostSigns = 12, MostChanged = 12;

    /// <summary>Writes the account of one script.</summary>
    public void Write(string name, byte[] script, PacEvaluation evaluation)
    {
        var table = new PacTable(evaluation, static _ => false);
        var risks = PacRisks.Of(script.Length, evaluation, table);
        page.Rule(name, Ink.Bold, $"{script.Length.ToString("#,0", CultureInfo.InvariantCulture)} octets");
        page.Labelled("  SHA-256", Column, PacFingerprint.Of(script).Sha256);
        page.Labelled("  Result", Column, PacRisks.Describe(evaluation));
        WriteRisks(risks);
        WriteTable(evaluation);
        WriteReading(evaluation);
        page.Blank();
    }

    /// <summary>Writes how <paramref name="now"/> differs from <paramref name="before"/>.</summary>
    public void WriteDifference(string name, byte[] beforeScript, PacEvaluation before, byte[] nowScript, PacEvaluation now)
    {
        page.Rule($"Difference to {name}", Ink.Bold, PacFingerprint.Of(beforeScript).Sha256[..16]);
        if (beforeScript.AsSpan().SequenceEqual(nowScript))
        {
            page.Paragraph("  None: the files are the same.", 2);
            return;
        }
        var isBlanks = PacFingerprint.Of(beforeScript).WithoutBlanks == PacFingerprint.Of(nowScript).WithoutBlanks;
        var label = "  Text";
        foreach (var line in isBlanks ? ["white space only"] : PacDifference.Between(beforeScript, nowScript).Split(" | "))
        {
            page.Labelled(label, Column, line, Column + 2);
            label = "";
        }
        var changed = PacDecisionDifference.Between(before, now);
        if (changed.IsEmpty)
        {
            page.Labelled("  Decisions", Column,
                now.Decisions.IsEmpty || before.Decisions.IsEmpty ? "not comparable" : "the same for every host asked about");
            return;
        }
        label = "  Decisions";
        foreach (var group in changed.GroupBy(change => (change.Before, change.Now)).Take(MostChanged))
        {
            page.Labelled(label, Column, $"{group.Key.Before} → {group.Key.Now}", ink: Ink.Yellow);
            page.Paragraph(Hosts([.. group.Select(change => change.Probe)]), Column + 2, ink: Ink.Dim);
            label = "";
        }
    }

    private void WriteRisks(IReadOnlyList<PacRisk> risks)
    {
        var label = "  Risks";
        if (risks.Count == 0)
            page.Labelled(label, Column, "none found", ink: Ink.Green);
        foreach (var risk in risks.Take(MostSigns))
        {
            page.Labelled(label, Column, $"{(risk.IsStrong ? "!" : "·")} {risk.Text}", Column + 2, ink: risk.IsStrong ? Ink.Red : Ink.Yellow);
            if (risk.Excerpt.Length > 0)
                page.Paragraph(WireText.Printable(risk.Excerpt), Column + 2, ink: Ink.Dim);
            label = "";
        }
    }

    private void WriteTable(PacEvaluation evaluation)
    {
        if (evaluation.Decisions.IsEmpty)
            return;
        page.Blank();
        foreach (var kind in evaluation.Decisions.GroupBy(decision => decision.Probe.Kind).OrderBy(group => Rank(group.Key)))
        {
            var label = $"  {PacSignText.Of(kind.Key)}";
            // What goes to a proxy is what the reader looks for.
            foreach (var group in kind.GroupBy(Spelled).OrderBy(group => group.Key == PacAnswer.Direct).ThenByDescending(group => group.Count()))
            {
                PacProbe[] probes = [.. group.Select(decision => decision.Probe)];
                page.Labelled(label, Column, group.Key, Column + 2, group.Key == PacAnswer.Direct ? Ink.None : Ink.Bold, Ink.Cyan);
                page.Paragraph(Hosts(probes, all || kind.Key == PacProbeKind.Asked), Column + 2, ink: Ink.Dim);
                label = "";
            }
        }
    }

    private void WriteReading(PacEvaluation evaluation)
    {
        page.Blank();
        if (!evaluation.Reading.Functions.IsEmpty)
            page.Labelled("  Calls", Column, string.Join(", ", evaluation.Reading.Functions));
        if (!evaluation.Reading.Proxies.IsEmpty)
            page.Labelled("  Proxies", Column, string.Join("; ", evaluation.Reading.Proxies));
        if (!evaluation.LookedUp.IsEmpty)
            page.Labelled("  Looks up", Column, Some(evaluation.LookedUp, all));
        if (!evaluation.Alerts.IsEmpty)
            page.Labelled("  alert()", Column, Some(evaluation.Alerts, all));
    }

    /// <summary>What was asked for first, then what tells most, then the rest.</summary>
    internal static int Rank(PacProbeKind kind) => kind switch
    {
        PacProbeKind.Asked => 0,
        PacProbeKind.Update => 1,
        PacProbeKind.Bank => 2,
        PacProbeKind.SignOn => 3,
        PacProbeKind.Mail => 4,
        PacProbeKind.Ordinary => 5,
        PacProbeKind.Internal => 6,
        _ => 7,
    };

    /// <summary>The answer; Windows' own beside it where it is another.</summary>
    internal static string Spelled(PacDecision decision)
    {
        var (browsers, windows) = (PacDecisionDifference.Spelled(decision.Answer), PacDecisionDifference.Spelled(decision.WindowsAnswer));
        return browsers == windows ? browsers : $"{browsers} (Windows: {windows})";
    }

    private string Hosts(PacProbe[] probes, bool every = false)
    {
        // A host that was asked about by both schemes with one answer is one host; with two answers its schemes matter.
        var names = probes.GroupBy(probe => probe.Host, StringComparer.Ordinal).Select(group => group.Key).ToArray();
        return Some(names, every || all);
    }

    private static string Some(IReadOnlyList<string> texts, bool every)
    {
        var shown = texts.Take(every ? int.MaxValue : MostHosts).Select(WireText.Printable);
        var rest = every ? 0 : Math.Max(0, texts.Count - MostHosts);
        return string.Join(", ", shown) + (rest > 0 ? $" and {rest} more" : "");
    }
}
