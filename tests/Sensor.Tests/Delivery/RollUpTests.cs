using System.Text.Json;
using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Routing;
using Sensor.Tests.Output;
using Sensor.Tests.Output.Formats;

namespace Sensor.Tests.Delivery;

/// <summary>One message a day, and the notices of every kind in every format.</summary>
public sealed class RollUpTests
{
    private const long Second = 1_000_000_000, Hour = 3600 * Second, Day = 24 * Hour;

    /// <summary>2026-11-23T00:00:00Z, the day of <see cref="Scene.Start"/>.</summary>
    private const long Midnight = 1_795_392_000L * Second;

    [Theory]
    [InlineData(0, 6, 6)]
    [InlineData(6, 6, 30)]
    [InlineData(7, 6, 30)]
    [InlineData(23, 0, 24)]
    [InlineData(-1, 6, 6)]
    public void The_day_ends_at_the_time_given(int startHour, int atHour, int dueHour) =>
        Assert.Equal(Midnight + (dueHour * Hour), DayTally.DueAfter(Midnight + (startHour * Hour), TimeSpan.FromHours(atHour)));

    [Fact]
    public void The_counts_of_a_day_are_told_to_who_wants_them()
    {
        var scene = new Scene();
        var settings = RouterTests.Settings(RouterTests.Target("daily") with { RollUp = true, MinimumSeverity = Severity.High }, RouterTests.Target("other")) with
        {
            Suppressions =
            [
                .. SuppressionReader.Read(SettingsFile.Parse("""{"s":[{ "Victims": ["192.168.1.21"], "Until": "never", "Reason": "r" }]}"""u8.ToArray(), "t").Find("s"), "s"),
            ],
        };
        using var router = new AlertRouter(settings, Told.Identity);
        router.Tick(scene.View(), Scene.Start);
        RouterTests.Play(router, scene,
            scene.Finding(Scene.Lure, 1, scene.First, "a"), scene.Finding(Scene.Pac, 2, scene.First, "b", Severity.Critical),
            scene.Finding(Scene.Lure, 3, scene.Second, "suppressed"));
        Assert.Empty(router.Tick(scene.View(), Midnight + Day + (6 * Hour) - 1));
        var told = Assert.Single(router.Tick(scene.View(), Midnight + Day + (6 * Hour)));
        Assert.Equal(("daily", "daily-roll-up", Severity.Info), (told.Target, told.Kind, told.Severity));
        Assert.Contains("2026-11-23 10:11:12 to 2026-11-24 06:00:00 UTC: 2 alerts (1 critical, 1 high) in 1 incident, 1 suppressed", told.Body);
        Assert.Contains("; llmnr-wpad-answer 1; rogue-pac-server 1; incident ", told.Body);
        Assert.Contains("critical by 192.168.1.66 (kali): 2 alerts, 1 victim", told.Body);
        // The next day was quiet; one that nobody was there to end is told late, once.
        Assert.Contains("UTC: no alerts", Assert.Single(router.Tick(scene.View(), Midnight + (5 * Day))).Body);
        Assert.Empty(router.Tick(scene.View(), Midnight + (5 * Day) + Hour));
    }

    [Fact]
    public void A_clock_that_is_set_back_ends_neither_too_early_nor_never()
    {
        var scene = new Scene();
        using var router = new AlertRouter(RouterTests.Settings(RouterTests.Target() with { RollUp = true }), Told.Identity);
        router.Tick(scene.View(), Midnight + (400 * Day));
        Assert.Empty(router.Tick(scene.View(), Midnight));
        Assert.Single(router.Tick(scene.View(), Midnight + (6 * Hour)));
    }

    [Theory]
    [InlineData(BodyFormat.Text)]
    [InlineData(BodyFormat.Cef)]
    [InlineData(BodyFormat.Leef)]
    [InlineData(BodyFormat.Eve)]
    [InlineData(BodyFormat.Ecs)]
    [InlineData(BodyFormat.Ocsf)]
    [InlineData(BodyFormat.Stix)]
    public void Notices_are_whole_in_every_format_whatever_their_words(BodyFormat format)
    {
        foreach (var text in Told.Hostile)
        {
            var target = RouterTests.Target() with { Type = TargetType.File, Path = "x", Format = format };
            using var router = new AlertRouter(RouterTests.Settings(target), Told.Identity);
            var happened = new OperationalEvent("capture-loss", text, Severity.High, false, Scene.Start, text, text);
            var body = Assert.Single(router.Route(happened)).Body;
            Assert.DoesNotContain('\n', body);
            switch (format)
            {
                case BodyFormat.Text:
                    Assert.StartsWith("HIGH capture-loss: ", body, StringComparison.Ordinal);
                    break;
                case BodyFormat.Cef:
                    Assert.Equal(("capture-loss", "operational"), (CefParser.Read(body).Header[4], CefParser.Read(body).Extension["cat"]));
                    break;
                case BodyFormat.Leef:
                    Assert.Equal("operational", SyslogFormatTests.Leef(body)["cat"]);
                    break;
                default:
                    Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(body).RootElement.ValueKind);
                    break;
            }
        }
    }

    [Fact]
    public void The_notice_in_eve_is_exactly_this()
    {
        using var router = new AlertRouter(RouterTests.Settings(RouterTests.Target() with { Type = TargetType.File, Path = "x" }), Told.Identity);
        var body = router.Route(new OperationalEvent("capture-loss", "eth1", Severity.High, false, Scene.Start, "3 % lost", "Add workers"))[0].Body;
        var id = JsonDocument.Parse(body).RootElement.GetProperty("sensor").GetProperty("message_id").GetString()!;
        Assert.Equal(
            """
            {"timestamp":"2026-11-23T10:11:12.123456+0000","event_type":"sensor","sensor":{"notice":"operational","kind":"capture-loss",
            "message_id":"ID","severity":"high","summary":"3 % lost","fields":{"subject":"eth1","state":"begun"},"next_steps":["Add workers"]}}
            """.ReplaceLineEndings(""), body.Replace(id, "ID", StringComparison.Ordinal));
    }
}
