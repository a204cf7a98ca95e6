using System.Collections.Immutable;

namespace Sensor.Detection.Pac;

/// <summary>A host that two versions of a script treat differently.</summary>
public sealed record PacChangedDecision(PacProbe Probe, string Before, string Now);

/// <summary>Compares what two scripts do, not how they are written.</summary>
public static class PacDecisionDifference
{
    /// <summary>The probes both were asked about and answered differently, in the order of <paramref name="now"/>.</summary>
    public static ImmutableArray<PacChangedDecision> Between(PacEvaluation before, PacEvaluation now)
    {
        var known = new Dictionary<(string, string), PacDecision>();
        foreach (var decision in before.Decisions)
            known.TryAdd((decision.Probe.Scheme, decision.Probe.Host), decision);
        var changed = ImmutableArray.CreateBuilder<PacChangedDecision>();
        foreach (var decision in now.Decisions)
        {
            if (!known.TryGetValue((decision.Probe.Scheme, decision.Probe.Host), out var old))
                continue;
            if (!Same(old.Answer, decision.Answer))
                changed.Add(new(decision.Probe, Spelled(old.Answer), Spelled(decision.Answer)));
            else if (!Same(old.WindowsAnswer, decision.WindowsAnswer))
                changed.Add(new(decision.Probe, Spelled(old.WindowsAnswer), Spelled(decision.WindowsAnswer)));
        }
        return changed.ToImmutable();
    }

    /// <summary>An answer as clients understand it: "PROXY a:80; DIRECT", whatever its spelling.</summary>
    public static string Spelled(string answer) => string.Join("; ", PacAnswer.Read(answer));

    private static bool Same(string before, string now) => PacAnswer.Read(before).SequenceEqual(PacAnswer.Read(now));
}
