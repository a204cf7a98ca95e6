using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Telemetry;

namespace Sensor.Tests.Telemetry;

/// <summary>A report with something in every part.</summary>
internal static class Reports
{
    public static StatusReport Full() => new()
    {
        Version = "9.9.9",
        ProcessId = 4711,
        Phase = DaemonPhase.Running,
        StartedAt = new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero),
        UptimeSeconds = 93784.5,
        Problems = ["eth2 is down or gone"],
        Interfaces = [new(Seen("eth1", true), 12345.6, 987_654_321, 0.0125), new(Seen("eth2", false), 0, 0, 0)],
        Workers = [new("detection", 99, true, 0.004), new("store", 12, true, 7.5)],
        Detection = new DetectionReport
        {
            Frames = 1_234_567,
            LastFrameNs = 1_795_593_600_000_000_000,
            FindingsByDetector = new Dictionary<string, long> { ["rogue-pac-server"] = 2, ["llmnr-wpad-answer"] = 7 },
            Alerts = 5,
            Hosts = 321,
            IncidentsOpen = 1,
            Incidents = [new("aa0404336c7dde26", "critical", "certain", "192.168.20.177 (kali)", "rogue-pac-server", 3, DateTimeOffset.UnixEpoch)],
        },
        Decoder = new WireCounters { Undecodable = 3, StreamGaps = 4 },
        Store = new StoreReport { Path = "/var/lib/sensor/sensor.db", Octets = 12_345_678, QueueDepth = 1 },
        Targets =
        [
            new TargetReport
            {
                Name = "siem",
                Kind = "tls://logs.example.net:6514",
                Depth = 42,
                OldestSeconds = 3605,
                Delivered = 9,
                Failures = 12,
                Resent = 3,
                Refused = 1,
                IsConnected = true,
                LastError = "connection refused",
            },
            new TargetReport { Name = "odd\"name\\", Kind = "standard output", Delivered = 51 },
        ],
        LastReload = new ReloadReport(DateTimeOffset.UnixEpoch.AddDays(20000), true, "Alerts:MinimumSeverity medium → high"),
        ReloadsApplied = 2,
        ReloadsRefused = 1,
        Process = new ProcessReport { ResidentOctets = 123_000_000, HeapOctets = 45_000_000, ProcessorSeconds = 12.5, OpenFiles = 40, FullCollections = 2 },
    };

    private static InterfaceStatistics Seen(string name, bool isUp) => new()
    {
        Interface = name,
        IsUp = isUp,
        Received = 1_000_000,
        Octets = 900_000_000,
        Dropped = 125,
        InterfaceDropped = 7,
        ControlRingDropped = 1,
        RingFill = 0.375,
        LastFrameNs = 1_795_593_600_123_000_000,
    };
}
