using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>
/// The formats that tell single findings, the moment they are made: one record for each alert, or with <c>all</c> for each finding.
/// Repeats are not told again.
/// </summary>
internal abstract class FindingSink(bool all) : IReplaySink
{
    /// <summary>The world being told of.</summary>
    protected RunView Run { get; private set; } = null!;

    /// <summary>Whether every record told is an alert.</summary>
    protected bool OnlyAlerts => !all;

    /// <inheritdoc/>
    public void BeginRun(RunView run) => Run = run;

    /// <inheritdoc/>
    public void Found(Incident incident, Finding finding)
    {
        if (all)
            Write(incident, finding);
    }

    /// <inheritdoc/>
    public void Alerted(Alert alert)
    {
        if (!all)
            Write(alert.Incident, alert.Finding);
    }

    /// <inheritdoc/>
    public void EndRun()
    {
    }

    /// <inheritdoc/>
    public void End(ReplaySummary summary)
    {
    }

    /// <summary>Writes one record.</summary>
    protected abstract void Write(Incident incident, Finding finding);
}
