using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>
/// Where a replay tells what it found. Called on one thread: for every world <see cref="BeginRun"/>, findings and alerts as they are made,
/// <see cref="EndRun"/>; at the very end <see cref="End"/>.
/// </summary>
public interface IReplaySink
{
    /// <summary>A world begins: all input together, or one file of --separate.</summary>
    void BeginRun(RunView run);

    /// <summary>A new finding was made, whether or not it is an alert.</summary>
    void Found(Incident incident, Finding finding);

    /// <summary>A finding is an alert; <see cref="Found"/> was called for it before.</summary>
    void Alerted(Alert alert);

    /// <summary>The world has been read to its end.</summary>
    void EndRun();

    /// <summary>All input has been read.</summary>
    void End(ReplaySummary summary);
}
