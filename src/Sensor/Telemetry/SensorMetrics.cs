using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Sensor.Telemetry;

/// <summary>
/// The instruments of the meter "Sensor", all made from one <see cref="StatusReport"/> a collection. Names are dotted and units apart, as
/// OpenTelemetry has it; <see cref="PrometheusText"/> makes `sensor_capture_kernel_packets_total` of them. Labels are interfaces, targets,
/// workers and detectors: never an address.
/// </summary>
internal sealed class SensorMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sensor";

    private readonly Func<StatusReport> _collect;
    private readonly Meter _meter = new(MeterName);
    private StatusReport _report;

    /// <summary>Instruments that tell what <paramref name="collect"/> gives.</summary>
    public SensorMetrics(Func<StatusReport> collect)
    {
        _collect = collect;
        _report = collect();
        AddProcess();
        AddCapture();
        AddDecoder();
        AddDetection();
        AddDelivery();
    }

    /// <summary>The meter, to be listened to.</summary>
    public Meter Meter => _meter;

    /// <summary>Takes a new report; all instruments read from it until the next.</summary>
    public void Refresh() => _report = _collect();

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void AddProcess()
    {
        Gauges("sensor.build_info", null, "The version that runs; always 1", r =>
            [new(1, Label("version", r.Version), Label("runtime", RuntimeInformation.FrameworkDescription), Label("os", RuntimeInformation.RuntimeIdentifier))]);
        Gauge("sensor.uptime", "s", "Time since the start, by the monotonic clock", r => r.UptimeSeconds);
        Gauge("sensor.up", null, "Whether frames are captured (1) or the daemon starts or stops (0)", r =>
            r.Phase is DaemonPhase.Running or DaemonPhase.Reloading ? 1 : 0);
        Gauge("process.start_time", "s", "When the process started, seconds since 1970", r => r.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        Gauge("process.resident_memory", "By", "Resident memory", r => r.Process.ResidentOctets);
        Counter("process.cpu", "s", "Processor time used", r => r.Process.ProcessorSeconds);
        Gauge("process.open_fds", null, "Open file descriptors", r => r.Process.OpenFiles);
        Gauge("sensor.gc.heap", "By", "Octets in use on the garbage collected heap", r => r.Process.HeapOctets);
        Counter("sensor.gc.full_collections", null, "Collections of the oldest generation", r => r.Process.FullCollections);
        Counters("sensor.config.reloads", null, "Reloads of the configuration", r =>
            [new(r.ReloadsApplied, Label("result", "applied")), new(r.ReloadsRefused, Label("result", "refused"))]);
        Gauge("sensor.config.last_reload_successful", null, "Whether the last reload was applied; 1 before the first", r =>
            r.LastReload is { Applied: false } ? 0 : 1);
        Gauges("sensor.worker.lag", "s", "How long a worker has had work without making progress", r =>
            r.Workers.Select(worker => new Measurement<double>(worker.LagSeconds, Label("worker", worker.Name))));
        Counters("sensor.worker.done", null, "Pieces of work done by a worker", r =>
            r.Workers.Select(worker => new Measurement<double>(worker.Done, Label("worker", worker.Name))));
    }

    private void AddCapture()
    {
        PerInterface("sensor.capture.kernel_packets", null, "Frames delivered to the sensor", i => i.Statistics.Received);
        PerInterface("sensor.capture.kernel_drops", null, "Frames the kernel dropped because the sensor's ring was full", i => i.Statistics.Dropped);
        PerInterface("sensor.capture.kernel_ifdrops", null, "Frames the interface or its driver dropped", i => i.Statistics.InterfaceDropped);
        PerInterface("sensor.capture.control_ring_drops", null, "Frames of name services, DHCP, ARP and NDP dropped by their own ring; part of kernel_drops",
            i => i.Statistics.ControlRingDropped);
        PerInterface("sensor.capture", "By", "Octets delivered", i => i.Statistics.Octets);
        Gauges("sensor.capture.ring_fill", "1", "How full the fullest ring is", r => Each(r, i => i.Statistics.RingFill));
        Gauges("sensor.capture.interface_up", null, "Whether the interface is up and being read", r => Each(r, i => i.Statistics.IsUp ? 1 : 0));
        Gauges("sensor.capture.last_frame_timestamp", "s", "Packet time of the newest frame, seconds since 1970; 0 before the first", r =>
            Each(r, i => i.Statistics.LastFrameNs / 1e9));
    }

    private void AddDecoder()
    {
        Counter("sensor.decoder.invalid", null, "Frames whose headers were cut or contradictory", r => r.Decoder.Undecodable);
        Counter("sensor.decoder.bad_checksums", null, "Packets with a wrong checksum", r => r.Decoder.BadChecksums);
        Counter("sensor.decoder.checksum_drops", null, "Packets left out for a wrong checksum", r => r.Decoder.DroppedForChecksum);
        Counter("sensor.decoder.fragments", null, "IP fragments", r => r.Decoder.Fragments);
        Counter("sensor.decoder.reassembled", null, "Datagrams put together from fragments", r => r.Decoder.Reassembled);
        Counter("sensor.decoder.fragment_overlaps", null, "Fragments that overlap others with different data", r => r.Decoder.FragmentOverlaps);
        Counter("sensor.decoder.fragment_drops", null, "Fragmented datagrams given up", r => r.Decoder.FragmentsDropped);
        Counter("sensor.decoder.tunnel_too_deep", null, "Tunnel layers beyond the bound", r => r.Decoder.TunnelTooDeep);
        Counter("sensor.decoder.malformed", null, "Broken messages of watched protocols", r => r.Decoder.Malformed);
        Counter("sensor.flow.created", null, "Flows made", r => r.Decoder.Flows);
        Counter("sensor.flow.evicted", null, "Flows pushed out of the table by newer ones", r => r.Decoder.FlowsEvicted);
        Counter("sensor.tcp.reassembly_gaps", null, "Gaps in watched streams", r => r.Decoder.StreamGaps);
        Counter("sensor.tcp.overlaps", null, "Segments that overlap earlier data with different octets", r => r.Decoder.StreamOverlaps);
        Counter("sensor.tcp.streams_dropped", null, "Streams given up at a memory bound", r => r.Decoder.StreamsDropped);
    }

    private void AddDetection()
    {
        Counter("sensor.detection.frames", null, "Frames analysed", r => r.Detection.Frames);
        Gauge("sensor.detection.lag", "s", "How long after its capture the newest frame was through detection", r => r.Detection.LagSeconds);
        Counters("sensor.findings", null, "Findings, by detector", r =>
            r.Detection.FindingsByDetector.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new Measurement<double>(pair.Value, Label("detector", pair.Key))));
        Counter("sensor.alerts", null, "Findings that were alerts", r => r.Detection.Alerts);
        Gauge("sensor.incidents_open", null, "Open incidents", r => r.Detection.IncidentsOpen);
        Gauge("sensor.hosts", null, "Hosts known", r => r.Detection.Hosts);
    }

    private void AddDelivery()
    {
        Gauge("sensor.store.size", "By", "Octets of the store on disk", r => r.Store.Octets);
        Gauge("sensor.store.queue_depth", null, "Pieces of work that wait for the store's writer", r => r.Store.QueueDepth);
        Gauge("sensor.store.healthy", null, "Whether the store can be written", r => r.Store.Problem is null ? 1 : 0);
        Gauges("sensor.outbox.depth", null, "Messages that wait for a target", r => Each(r, t => t.Depth));
        Gauges("sensor.outbox.oldest_age", "s", "How long the oldest message of a target has waited", r => Each(r, t => t.OldestSeconds ?? 0));
        Counters("sensor.delivery.messages", null, "Messages delivered", r => Each(r, t => t.Delivered));
        Counters("sensor.delivery.resent", null, "Messages sent again after they had been sent once", r => Each(r, t => t.Resent));
        Counters("sensor.delivery.refused", null, "Messages a receiver refused for good", r => Each(r, t => t.Refused));
        Gauges("sensor.delivery.up", null, "Whether a target is connected", r => Each(r, t => t.IsConnected ? 1 : 0));
        Counters("sensor.delivery.failures", null, "Attempts to deliver that failed", r => Each(r, t => t.Failures));
    }

    private void PerInterface(string name, string? unit, string description, Func<InterfaceReport, long> value) =>
        Counters(name, unit, description, r => Each(r, i => value(i)));

    private static IEnumerable<Measurement<double>> Each(StatusReport report, Func<InterfaceReport, double> value) =>
        report.Interfaces.Select(one => new Measurement<double>(value(one), Label("interface", one.Statistics.Interface)));

    private static IEnumerable<Measurement<double>> Each(StatusReport report, Func<TargetReport, double> value) =>
        report.Targets.Select(one => new Measurement<double>(value(one), Label("target", one.Name)));

    private void Gauge(string name, string? unit, string description, Func<StatusReport, double> value) =>
        _meter.CreateObservableGauge(name, () => value(_report), unit, description);

    private void Gauges(string name, string? unit, string description, Func<StatusReport, IEnumerable<Measurement<double>>> values) =>
        _meter.CreateObservableGauge(name, () => values(_report), unit, description);

    private void Counter(string name, string? unit, string description, Func<StatusReport, double> value) =>
        _meter.CreateObservableCounter(name, () => value(_report), unit, description);

    private void Counters(string name, string? unit, string description, Func<StatusReport, IEnumerable<Measurement<double>>> values) =>
        _meter.CreateObservableCounter(name, () => values(_report), unit, description);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
