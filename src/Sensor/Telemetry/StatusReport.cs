using Sensor.Capture.Live;
using Sensor.Core.Frames;

namespace Sensor.Telemetry;

/// <summary>How the daemon is at one moment: what `sensor status` shows, and what the metrics are made from.</summary>
public sealed record StatusReport
{
    /// <summary>The sensor's version.</summary>
    public required string Version { get; init; }

    /// <summary>Process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>What it is doing.</summary>
    public required DaemonPhase Phase { get; init; }

    /// <summary>When it started, wall clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Seconds it has been running, by the monotonic clock.</summary>
    public required double UptimeSeconds { get; init; }

    /// <summary>What is wrong now, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The capture interfaces.</summary>
    public IReadOnlyList<InterfaceReport> Interfaces { get; init; } = [];

    /// <summary>Every thread that must make progress.</summary>
    public IReadOnlyList<WorkerReport> Workers { get; init; } = [];

    /// <summary>What was found.</summary>
    public DetectionReport Detection { get; init; } = new();

    /// <summary>What happened to frames on the way to facts.</summary>
    public WireCounters Decoder { get; init; } = new();

    /// <summary>The store.</summary>
    public StoreReport Store { get; init; } = new();

    /// <summary>Where alerts go.</summary>
    public IReadOnlyList<TargetReport> Targets { get; init; } = [];

    /// <summary>The last reload; null before the first.</summary>
    public ReloadReport? LastReload { get; init; }

    /// <summary>Reloads that were applied since the start.</summary>
    public long ReloadsApplied { get; init; }

    /// <summary>Reloads that were refused since the start.</summary>
    public long ReloadsRefused { get; init; }

    /// <summary>Memory and processor time.</summary>
    public ProcessReport Process { get; init; } = new();
}

/// <summary>What the daemon is doing.</summary>
public enum DaemonPhase : byte
{
    /// <summary>Opens store, targets and interfaces.</summary>
    Starting,

    /// <summary>Captures.</summary>
    Running,

    /// <summary>Reads its configuration anew; goes on capturing.</summary>
    Reloading,

    /// <summary>Flushes and ends.</summary>
    Stopping,
}

/// <summary>One capture interface.</summary>
/// <param name="Statistics">Counted since the start.</param>
/// <param name="FramesPerSecond">Frames a second over the last seconds.</param>
/// <param name="BitsPerSecond">Bits a second.</param>
/// <param name="Loss">Share of frames lost over the same time, dropped / (received + dropped), 0 to 1.</param>
public sealed record InterfaceReport(InterfaceStatistics Statistics, double FramesPerSecond, double BitsPerSecond, double Loss);

/// <summary>One thread that must make progress.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Done">Pieces of work done.</param>
/// <param name="HasWork">Whether there is work for it now.</param>
/// <param name="LagSeconds">How long it has had work and has not moved.</param>
public sealed record WorkerReport(string Name, long Done, bool HasWork, double LagSeconds);

/// <summary>What was found.</summary>
public sealed record DetectionReport
{
    /// <summary>Frames analysed.</summary>
    public long Frames { get; init; }

    /// <summary>Packet time of the newest analysed frame, nanoseconds since 1970 UTC; 0 before the first.</summary>
    public long LastFrameNs { get; init; }

    /// <summary>How long after its capture the newest frame was through detection, seconds.</summary>
    public double LagSeconds { get; init; }

    /// <summary>Findings by detector since the start.</summary>
    public IReadOnlyDictionary<string, long> FindingsByDetector { get; init; } = new Dictionary<string, long>();

    /// <summary>Alerts since the start.</summary>
    public long Alerts { get; init; }

    /// <summary>The open incidents, newest first; at most <see cref="MostIncidents"/>.</summary>
    public IReadOnlyList<OpenIncident> Incidents { get; init; } = [];

    /// <summary>How many incidents are open.</summary>
    public int IncidentsOpen { get; init; }

    /// <summary>Hosts known.</summary>
    public int Hosts { get; init; }

    /// <summary>Incidents listed at most; the count tells of the rest.</summary>
    public const int MostIncidents = 20;
}

/// <summary>An open incident in a line.</summary>
public sealed record OpenIncident(string Id, string Severity, string Confidence, string Suspect, string Detector, int Victims, DateTimeOffset LastSeen);

/// <summary>The store.</summary>
public sealed record StoreReport
{
    /// <summary>Its file; empty when nothing is stored.</summary>
    public string Path { get; init; } = "";

    /// <summary>Octets on disk.</summary>
    public long Octets { get; init; }

    /// <summary>Pieces of work that wait for the writer.</summary>
    public long QueueDepth { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem { get; init; }
}

/// <summary>One target of alerts.</summary>
public sealed record TargetReport
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>What it is and where: "syslog tls loghost:6514". Without secrets.</summary>
    public required string Kind { get; init; }

    /// <summary>Messages that wait for it.</summary>
    public long Depth { get; init; }

    /// <summary>How long the oldest has waited, seconds; null when none does.</summary>
    public double? OldestSeconds { get; init; }

    /// <summary>Messages delivered since the start.</summary>
    public long Delivered { get; init; }

    /// <summary>Messages sent again after they had been sent once.</summary>
    public long Resent { get; init; }

    /// <summary>Messages the receiver refused for good.</summary>
    public long Refused { get; init; }

    /// <summary>Whether it is connected, or open, now.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Attempts that failed since the start.</summary>
    public long Failures { get; init; }

    /// <summary>Why the last attempt failed; null when the last one did not.</summary>
    public string? LastError { get; init; }
}

/// <summary>The last reload.</summary>
/// <param name="At">When, wall clock.</param>
/// <param name="Applied">Whether it was applied.</param>
/// <param name="Result">What changed, or why it was refused.</param>
public sealed record ReloadReport(DateTimeOffset At, bool Applied, string Result);

/// <summary>Memory and processor time of the process.</summary>
public sealed record ProcessReport
{
    /// <summary>Resident memory, octets.</summary>
    public long ResidentOctets { get; init; }

    /// <summary>Octets in use on the garbage collected heap.</summary>
    public long HeapOctets { get; init; }

    /// <summary>Processor time used, seconds.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Open file descriptors.</summary>
    public int OpenFiles { get; init; }

    /// <summary>Collections of the oldest generation.</summary>
    public int FullCollections { get; init; }
}
