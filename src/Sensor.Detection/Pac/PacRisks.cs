using System.Globalization;

namespace Sensor.Detection.Pac;

/// <summary>A risk in words.</summary>
/// <param name="IsStrong">Whether it tells by itself.</param>
/// <param name="Text">One clause. Names from the script are escaped.</param>
/// <param name="Excerpt">The place in the script, untrusted; empty when it is about the whole.</param>
public sealed record PacRisk(bool IsStrong, string Text, string Excerpt);

/// <summary>Puts what was read and evaluated into words.</summary>
public static class PacRisks
{
    /// <summary>
    /// How the evaluation ended, in a sentence. Says nothing about which of its limits a script met: steps, memory and time are met in an
    /// order that depends on the machine, and the same capture must give the same words.
    /// </summary>
    public static string Describe(PacEvaluation evaluation) => evaluation.Outcome switch
    {
        PacOutcome.Evaluated => $"loads and runs; asked about {Hosts(evaluation)}",
        PacOutcome.Partial => $"loads and runs, but is too long to be asked everything; asked about {Hosts(evaluation)}",
        PacOutcome.Broken => $"does not load, so clients ignore it: {Names.WireText.Printable(evaluation.Reason)}",
        PacOutcome.Exhausted => "used up its steps, depth, memory or time and was stopped",
        PacOutcome.TooLarge => "is larger than any client takes and was not run",
        _ => "was not evaluated",
    };

    /// <summary>The risks of a script of <paramref name="length"/> octets, the worst first.</summary>
    public static IReadOnlyList<PacRisk> Of(int length, PacEvaluation evaluation, PacTable table)
    {
        var risks = new List<PacRisk>();
        if (evaluation.Outcome is PacOutcome.Exhausted or PacOutcome.TooLarge)
            risks.Add(new(true, $"hostile: {Describe(evaluation)}", ""));
        if (!table.UpdatesApart.IsEmpty)
            risks.Add(new(true, $"singles out {Count(table.UpdatesApart.Length, "update host")} for {table.UpdateProxy}", ""));
        else if (table.UpdateProxy is { } updateProxy)
            risks.Add(new(false, $"sends {Count(table.DivertedUpdates.Length, "update host")} to {updateProxy}, as ordinary ones", ""));
        foreach (var apart in table.SingledOut)
        {
            var hosts = string.Join(", ", apart.Hosts.Take(3).Select(Names.WireText.Printable));
            risks.Add(new(true, $"singles out {PacSignText.Of(apart.Kind)} hosts ({hosts}) for {apart.Proxy}", ""));
        }
        if (table.Everything is { } proxy)
            risks.Add(new(false, $"sends all or nearly all public hosts to {proxy}", ""));
        foreach (var sign in evaluation.Reading.Signs.OrderByDescending(sign => sign.IsStrong))
            risks.Add(new(sign.IsStrong, PacSignText.Of(sign.Kind) + (sign.Line > 0 ? Text($" (line {sign.Line})") : ""), sign.Text));
        if (evaluation.Decisions.Any(decision => decision.Answer != decision.WindowsAnswer))
            risks.Add(new(false, "answers Windows services (FindProxyForURLEx) otherwise than browsers", ""));
        return risks;
    }

    private static string Hosts(PacEvaluation evaluation) =>
        Count(evaluation.Decisions.Select(decision => decision.Probe.Host).Distinct(StringComparer.Ordinal).Count(), "host");

    /// <summary>"1 host", "2 hosts".</summary>
    internal static string Count(int number, string noun) => Text($"{number} {noun}{(number == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
