using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Routing;
using Sensor.Tests.Output;

namespace Sensor.Tests.Delivery;

/// <summary>What is recorded but told to nobody, and what happens when that ends.</summary>
public sealed class SuppressionTests
{
    private const long Second = 1_000_000_000, Day = 86_400 * Second;

    /// <summary>The first day's end after <see cref="Scene.Start"/>, 2026-11-23T10:11:12Z.</summary>
    private const long Midnight = (1_795_392_000L + 86_400) * Second;

    private static Suppression[] Read(string json) =>
        [.. SuppressionReader.Read(SettingsFile.Parse(System.Text.Encoding.UTF8.GetBytes($"{{\"s\":[{json}]}}"), "test").Find("s"), "Alerts:Suppressions")];

    private static AlertRouter Router(string suppressions, Action<OperationalEvent>? happened = null) => new(
        RouterTests.Settings(RouterTests.Target()) with { Suppressions = [.. Read(suppressions)] }, Told.Identity)
    {
        Happened = happened,
    };

    [Theory]
    [InlineData("\"Detectors\": [\"wpad-name-leak\"]", false)]
    [InlineData("\"Suspects\": [\"02:00:00:00:00:66\"]", true)]
    [InlineData("\"Suspects\": [\"192.168.1.66\"]", true)]
    [InlineData("\"Suspects\": [\"192.168.1.0/26\"]", false)]
    [InlineData("\"Suspects\": [\"192.168.1.64/26\"]", true)]
    [InlineData("\"Suspects\": [\"192.168.1.20\"]", false)]
    [InlineData("\"Victims\": [\"192.168.1.20\"]", true)]
    [InlineData("\"Victims\": [\"192.168.1.66\"]", false)]
    [InlineData("\"Suspects\": [\"192.168.1.66\"], \"Victims\": [\"192.168.1.21\"]", false)]
    [InlineData("\"Vlans\": [20]", true)]
    [InlineData("\"Vlans\": [21, 30]", false)]
    [InlineData("\"Vlans\": [20], \"Victims\": [\"10.0.0.0/8\"]", false)]
    [InlineData("\"Networks\": [\"192.168.0.0/16\"]", true)]
    [InlineData("\"Networks\": [\"192.168.1.66/32\"]", false)]
    public void All_that_is_given_must_match(string criteria, bool isSuppressed)
    {
        var scene = new Scene();
        using var router = Router($"{{ {criteria}, \"Until\": \"never\", \"Reason\": \"r\" }}");
        var told = RouterTests.Play(router, scene, scene.Finding(Scene.Lure, 1, scene.First, "x"));
        Assert.Equal(isSuppressed ? 0 : 1, told.Count);
        Assert.Equal(isSuppressed ? 1 : 0, router.Suppressed);
        Assert.Single(scene.Book.Incidents[0].Findings);
    }

    [Fact]
    public void A_detector_is_suppressed_and_the_next_stage_is_told()
    {
        var scene = new Scene();
        var lure = Read("""{ "Detectors": ["LLMNR-wpad-answer"], "Until": "never", "Reason": "r" }""");
        Assert.Equal("llmnr-wpad-answer", Assert.Single(Assert.Single(lure).Detectors));
        using var router = new AlertRouter(RouterTests.Settings(RouterTests.Target()) with { Suppressions = [.. lure] }, Told.Identity);
        var told = RouterTests.Play(
            router, scene, scene.Finding(Scene.Lure, 1, scene.First, "lure"), scene.Finding(Scene.Pac, 2, scene.First, "pac"));
        Assert.Equal("rogue-pac-server", Assert.Single(told).Kind);
    }

    [Theory]
    [InlineData("2026-11-23", Midnight)]
    [InlineData("2026-11-23T12:00:00Z", (1_795_392_000L + (12 * 3600)) * Second)]
    [InlineData("2026-11-23T12:00:00+02:00", (1_795_392_000L + (10 * 3600)) * Second)]
    [InlineData("never", null)]
    public void A_date_holds_to_its_end_and_an_instant_to_itself(string until, long? expectedNs) =>
        Assert.Equal(expectedNs, Read($$"""{ "Vlans": [1], "Until": "{{until}}", "Reason": "r" }""")[0].UntilNs);

    [Fact]
    public void It_ends_by_packet_time_and_its_end_is_told_once()
    {
        var scene = new Scene();
        var happened = new List<OperationalEvent>();
        const string Suppressions = """{ "Suspects": ["192.168.1.66"], "Until": "2026-11-23", "Reason": "red team, ticket 4711" }""";
        using var router = Router(Suppressions, happened.Add);
        Assert.Empty(RouterTests.Play(router, scene, scene.Finding(Scene.Lure, 1, scene.First, "within")));
        var before = scene.Finding(Scene.Lure, 2, scene.Second, "last");
        Assert.Empty(RouterTests.Play(router, scene, before with { At = before.At with { TimestampNs = Midnight - 1 } }));
        Assert.Empty(router.Tick(scene.View(), Midnight - 1));
        var end = Assert.Single(router.Tick(scene.View(), Midnight));
        Assert.Equal("suppression-expired", end.Kind);
        Assert.Contains("suspects=192.168.1.66 until=2026-11-24 00:00:00", end.Body);
        Assert.Contains("red team, ticket 4711", end.Body);
        Assert.Single(happened);
        Assert.Empty(router.Tick(scene.View(), Midnight + Day));
        var after = scene.Finding(Scene.Pac, 3, scene.First, "after");
        Assert.Single(RouterTests.Play(router, scene, after with { At = after.At with { TimestampNs = Midnight } }));
        // Nor is it told again after a restart.
        using var restarted = Router(Suppressions);
        restarted.LoadState(router.SaveState());
        Assert.Empty(restarted.Tick(scene.View(), Midnight + Day));
    }

    [Theory]
    [InlineData("""{ "Until": "never", "Reason": "r" }""", "Alerts:Suppressions[0]: names nothing")]
    [InlineData("""{ "Vlans": [1], "Reason": "r" }""", "Alerts:Suppressions[0]:Until: say until when")]
    [InlineData("""{ "Vlans": [1], "Until": "never" }""", "Alerts:Suppressions[0]:Reason: say why")]
    [InlineData("""{ "Vlans": [1], "Until": "31.12.2026", "Reason": "r" }""", "Alerts:Suppressions[0]:Until: \"31.12.2026\" is not a date")]
    [InlineData("""{ "Vlans": [1], "Until": "2026-02-30", "Reason": "r" }""", "Alerts:Suppressions[0]:Until: \"2026-02-30\" is not a date")]
    [InlineData("""{ "Vlans": [1], "Until": "2026-12-31T10:00:00", "Reason": "r" }""", "Alerts:Suppressions[0]:Until:")]
    [InlineData("""{ "Vlans": [4095], "Until": "never", "Reason": "r" }""", "Alerts:Suppressions[0]:Vlans[0]: \"4095\" is not a VLAN")]
    [InlineData("""{ "Detectors": ["rouge-proxy"], "Until": "never", "Reason": "r" }""", "did you mean rogue-proxy?")]
    [InlineData("""{ "Suspects": ["10.0.0.0/33"], "Until": "never", "Reason": "r" }""", "Alerts:Suppressions[0]:Suspects[0]:")]
    [InlineData("""{ "Networks": ["02:00:00:00:00:66"], "Until": "never", "Reason": "r" }""", "Alerts:Suppressions[0]:Networks[0]:")]
    [InlineData("""{ "Detector": ["x"], "Until": "never", "Reason": "r" }""", "Alerts:Suppressions[0]:Detector: there is no such key; did you mean Detectors?")]
    public void What_is_wrong_with_one_is_said(string json, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<Sensor.Commands.CommandException>(() => Read(json)).Message);
}
