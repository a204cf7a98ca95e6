using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>
/// One evaluation: an engine of its own, the script loaded, every probe asked. Runs in the sandbox's process only; the memory limit is the
/// process's.
/// </summary>
internal sealed class PacRun : IDisposable
{
    /// <summary>
    /// Calls within calls. Honest scripts are flat; browsers allow more than ten times this, and an attacker needs one loop less.
    /// </summary>
    private const int MostDepth = 400;

    private const int LongestAnswer = 512, LongestReason = 200;

    private static readonly TimeSpan RegexTime = TimeSpan.FromMilliseconds(500);

    private readonly PacEvaluationRequest _request;
    private readonly PacWorld _world;
    private readonly PacBudget _budget = new();
    private readonly Engine _engine;

    private PacRun(PacEvaluationRequest request)
    {
        _request = request;
        _world = new PacWorld(request);
        var clock = new PacClock(request.TimestampNs, request.OffsetMinutes);
        _engine = new Engine(options =>
        {
            options.Constraint(_budget);
            options.LimitRecursion(MostDepth);
            options.Constraints.RegexTimeout = RegexTime;
            options.TimeSystem = clock;
            options.TimeZone = clock.DefaultTimeZone;
        });
        _ = new PacFunctions(_engine, _world, clock, _budget);
        // The same numbers every time: a script that spreads load by chance must not change the verdict from run to run.
        var state = 0x2545_F491_4F6C_DD1DUL;
        _engine.GetValue("Math").AsObject().Set("random", new Jint.Runtime.Interop.ClrFunction(_engine, "random", (_, _) =>
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (state >> 11) * (1.0 / (1UL << 53));
        }));
    }

    /// <summary>Carries <paramref name="request"/> out.</summary>
    public static PacEvaluation Evaluate(PacEvaluationRequest request)
    {
        if (request.Script.Length > PacEvaluationRequest.MostOctets)
            return new PacEvaluation { Outcome = PacOutcome.TooLarge };
        try
        {
            var source = PacScriptText.Of(request.Script.Span);
            using var run = new PacRun(request);
            return run.Evaluate(source, PacReader.Read(source));
        }
        catch (OutOfMemoryException)
        {
            return new PacEvaluation { Outcome = PacOutcome.Exhausted };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private PacEvaluation Evaluate(string source, PacReading reading)
    {
        var decisions = ImmutableArray.CreateBuilder<PacDecision>();
        var (outcome, reason) = Load(source);
        if (outcome == PacOutcome.Evaluated)
            outcome = AskAll(reading, decisions);
        return new PacEvaluation
        {
            Outcome = outcome,
            Reason = reason,
            Reading = reading,
            Decisions = decisions.ToImmutable(),
            LookedUp = [.. _world.LookedUp],
            Alerts = [.. _world.Alerts],
        };
    }

    private (PacOutcome Outcome, string Reason) Load(string source)
    {
        try
        {
            _engine.Execute(source);
            if (Function("FindProxyForURL") is null && Function("FindProxyForURLEx") is null)
                return (PacOutcome.Broken, "it defines no FindProxyForURL");
            return (PacOutcome.Evaluated, "");
        }
        catch (Exception failure) when (IsExhaustion(failure))
        {
            return (PacOutcome.Exhausted, "");
        }
        catch (Exception failure) when (failure is JintException or Acornima.ParseErrorException)
        {
            return (PacOutcome.Broken, failure.Message.Length > LongestReason ? failure.Message[..LongestReason] : failure.Message);
        }
    }

    private PacOutcome AskAll(PacReading reading, ImmutableArray<PacDecision>.Builder decisions)
    {
        IEnumerable<PacProbe> probes = _request.AsksNamedHosts ? [.. _request.Probes, .. PacNamedHosts.Of(reading, _request.Probes)]
            : _request.Probes;
        foreach (var probe in probes)
        {
            if (_budget.IsSpent)
                return PacOutcome.Partial;
            _budget.Renew();
            try
            {
                var answer = Ask("FindProxyForURL", probe);
                var windows = Ask("FindProxyForURLEx", probe);
                decisions.Add(new PacDecision(probe, answer ?? windows ?? PacAnswer.Direct, windows ?? answer ?? PacAnswer.Direct));
            }
            catch (Exception failure) when (IsExhaustion(failure))
            {
                return _budget.IsCutOff ? PacOutcome.Partial : PacOutcome.Exhausted;
            }
        }
        return PacOutcome.Evaluated;
    }

    /// <summary>The answer; DIRECT where the function fails, as browsers do; null where there is no such function.</summary>
    private string? Ask(string name, in PacProbe probe)
    {
        if (Function(name) is not { } function)
            return null;
        try
        {
            var answer = function.Call(JsValue.Undefined, [probe.Url, probe.Host]);
            if (answer is not JsString text)
                return PacAnswer.Direct;
            var shown = text.ToString();
            return shown.Length > LongestAnswer ? shown[..LongestAnswer] : shown;
        }
        catch (JintException failure) when (!IsExhaustion(failure))
        {
            return PacAnswer.Direct;
        }
    }

    private Jint.Native.Function.Function? Function(string name) => _engine.GetValue(name) as Jint.Native.Function.Function;

    private static bool IsExhaustion(Exception failure) => failure
        is PacBudgetException or RecursionDepthOverflowException or InsufficientExecutionStackException or RegexMatchTimeoutException
        or StatementsCountOverflowException or MemoryLimitExceededException or TimeoutException;
}
