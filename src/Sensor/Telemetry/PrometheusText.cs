using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Sensor.Telemetry;

/// <summary>
/// The Prometheus text format, version 0.0.4, of everything a meter measures: a HELP and a TYPE line for each family, then its samples. Names
/// are the instruments' with dots as underscores, the unit after them ("By" → _bytes, "s" → _seconds, "1" → _ratio), and _total for counters.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>What the format calls itself.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SensorMetrics _metrics;
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Listens to the instruments of <paramref name="metrics"/>.</summary>
    public PrometheusText(SensorMetrics metrics)
    {
        _metrics = metrics;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => ((Family)family!).Add(value, labels));
        _listener.Start();
    }

    /// <summary>All families as they are now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
                family.Samples.Clear();
            _metrics.Refresh();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder(16 * 1024);
            foreach (var (name, family) in _families)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(family.Help, quotes: false)).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(family.Type).Append('\n');
                foreach (var (labels, value) in family.Samples)
                    text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');
            }
            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>The name of an instrument's family.</summary>
    internal static string NameOf(string instrument, string? unit, bool isCounter)
    {
        var suffix = unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            "1" => "_ratio",
            null or "" => "",
            _ => "_" + unit,
        };
        return instrument.Replace('.', '_') + suffix + (isCounter ? "_total" : "");
    }

    private Family FamilyOf(Instrument instrument)
    {
        var isCounter = instrument is ObservableCounter<double>;
        var family = new Family(isCounter ? "counter" : "gauge", instrument.Description ?? "");
        _families.Add(NameOf(instrument.Name, instrument.Unit, isCounter), family);
        return family;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ when value == Math.Truncate(value) && Math.Abs(value) < 1e15 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escaped(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private sealed class Family(string type, string help)
    {
        public string Type { get; } = type;

        public string Help { get; } = help;

        public List<(string Labels, double Value)> Samples { get; } = [];

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            if (labels.IsEmpty)
            {
                Samples.Add(("", value));
                return;
            }
            var text = new StringBuilder("{");
            foreach (var (name, label) in labels)
                text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(Escaped(label?.ToString() ?? "", quotes: true)).Append('"');
            Samples.Add((text.Append('}').ToString(), value));
        }
    }
}
