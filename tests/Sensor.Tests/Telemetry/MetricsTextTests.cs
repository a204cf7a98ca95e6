using Sensor.Telemetry;

namespace Sensor.Tests.Telemetry;

public sealed class MetricsTextTests
{
    [Fact]
    public void The_text_is_what_the_format_demands_and_tells_the_report()
    {
        var report = Reports.Full();
        using var metrics = new SensorMetrics(() => report);
        using var text = new PrometheusText(metrics);
        var samples = PrometheusParser.Parse(text.Write());
        Assert.Equal(1_000_000, samples["sensor_capture_kernel_packets_total{interface=\"eth1\"}"]);
        Assert.Equal(125, samples["sensor_capture_kernel_drops_total{interface=\"eth1\"}"]);
        Assert.Equal(900_000_000, samples["sensor_capture_bytes_total{interface=\"eth1\"}"]);
        Assert.Equal(0.375, samples["sensor_capture_ring_fill_ratio{interface=\"eth1\"}"]);
        Assert.Equal(0, samples["sensor_capture_interface_up{interface=\"eth2\"}"]);
        Assert.Equal(7, samples["sensor_findings_total{detector=\"llmnr-wpad-answer\"}"]);
        Assert.Equal(42, samples["sensor_outbox_depth{target=\"siem\"}"]);
        Assert.Equal(3605, samples["sensor_outbox_oldest_age_seconds{target=\"siem\"}"]);
        Assert.Equal(51, samples["sensor_delivery_messages_total{target=\"odd\\\"name\\\\\"}"]);
        Assert.Equal((3, 1, 1), (Sample("sensor_delivery_resent_total"), Sample("sensor_delivery_refused_total"), Sample("sensor_delivery_up")));
        Assert.Equal(7.5, samples["sensor_worker_lag_seconds{worker=\"store\"}"]);
        Assert.Equal(3, samples["sensor_decoder_invalid_total"]);
        Assert.Equal(123_000_000, samples["process_resident_memory_bytes"]);
        Assert.Equal(93784.5, samples["sensor_uptime_seconds"]);
        Assert.Equal(1, samples["sensor_config_reloads_total{result=\"refused\"}"]);
        Assert.Contains(samples, static sample => sample.Key.StartsWith("sensor_build_info{version=\"9.9.9\"", StringComparison.Ordinal) && sample.Value == 1);

        double Sample(string family) => samples[family + "{target=\"siem\"}"];
    }

    [Fact]
    public void Every_collection_is_fresh_and_whole()
    {
        var report = Reports.Full();
        using var metrics = new SensorMetrics(() => report);
        using var text = new PrometheusText(metrics);
        var first = PrometheusParser.Parse(text.Write());
        report = report with { Targets = [], UptimeSeconds = 1 };
        var second = PrometheusParser.Parse(text.Write());
        Assert.Equal(1, second["sensor_uptime_seconds"]);
        Assert.DoesNotContain(second.Keys, static key => key.Contains("target=", StringComparison.Ordinal));
        Assert.Equal(first.Keys.Where(static key => !key.Contains("target=", StringComparison.Ordinal)).Order(), second.Keys.Order());
    }

    [Fact]
    public void No_label_is_an_address()
    {
        using var metrics = new SensorMetrics(Reports.Full);
        using var text = new PrometheusText(metrics);
        Assert.DoesNotContain("192.168.", text.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_report_survives_its_json()
    {
        var report = Reports.Full();
        var json = StatusJson.Write(report);
        var read = StatusJson.Read(json);
        Assert.NotNull(read);
        Assert.Equal(json, StatusJson.Write(read));
        Assert.Equal(125, read.Interfaces[0].Statistics.Dropped);
        Assert.Equal(4, read.Decoder.StreamGaps);
        Assert.Equal(DaemonPhase.Running, read.Phase);
        Assert.Null(StatusJson.Read("nonsense"u8));
    }
}
