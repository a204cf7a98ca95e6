using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Output.Delivery.Routing;
using Sensor.PacSandbox;
using Sensor.Store;

namespace Sensor.Daemon;

/// <summary>What a self-test saw of one target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Sent">Messages it was to be told.</param>
/// <param name="Delivered">Messages that arrived.</param>
/// <param name="After">When the last arrived, from the first frame on; null when none did.</param>
/// <param name="Error">Why not; null when all did.</param>
internal sealed record SelftestTarget(string Name, string Address, int Sent, int Delivered, TimeSpan? After, string? Error);

/// <summary>What a self-test saw, hop by hop; times from the first frame on.</summary>
internal sealed record SelftestResult(
    long Frames, IReadOnlyList<string> Alerts, TimeSpan? Alerted, TimeSpan? Stored, bool SandboxWorks, IReadOnlyList<SelftestTarget> Targets)
{
    /// <summary>Whether the attack was named and told to everybody who shall be told.</summary>
    public bool IsWell => Alerts.Count > 0 && Stored is not null && Targets.All(static target => target.Error is null);
}

/// <summary>
/// Plays a harmless attack through everything the daemon is made of: frames, engine, detectors, router, a store on disk, the dispatcher, and the
/// configured targets themselves. The store is a temporary one: the daemon's own, with what waits in it, is not touched.
/// </summary>
internal sealed class SelftestRun(SensorConfiguration configuration, TimeSpan patience)
{
    private readonly Stopwatch _clock = new();
    private readonly List<string> _alerts = [];
    private TimeSpan? _alerted;

    /// <summary>Plays the frames over <paramref name="openLine"/>, which is given the frames' segments and ends when all were played.</summary>
    public SelftestResult Run(Func<SegmentTable, ICaptureLine> openLine)
    {
        var folder = Directory.CreateTempSubdirectory("sensor-selftest-").FullName;
        try
        {
            return Play(openLine, Path.Combine(folder, "selftest.db"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private SelftestResult Play(Func<SegmentTable, ICaptureLine> openLine, string storePath)
    {
        var alerts = Everything(DefaultTarget.Complete(configuration.Alerts));
        var own = SensorConfiguration.OfSelftest(alerts, new StoreSettings { Path = storePath });
        using var store = new SensorStore(own.Store);
        using var router = new AlertRouter(alerts, SensorIdentity.OfThisProcess());
        using var sandbox = new SandboxedEvaluator();
        var marking = new MarkingRouter(router);
        var outbox = new TimedOutbox(store, _clock);
        var dispatcher = new Dispatcher(outbox);
        var segments = new SegmentTable();
        using var line = openLine(segments);
        using var path = new AlertPath(own, store, marking, sandbox, NullLogger.Instance, segments, line.OriginName);
        path.Alerted = (_, finding) =>
        {
            _alerted ??= _clock.Elapsed;
            _alerts.Add(finding.Detector.Id);
        };
        store.Attach(path.Detection);
        dispatcher.ApplyAsync(alerts.Targets).GetAwaiter().GetResult();
        _clock.Start();
        line.Run(path.Detection, path.Passed, CancellationToken.None);
        path.End();
        var isStored = store.Flush(patience);
        var stored = isStored ? _clock.Elapsed : (TimeSpan?)null;
        var targets = WaitForTargets(alerts, marking, outbox, dispatcher);
        dispatcher.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        dispatcher.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return new SelftestResult(line.Frames, _alerts, _alerted, stored, sandbox.Failures == 0, targets);
    }

    /// <summary>Thresholds and suppressions are policy; what is tested is the way, and it must be tested for every target.</summary>
    private static AlertSettings Everything(AlertSettings alerts) => new()
    {
        Observer = alerts.Observer,
        Targets = alerts.Targets.Where(static target => target.Enabled).Select(static target => target with
        {
            MinimumSeverity = Sensor.Detection.Incidents.Severity.Info,
            MinimumConfidence = Sensor.Detection.Incidents.Confidence.Possible,
            Findings = TargetScope.Alerts,
            Summaries = false,
            RollUp = false,
            Operational = false,
        }).ToImmutableArray(),
    };

    private List<SelftestTarget> WaitForTargets(AlertSettings alerts, MarkingRouter marking, TimedOutbox outbox, Dispatcher dispatcher)
    {
        var begun = Stopwatch.GetTimestamp();
        while (alerts.Targets.Any(target => outbox.Of(target.Name).Count < marking.MessagesFor(target.Name)) && Stopwatch.GetElapsedTime(begun) < patience)
            Thread.Sleep(10);
        return [.. dispatcher.Status().Select(status =>
        {
            var (sent, seen) = (marking.MessagesFor(status.Name), outbox.Of(status.Name));
            var error = sent == 0 ? "no message was made for it" : seen.Count >= sent ? null : status.LastError ?? "it did not take them in time";
            return new SelftestTarget(status.Name, status.Address, sent, seen.Count, seen.Delivered, error);
        })];
    }
}
