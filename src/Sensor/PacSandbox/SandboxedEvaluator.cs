using Sensor.Detection.Pac;

namespace Sensor.PacSandbox;

/// <summary>
/// Runs PAC scripts in a process of their own, started with the first script and kept warm for the next ones. A process that dies, runs out
/// of time or of memory is replaced. Nothing is started where no script is seen.
/// </summary>
internal sealed class SandboxedEvaluator : IPacEvaluator, IDisposable
{
    /// <summary>A warm process that the last user left for the next: starting one takes longer than most scripts.</summary>
    private static SandboxProcess? _idle;

    private SandboxProcess? _process;

    /// <summary>Evaluations that could not be made because no process was to be had.</summary>
    public long Failures { get; private set; }

    /// <summary>The process in use, or null.</summary>
    public int? ProcessId => _process?.Id;

    /// <inheritdoc/>
    public PacEvaluation Evaluate(PacEvaluationRequest request)
    {
        if (request.Script.Length > PacEvaluationRequest.MostOctets)
            return new PacEvaluation { Outcome = PacOutcome.TooLarge };
        var message = SandboxMessages.Write(request);
        // Only a process that has served nobody else proves a script hostile: what earlier scripts left in a warm one must not decide.
        var warm = _process ?? Interlocked.Exchange(ref _idle, null);
        while ((warm ?? SandboxProcess.Start()) is { } process)
        {
            warm = null;
            _process = process;
            var isFresh = !process.HasServed;
            var answer = process.Exchange(message);
            var evaluation = answer.Octets is { } octets ? SandboxMessages.ReadEvaluation(octets) : null;
            if (evaluation is { Outcome: not PacOutcome.Exhausted })
                return evaluation;
            process.Dispose();
            _process = null;
            if (answer.End == SandboxEnd.Starved)
                break;
            if (isFresh || answer.End == SandboxEnd.TimeSpent)
                return evaluation ?? new PacEvaluation { Outcome = PacOutcome.Exhausted };
        }
        Failures++;
        return PacEvaluation.Unknown;
    }

    /// <summary>Leaves the process, if there is one, to the next user in this program; it ends with the program at the latest.</summary>
    public void Dispose()
    {
        if (_process is { } process && Interlocked.CompareExchange(ref _idle, process, null) is not null)
            process.Dispose();
        _process = null;
    }
}
