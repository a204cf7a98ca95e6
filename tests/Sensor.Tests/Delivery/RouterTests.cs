using Sensor.Configuration;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Routing;
using Sensor.Tests.Output;

namespace Sensor.Tests.Delivery;

/// <summary>Who is told what.</summary>
public sealed class RouterTests
{
    private const long Second = 1_000_000_000, Minute = 60 * Second, Hour = 60 * Minute;

    private static readonly SensorIdentity Identity = new("host", "1");

    internal static AlertSettings Settings(params TargetSettings[] targets) => new() { Targets = [.. targets] };

    internal static TargetSettings Target(string name = "t") => new() { Name = name, Host = "127.0.0.1" };

    /// <summary>Plays findings into a router and gives what it told, as an engine would.</summary>
    internal static List<OutboxEntry> Play(AlertRouter router, Scene scene, params IEnumerable<Finding> findings)
    {
        var told = new List<OutboxEntry>();
        (Incident, Finding)? made = null;
        scene.Book.FindingMade = (incident, finding) => made = (incident, finding);
        AlertReason? reason = null;
        scene.Book.AlertRaised = alert => reason = alert.Reason;
        foreach (var finding in findings)
        {
            (made, reason) = (null, null);
            scene.Book.Raise(finding);
            if (made is { } one)
                told.AddRange(router.Route(scene.View(), one.Item1, one.Item2, reason));
        }
        return told;
    }

    [Fact]
    public void Every_target_gets_what_reaches_its_threshold()
    {
        var scene = new Scene();
        using var router = new AlertRouter(
            Settings(Target("all") with { Findings = TargetScope.All }, Target("alerts"), Target("pager") with { MinimumSeverity = Severity.Critical }), Identity);
        var told = Play(router, scene,
            scene.Finding(Scene.Lure, 1, scene.First, "low", Severity.Low),
            scene.Finding(Scene.Pac, 2, scene.First, "high"),
            scene.Finding(Scene.Pac, 3, scene.Second, "critical", Severity.Critical));
        Assert.Equal(3, told.Count(entry => entry.Target == "all"));
        Assert.Equal(2, told.Count(entry => entry.Target == "alerts"));
        Assert.Equal(Severity.Critical, Assert.Single(told, entry => entry.Target == "pager").Severity);
    }

    [Fact]
    public void A_target_with_a_higher_threshold_is_told_of_the_first_finding_that_reaches_it()
    {
        var scene = new Scene();
        using var router = new AlertRouter(Settings(Target() with { MinimumSeverity = Severity.High, MinimumConfidence = Confidence.Certain }), Identity);
        // To the alert gate the third is news in nothing: as bad as the second, as sure as the first.
        var told = Play(router, scene,
            scene.Finding(Scene.Lure, 1, scene.First, "medium, certain", Severity.Medium, confidence: Confidence.Certain),
            scene.Finding(Scene.Lure, 2, scene.First, "high, likely", Severity.High) with { Subject = 2 },
            scene.Finding(Scene.Lure, 3, scene.First, "high, certain", Severity.High, confidence: Confidence.Certain) with { Subject = 3 },
            scene.Finding(Scene.Lure, 4, scene.First, "again", Severity.High, confidence: Confidence.Certain) with { Subject = 4 });
        Assert.Contains("high, certain", Assert.Single(told).Body);
    }

    [Fact]
    public void The_same_findings_give_the_same_messages_and_every_message_its_own_id()
    {
        var (first, second) = (Run(), Run());
        Assert.Equal(first, second);
        Assert.Equal(first.Count, first.DistinctBy(entry => (entry.Target, entry.MessageId)).Count());

        static List<OutboxEntry> Run()
        {
            var scene = new Scene();
            using var router = new AlertRouter(Settings(Target("a"), Target("b") with { Format = BodyFormat.Ecs }), Identity);
            return Play(router, scene, scene.Finding(Scene.Lure, 1, scene.First, "x"), scene.Finding(Scene.Lure, 2, scene.Second, "y"));
        }
    }

    [Fact]
    public void An_event_about_a_target_goes_to_all_others()
    {
        using var router = new AlertRouter(Settings(Target("a"), Target("b"), Target("quiet") with { Operational = false }), Identity);
        var happened = new OperationalEvent("target-unreachable", "a", Severity.Medium, false, Scene.Start, "s", "n");
        Assert.Equal("b", Assert.Single(router.Route(happened)).Target);
        Assert.Equal(["a", "b"], router.Route(happened with { Id = "capture-loss" }).Select(entry => entry.Target));
        Assert.NotEqual(router.Route(happened)[0].MessageId, router.Route(happened with { IsOver = true })[0].MessageId);
    }

    [Fact]
    public void Further_victims_are_summed_up_and_told_when_the_window_ends()
    {
        var scene = new Scene();
        using var router = new AlertRouter(Settings(Target(), Target("each") with { Summaries = false }), Identity);
        var victims = scene.Crowd(325);
        var told = Play(router, scene, victims.Select((victim, at) => scene.Finding(Scene.Lure, at, victim, $"victim {at}")));
        Assert.Equal(10, told.Count(entry => entry.Target == "t"));
        Assert.Equal(325, told.Count(entry => entry.Target == "each"));
        Assert.Equal(315, router.SummedUp);
        Assert.Empty(router.Tick(scene.View(), Scene.Start + (10 * Minute) - 1));
        var summary = Assert.Single(router.Tick(scene.View(), Scene.Start + (10 * Minute)));
        Assert.Contains("and 315 more victims of 192.168.1.66 (kali)", summary.Body);
        Assert.Equal(told[0].IncidentId, summary.IncidentId);
        Assert.Empty(router.Tick(scene.View(), Scene.Start + Hour));
    }

    [Fact]
    public void A_new_stage_is_told_at_once_even_when_victims_are_summed_up()
    {
        var scene = new Scene();
        using var router = new AlertRouter(Settings(Target()), Identity);
        var victims = scene.Crowd(50);
        Play(router, scene, victims.Select((victim, at) => scene.Finding(Scene.Lure, at, victim, $"victim {at}")));
        Assert.Contains("a PAC", Assert.Single(Play(router, scene, scene.Finding(Scene.Pac, 60, victims[40], "a PAC"))).Body);
    }

    [Fact]
    public void The_state_survives_a_restart()
    {
        var scene = new Scene();
        var settings = Settings(Target() with { RollUp = true });
        using var before = new AlertRouter(settings, Identity);
        Play(before, scene, scene.Crowd(30).Select((victim, at) => scene.Finding(Scene.Lure, at, victim, $"victim {at}")));
        var saved = before.SaveState();
        Assert.Same(saved, before.SaveState());
        using var after = new AlertRouter(settings, Identity);
        after.LoadState(saved);
        Assert.Equal(saved, after.SaveState());
        Assert.Equal(before.Tick(scene.View(), Scene.Start + (25 * Hour)), after.Tick(scene.View(), Scene.Start + (25 * Hour)));
        Assert.NotEqual(saved, after.SaveState());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"windows":[{"target":"t","incident":"x","counted":5}]}""")]
    [InlineData("""{"version":1,"windows":[null,3,{"target":"t"},{"target":7,"incident":{}}],"tallies":{"t":[]},"reported":[null,"x"]}""")]
    [InlineData("""{"version":1,"windows":[{"target":"t","incident":"x","counted":1e99,"severity":-7}],"tallies":{"t":{"severities":["x"]}}}""")]
    public void A_damaged_state_is_ignored(string state)
    {
        using var router = new AlertRouter(Settings(Target() with { RollUp = true }), Identity);
        router.LoadState(state);
        Assert.Empty(router.Tick(new Scene().View(), Scene.Start));
    }

    [Fact]
    public void The_state_stays_small_however_many_incidents_there_are()
    {
        var scene = new Scene();
        using var router = new AlertRouter(Settings(Target()), Identity);
        var told = scene.Crowd(1000).SelectMany(
            (suspect, at) => Play(router, scene, scene.Finding(Scene.Lure, at, scene.First, "s", suspect: suspect))).ToList();
        Assert.Equal(1000, told.Count);
        Assert.True(router.SaveState().Length < 128 * 1024);
    }
}
