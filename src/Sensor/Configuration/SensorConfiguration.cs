using System.Diagnostics.CodeAnalysis;
using Sensor.Commands;
using Sensor.Detection.Detectors;
using Sensor.Detection.Trust;
using Sensor.Detection.Updates;
using Sensor.Store;

namespace Sensor.Configuration;

/// <summary>The configuration of a run, read and found right. Reading throws <see cref="CommandException"/> with status 2 and the key's path.</summary>
public sealed class SensorConfiguration
{
    private const string FileName = "appsettings.json";

    /// <summary>Where a package puts the configuration.</summary>
    private const string SystemFile = "/etc/sensor/appsettings.json";

    private static readonly string[] Sections = ["Trust", "Updates", "Alerts", "Detectors", "Store", "Capture", "Daemon", "Telemetry", "Baseline", "Probing"];

    private readonly Dictionary<string, SettingNode> _detectors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disabled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unused = new(StringComparer.Ordinal);

    private SensorConfiguration(TrustPolicy trust, UpdatePolicy updates, AlertSettings alerts)
    {
        Trust = trust;
        Updates = updates;
        Alerts = alerts;
    }

    /// <summary>What the operator trusts.</summary>
    public TrustPolicy Trust { get; }

    /// <summary>The update catalogue with the operator's entries, WSUS servers and caches.</summary>
    public UpdatePolicy Updates { get; }

    /// <summary>From where on a finding is an alert.</summary>
    public AlertSettings Alerts { get; }

    /// <summary>Where findings are kept, and how much of them.</summary>
    public StoreSettings Store { get; private init; } = new();

    /// <summary>Whether the daemon learns a baseline, and how long.</summary>
    public BaselineSettings Baseline { get; private init; } = new();

    /// <summary>What is captured from.</summary>
    public CaptureSettings Capture { get; private init; } = new();

    /// <summary>How the daemon starts, stops and is asked.</summary>
    public DaemonSettings Daemon { get; private init; } = new();

    /// <summary>Where metrics can be read.</summary>
    public TelemetrySettings Telemetry { get; private init; } = new();

    /// <summary>Every value that was written, by its path, as it may be shown: what a reload compares.</summary>
    internal SettingValues Values { get; private init; } = SettingValues.None;

    /// <summary>What is asked actively, and from where; nothing by default.</summary>
    internal Probing.ProbingSettings Probing { get; private init; } = new();

    /// <summary>The file that was read, or null where all is default.</summary>
    public string? ConfigPath { get; private init; }

    /// <summary>Whether any detector has settings that only the detector can read.</summary>
    public bool HasDetectorSettings => _detectors.Count > 0;

    /// <summary>Whether the detector may run.</summary>
    public bool IsEnabled(string detectorId) => !_disabled.Contains(detectorId);

    /// <summary>The settings of a detector as a record of <paramref name="type"/>, or null where the defaults hold.</summary>
    public object? DetectorSettings(string detectorId, [DynamicallyAccessedMembers(SettingsRecord.Members)] Type type)
    {
        if (!_detectors.TryGetValue(detectorId, out var section))
            return null;
        _unused.Remove(detectorId);
        return SettingsBinder.Bind(type, section, $"Detectors:{detectorId}");
    }

    /// <summary>To be called when all detectors are made: complains about settings of a detector that has none.</summary>
    public void CheckAllUsed()
    {
        foreach (var (id, section) in _detectors)
        {
            if (_unused.Contains(id) && IsEnabled(id) && section.Members is [var (key, value), ..])
                throw SettingsError.UnknownKey(value, $"Detectors:{id}", key, ["Enabled"]);
        }
    }

    /// <summary>
    /// Reads all of <paramref name="sources"/>. Without a file named, one in the current folder that is another program's is passed over, which
    /// <paramref name="notes"/> are told.
    /// </summary>
    public static SensorConfiguration Read(ConfigurationSources sources, TextWriter? notes = null)
    {
        var (path, root) = sources.ConfigPath is { } named ? (named, SettingsFile.Read(named)) : FindFile(notes);
        if (sources.TrustPath is { } trustPath)
            PutTrust(root, SettingsFile.Read(trustPath));
        foreach (var assignment in sources.Overrides)
            SettingsOverride.Apply(root, assignment);
        SettingsBinder.CheckKeys(root, "", Sections);
        var trust = TrustSectionReader.Read(root.Find("Trust"));
        var alerts = AlertSettings.Read(root.Find("Alerts"));
        var configuration = new SensorConfiguration(trust, UpdateSectionReader.Read(root.Find("Updates")), alerts)
        {
            Probing = ProbingSectionReader.Read(root.Find("Probing")),
            ConfigPath = path,
            Store = StoreSectionReader.Read(root.Find("Store")),
            Baseline = BaselineSectionReader.Read(root.Find("Baseline")),
            Capture = CaptureSettings.Read(root.Find("Capture")),
            Daemon = DaemonSettings.Read(root.Find("Daemon")),
            Telemetry = TelemetrySettings.Read(root.Find("Telemetry")),
            Values = SettingValues.Of(root),
        };
        configuration.ReadDetectors(root.Find("Detectors"));
        return configuration;
    }

    /// <summary>Defaults of everything but where alerts go: a self-test tests the way, not the policy.</summary>
    internal static SensorConfiguration OfSelftest(AlertSettings alerts, StoreSettings store) =>
        new(TrustPolicy.Empty, UpdatePolicy.Default, alerts) { Store = store };

    /// <summary>
    /// A trust file holds the section as a whole file does, or its content alone. As a whole file it may know of updates too, as `sensor learn`
    /// writes it: those keys replace the configuration's.
    /// </summary>
    private static void PutTrust(SettingNode root, SettingNode file)
    {
        if (file.Find("Trust") is not { } section)
        {
            root.Put("Trust", file);
            return;
        }
        SettingsBinder.CheckKeys(file, "", Sections);
        root.Put("Trust", section);
        if (file.Find("Updates") is not { Kind: SettingKind.Section } updates)
            return;
        var known = root.Find("Updates") ?? new SettingNode(updates.Source, SettingKind.Section);
        foreach (var (key, value) in updates.Members)
            known.Put(key, value);
        root.Put("Updates", known);
    }

    private static (string? Path, SettingNode Root) FindFile(TextWriter? notes)
    {
        if (File.Exists(FileName))
        {
            var root = SettingsFile.Read(FileName);
            if (!IsForeign(root))
                return (FileName, root);
            notes?.WriteLine($"sensor: ./{FileName} holds no section of this program: it is passed over (--config names a file)");
        }
        var path = new[] { Path.Combine(AppContext.BaseDirectory, FileName), SystemFile }.FirstOrDefault(File.Exists);
        return (path, path is null ? new SettingNode(FileName, SettingKind.Section) : SettingsFile.Read(path));
    }

    // Many programs call their configuration so. One that is empty, or has a single section of this program's, is meant for it.
    private static bool IsForeign(SettingNode root) => root.Members.Count > 0 && !Array.Exists(Sections, section => root.Find(section) is not null);

    private void ReadDetectors(SettingNode? section)
    {
        if (section is null)
            return;
        if (section.Kind != SettingKind.Section)
            throw SettingsError.Wanted(section, "Detectors", "a section { … }");
        foreach (var (key, value) in section.Members)
        {
            var id = DetectorCatalog.All.FirstOrDefault(entry => entry.Info.Id.Equals(key, StringComparison.OrdinalIgnoreCase))?.Info.Id
                ?? throw SettingsError.UnknownKey(value, "Detectors", key, DetectorCatalog.All.Select(entry => entry.Info.Id));
            if (value.Kind != SettingKind.Section)
                throw SettingsError.Wanted(value, $"Detectors:{id}", "a section { … }");
            ReadDetector(id, value);
        }
    }

    private void ReadDetector(string id, SettingNode section)
    {
        if (section.Take("Enabled") is { } enabled && !SettingsBinder.Boolean(enabled, $"Detectors:{id}:Enabled"))
            _disabled.Add(id);
        if (section.Members.Count == 0)
            return;
        _detectors.Add(id, section);
        _unused.Add(id);
    }
}
