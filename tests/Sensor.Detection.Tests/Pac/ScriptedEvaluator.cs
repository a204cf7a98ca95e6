using System.Collections.Immutable;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

/// <summary>
/// Stands in for the sandbox: the script is really read, its decisions are those the test says. The sandbox itself is tested where it
/// lives.
/// </summary>
internal sealed class ScriptedEvaluator(Func<PacProbe, string> decide, PacOutcome outcome = PacOutcome.Evaluated) : IPacEvaluator
{
    /// <summary>What was asked, in order.</summary>
    public List<PacEvaluationRequest> Requests { get; } = [];

    public ImmutableArray<string> LookedUp { get; init; } = [];

    /// <summary>All public and update hosts to one proxy.</summary>
    public static ScriptedEvaluator AllTo(string answer) => new(probe => probe.Kind == PacProbeKind.Internal ? "DIRECT" : answer);

    public static ScriptedEvaluator Only(PacProbeKind kind, string answer) => new(probe => probe.Kind == kind ? answer : "DIRECT");

    public PacEvaluation Evaluate(PacEvaluationRequest request)
    {
        Requests.Add(request);
        return new PacEvaluation
        {
            Outcome = outcome,
            Reading = PacReader.Read(PacScriptText.Of(request.Script.Span)),
            LookedUp = LookedUp,
            Decisions = outcome == PacOutcome.Evaluated
                ? [.. request.Probes.Select(probe => new PacDecision(probe, decide(probe), decide(probe)))] : [],
        };
    }
}
