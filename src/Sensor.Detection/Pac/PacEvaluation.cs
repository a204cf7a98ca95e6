using System.Collections.Immutable;
using Sensor.Core.Wire;

namespace Sensor.Detection.Pac;

/// <summary>
/// Runs a proxy configuration and says what it does. Implemented outside of detection, in a process of its own: what is run is the
/// attacker's
/// program. The same request must give the same result every time.
/// </summary>
public interface IPacEvaluator
{
    /// <summary>Reads and runs the script. Never throws about the script; a hostile one costs bounded time and memory.</summary>
    PacEvaluation Evaluate(PacEvaluationRequest request);
}

/// <summary>A name and what the capture showed it to resolve to.</summary>
public sealed record PacResolvedName(string Name, ImmutableArray<IpAddress> Addresses);

/// <summary>What to run, and the world it is made to believe in.</summary>
public sealed record PacEvaluationRequest
{
    /// <summary>Larger bodies are not run: no client takes more (Chromium and WinHTTP stop at 1 MB).</summary>
    public const int MostOctets = 1024 * 1024;

    /// <summary>The body as served.</summary>
    public required ReadOnlyMemory<byte> Script { get; init; }

    /// <summary>What it is asked about, in this order.</summary>
    public required ImmutableArray<PacProbe> Probes { get; init; }

    /// <summary>What myIpAddress answers: the client that fetched the file.</summary>
    public required IpAddress Client { get; init; }

    /// <summary>The script's time: packet time, nanoseconds since 1970 UTC.</summary>
    public required long TimestampNs { get; init; }

    /// <summary>Offset of the script's local time from UTC, minutes. 0 in detection: captures do not know their zone.</summary>
    public int OffsetMinutes { get; init; }

    /// <summary>What look-ups answer; names that are not here resolve to a fixed stub address.</summary>
    public ImmutableArray<PacResolvedName> Names { get; init; } = [];

    /// <summary>Whether the hosts the script names are asked about too.</summary>
    public bool AsksNamedHosts { get; init; } = true;
}

/// <summary>How an evaluation ended.</summary>
public enum PacOutcome : byte
{
    /// <summary>There was no evaluator, or it could not be started: nothing is known.</summary>
    Unavailable,

    /// <summary>The script ran; there is a decision for each probe.</summary>
    Evaluated,

    /// <summary>The script ran, but is so long that not all probes could be asked. Honest files may do that.</summary>
    Partial,

    /// <summary>
    /// The script does not load (a syntax error, an exception) or defines no FindProxyForURL: clients ignore it and go direct.
    /// </summary>
    Broken,

    /// <summary>The script used up its steps, depth, memory or time. No client needs that much to find a proxy.</summary>
    Exhausted,

    /// <summary>The body is larger than any client takes.</summary>
    TooLarge,
}

/// <summary>What the script answered for one probe.</summary>
/// <param name="Probe">The URL asked about.</param>
/// <param name="Answer">FindProxyForURL's answer as given, cut at 512 characters; "DIRECT" for null, undefined and exceptions.</param>
/// <param name="WindowsAnswer">FindProxyForURLEx's where there is one (Windows prefers it), else the same.</param>
public sealed record PacDecision(PacProbe Probe, string Answer, string WindowsAnswer)
{
    /// <summary>Where the client goes first.</summary>
    public PacProxy First => PacAnswer.Read(Answer)[0];

    /// <summary>Where Windows services (update among them) go first.</summary>
    public PacProxy WindowsFirst => PacAnswer.Read(WindowsAnswer)[0];
}

/// <summary>What a script is and does.</summary>
public sealed record PacEvaluation
{
    /// <summary>How it ended.</summary>
    public required PacOutcome Outcome { get; init; }

    /// <summary>Why it is broken, in the words of the parser or of the script: untrusted. Else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What reading it without running showed.</summary>
    public PacReading Reading { get; init; } = PacReading.Nothing;

    /// <summary>A decision for each probe that could be asked, in their order.</summary>
    public ImmutableArray<PacDecision> Decisions { get; init; } = [];

    /// <summary>Names it looked up, in order of first look-up, at most 64. Untrusted.</summary>
    public ImmutableArray<string> LookedUp { get; init; } = [];

    /// <summary>Texts given to alert(), at most 16. Untrusted.</summary>
    public ImmutableArray<string> Alerts { get; init; } = [];

    /// <summary>Nothing is known.</summary>
    public static PacEvaluation Unknown { get; } = new() { Outcome = PacOutcome.Unavailable };
}
