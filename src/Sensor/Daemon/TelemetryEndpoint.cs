using Sensor.Configuration;
using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>The metrics server of the daemon, which a reload may move: the new place is opened before the old one is given up.</summary>
internal sealed class TelemetryEndpoint(DaemonStatus status) : IDisposable
{
    private readonly SensorMetrics _metrics = new(status.Collect);
    private readonly Lock _gate = new();
    private MetricsServer? _server;
    private PrometheusText? _text;
    private string _listen = "";

    /// <summary>Where it listens; null: nowhere.</summary>
    public string? Address => _server?.Address;

    /// <summary>Listens where <paramref name="settings"/> say. Throws, and leaves all as it is, when that cannot be.</summary>
    public void Apply(TelemetrySettings settings)
    {
        lock (_gate)
        {
            if (settings.Listen == _listen)
                return;
            var before = _server;
            _server = settings.Listen.Length == 0 ? null : new MetricsServer(settings, Pages());
            _listen = settings.Listen;
            before?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _server?.Dispose();
            _server = null;
            _text?.Dispose();
            _metrics.Dispose();
        }
    }

    private MetricsPages Pages()
    {
        var text = _text ??= new PrometheusText(_metrics);
        return new MetricsPages(text.Write, status.Problems, () => status.IsCapturing);
    }
}
