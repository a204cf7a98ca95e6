using System.Collections.Immutable;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>One step of the way from the lure to the program, as findings of one suspect show it.</summary>
/// <param name="Stage">Which.</param>
/// <param name="AtNs">Packet time of its first finding, nanoseconds.</param>
/// <param name="Frames">The frames that prove it.</param>
internal sealed record FlameStep(Stage Stage, long AtNs, IReadOnlyList<FrameReference> Frames);

/// <summary>The steps one victim was led, complete from the lure to an answered update request.</summary>
internal sealed class FlameSteps
{
    /// <summary>Sids of the detectors that see a proxy configuration being given falsely: by name answers, a registration, or DHCP.</summary>
    private static readonly int[] Lures = [1101, 1102, 1103, 1104, 1107, 1201, 1203];

    /// <summary>First and last sid of the detectors that see a proxy configuration (PAC).</summary>
    private const int FirstPac = 1301, LastPac = 1308;

    private FlameSteps(ImmutableArray<FlameStep> steps) => InOrder = steps;

    /// <summary>The steps in the order of the attack.</summary>
    public ImmutableArray<FlameStep> InOrder { get; }

    /// <summary>The last step: update or payload.</summary>
    public Stage Furthest => InOrder[^1].Stage;

    /// <summary>The steps as the end of a sentence, with their times.</summary>
    public string Told => string.Join(", ", InOrder.Select(static step => $"{Word(step.Stage)} at {PacketClock.Of(step.AtNs)}"));

    /// <summary>Whether the suspect was caught giving a proxy configuration falsely.</summary>
    public static bool HasLured(Incident incident)
    {
        foreach (var sid in Lures)
        {
            if (incident.HasFrom(sid, Confidence.Likely))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether the suspect served a proxy configuration to anybody: asked first, because most who lure thousands get no further and their victims
    /// need not be gone through.
    /// </summary>
    public static bool HasServedPac(Incident incident)
    {
        for (var sid = FirstPac; sid <= LastPac; sid++)
        {
            if (incident.HasFrom(sid, Confidence.Possible))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The steps of <paramref name="victim"/>; null while one is missing. The lure may have been seen with another victim: an answer that
    /// was sent to one is cached by none, but what a capture holds of it may begin late.
    /// </summary>
    public static FlameSteps? Of(Incident incident, Victim victim)
    {
        var steps = ImmutableArray.CreateBuilder<FlameStep>(5);
        if (StepOf(victim, Stage.Lure) is { } own)
            steps.Add(own);
        else if (LureOfAnother(incident) is { } others)
            steps.Add(others);
        else
            return null;
        if (StepOf(victim, Stage.Pac) is not { } pac)
            return null;
        steps.Add(pac);
        if (StepOf(victim, Stage.Proxy) is { } proxy)
            steps.Add(proxy);
        var before = steps.Count;
        if (StepOf(victim, Stage.Update) is { } update)
            steps.Add(update);
        if (StepOf(victim, Stage.Payload) is { } payload)
            steps.Add(payload);
        return steps.Count > before ? new FlameSteps(steps.ToImmutable()) : null;
    }

    private static FlameStep? StepOf(Victim victim, Stage stage)
    {
        foreach (var reached in victim.Stages)
        {
            if (reached.Stage == stage)
                return new FlameStep(stage, reached.FirstNs, reached.Frames);
        }
        return null;
    }

    private static FlameStep? LureOfAnother(Incident incident)
    {
        foreach (var recorded in incident.Findings)
        {
            if (Lures.Contains(recorded.Finding.Detector.Sid) && recorded.Finding.Confidence >= Confidence.Likely)
                return new FlameStep(Stage.Lure, recorded.Finding.At.TimestampNs, recorded.Finding.Frames);
        }
        return null;
    }

    private static string Word(Stage stage) => stage switch
    {
        Stage.Lure => "lured it",
        Stage.Pac => "served it the proxy configuration",
        Stage.Proxy => "became its proxy",
        Stage.Update => "answered its update requests",
        _ => "delivered a program",
    };
}
