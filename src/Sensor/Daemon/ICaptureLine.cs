using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Pipeline;

namespace Sensor.Daemon;

/// <summary>
/// The way from frames to detection: interfaces that are captured, or frames made for a self-test. <see cref="Run"/> is called once, on the
/// detection thread; everything else may be asked from any thread unless it says otherwise.
/// </summary>
internal interface ICaptureLine : IDisposable
{
    /// <summary>What is read, for people: "eth1, eth2".</summary>
    string Description { get; }

    /// <summary>The name of origin <paramref name="origin"/>: an interface.</summary>
    string OriginName(int origin);

    /// <summary>What each interface has seen.</summary>
    IReadOnlyList<InterfaceStatistics> Statistics();

    /// <summary>Frames analysed so far.</summary>
    long Frames { get; }

    /// <summary>Packet time of the newest frame analysed, nanoseconds since 1970 UTC; 0 before the first.</summary>
    long LastFrameNs { get; }

    /// <summary>How long after its capture the newest frame was through detection.</summary>
    TimeSpan Lag { get; }

    /// <summary>What went wrong on the way from frames to facts, so far.</summary>
    WireCounters Counters();

    /// <summary>The threads of this line, to be watched.</summary>
    IReadOnlyList<(string Worker, Func<ProgressReading> Read)> Workers { get; }

    /// <summary>Keeps frames as evidence; to be set before <see cref="Run"/>.</summary>
    IFrameKeeper? Keeper { get; set; }

    /// <summary>
    /// Analyses until <paramref name="stop"/> is signalled or the frames end. <paramref name="passed"/> is called after every batch and, when
    /// there are no frames, several times a second, with the time on the timeline in nanoseconds since 1970 UTC.
    /// </summary>
    void Run(DetectionEngine detection, Action<long> passed, CancellationToken stop);

    /// <summary>Another engine takes over: to be called from within <c>passed</c> of <see cref="Run"/>, so between two batches.</summary>
    void Replace(DetectionEngine detection);
}
