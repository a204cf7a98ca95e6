using System.Collections;
using System.Text;
using System.Text.RegularExpressions;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection;
using Sensor.Detection.Trust;
using Sensor.Store;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Configuration;

/// <summary>The appsettings.json that is shipped shows every key with its default.</summary>
public sealed partial class ShippedFileTests
{
    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    [Fact]
    public void It_is_right()
    {
        var run = Invocation.Of("check", "--config", Shipped);
        Assert.Equal(("", 0), (run.Error, run.Status));
    }

    [Fact]
    public void It_changes_nothing()
    {
        var configuration = SensorConfiguration.Read(new(Shipped, null, []));
        Assert.Equal(new AlertSettings(), configuration.Alerts);
        Assert.Equal(new StoreSettings(), configuration.Store);
        Assert.Equal(new DaemonSettings(), configuration.Daemon);
        Assert.Equal(new TelemetrySettings(), configuration.Telemetry);
        Assert.Equal(1, configuration.Capture.Workers);
        Assert.Equal(new Sensor.Capture.Live.LiveOptions(), configuration.Capture.Live with { Interfaces = new Sensor.Capture.Live.LiveOptions().Interfaces });
        Assert.Same(TrustPolicy.Empty, configuration.Trust);
        Assert.False(configuration.HasDetectorSettings);
    }

    [Fact]
    public void It_shows_every_list_of_trust()
    {
        var trust = SettingsFile.Read(Shipped).Find("Trust")!;
        Assert.All(SettingsBinder.Keys(typeof(TrustSettings)), key => Assert.NotNull(trust.Find(key.Name)));
    }

    [Fact]
    public void Its_comments_name_every_key_of_a_target()
    {
        var text = File.ReadAllText(Shipped);
        Assert.All(SettingsBinder.Keys(typeof(TargetSettings)), key => Assert.Matches($@"(?m)^    //   (.*\W)?{key.Name}\b", text));
    }

    [Fact]
    public void Its_comments_show_every_setting_of_every_detector_with_its_default()
    {
        var text = CommentedLine().Replace(File.ReadAllText(Shipped), "$1");
        var shown = SettingsFile.Parse(Encoding.UTF8.GetBytes(text), Shipped).Find("Detectors")!;
        var types = new Dictionary<string, Type>();
        _ = new DetectionEngine(TrustPolicy.Empty, new SegmentTable(), (id, type) =>
        {
            types[id] = type;
            return null;
        });
        Assert.Equal(types.Keys.Order(), shown.Members.Select(member => member.Key).Order());
        foreach (var (id, type) in types)
        {
            var section = shown.Find(id)!;
            var (read, defaults) = (SettingsBinder.Bind(type, section, id), Activator.CreateInstance(type)!);
            foreach (var key in SettingsBinder.Keys(type))
            {
                Assert.True(section.Find(key.Name) is not null, $"{id}:{key.Name} is missing in appsettings.json");
                Assert.Equal(Comparable(key.GetValue(defaults)), Comparable(key.GetValue(read)));
            }
        }
    }

    private static object? Comparable(object? value) => value is IEnumerable list and not string ? string.Join('|', list.Cast<object>()) : value;

    /// <summary>Lines below "Detectors" that are comments as a whole and look like JSON.</summary>
    [GeneratedRegex("""^    //( *["}].*)$""", RegexOptions.Multiline)]
    private static partial Regex CommentedLine();
}
