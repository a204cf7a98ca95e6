using System.Collections.Immutable;

namespace Sensor.Detection.Pac;

/// <summary>A trait of a script that honest proxy configurations do not need, or hardly.</summary>
public enum PacSignKind : byte
{
    /// <summary>Runs text as a program: eval, Function.</summary>
    RunsText,

    /// <summary>Spells text by codes: unescape, fromCharCode, atob, strings mostly of \x or \u.</summary>
    EncodedText,

    /// <summary>Puts a proxy keyword or a function's name together from pieces that do not show it.</summary>
    BuiltKeyword,

    /// <summary>Looks up a name that carries the URL: what is visited, https too, goes out by DNS.</summary>
    UrlLookedUp,

    /// <summary>Looks up a name made of the host and something else.</summary>
    HostLookedUp,

    /// <summary>Asks for objects that only other script hosts have: ActiveXObject, WScript, XMLHttpRequest.</summary>
    ForeignObject,

    /// <summary>Answers by the calendar or the clock.</summary>
    Calendar,

    /// <summary>Replaces one of the functions or objects it is given.</summary>
    ReplacesBuiltIn,

    /// <summary>A text or a file far longer than honest ones.</summary>
    AbnormalSize,
}

/// <summary>A sign and where it is.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Line">Line of the script, from 1; 0 for the whole.</param>
/// <param name="Text">The place as written, cut at 120 characters. Untrusted.</param>
public sealed record PacSign(PacSignKind Kind, int Line, string Text)
{
    /// <summary>
    /// Whether it tells by itself. The others have honest uses (office hours, look-ups with the company's suffix, polyfills) and are
    /// recorded.
    /// </summary>
    public bool IsStrong =>
        Kind is PacSignKind.RunsText or PacSignKind.EncodedText or PacSignKind.BuiltKeyword or PacSignKind.UrlLookedUp
            or PacSignKind.ForeignObject;
}

/// <summary>What reading a script without running it shows.</summary>
/// <param name="Functions">Global functions it calls, by name in ordinal order.</param>
/// <param name="Hosts">Hosts and host patterns named in its texts, in order of first mention.</param>
/// <param name="Proxies">Proxies it names, those in texts put together included.</param>
/// <param name="BuiltTexts">Texts it puts together from codes or pieces, as they become.</param>
/// <param name="Signs">Suspicious traits, in the order of the script.</param>
public sealed record PacReading(
    ImmutableArray<string> Functions, ImmutableArray<string> Hosts, ImmutableArray<PacProxy> Proxies, ImmutableArray<string> BuiltTexts,
    ImmutableArray<PacSign> Signs)
{
    /// <summary>Entries kept of each list: a reader needs the first ones, and a hostile script has no end of them.</summary>
    public const int MostEntries = 64;

    /// <summary>Longest text kept.</summary>
    public const int LongestText = 120;

    /// <summary>Of a script that could not be read.</summary>
    public static PacReading Nothing { get; } = new([], [], [], [], []);
}
