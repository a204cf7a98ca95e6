using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;

namespace Sensor.Detection.Updates;

/// <summary>Where a mark is looked for.</summary>
internal enum UpdateMarkPlace : byte
{
    /// <summary>In the decoded SOAP body.</summary>
    Body,

    /// <summary>Path of the request.</summary>
    Target,

    /// <summary>Location header.</summary>
    Location,

    /// <summary>Server header.</summary>
    Server,

    /// <summary>A header that honest servers send is missing.</summary>
    MissingHeader,

    /// <summary>The header names in their order are these.</summary>
    HeaderOrder,

    /// <summary>A revision number in the metadata.</summary>
    Revision,

    /// <summary>A command line in the metadata runs this program.</summary>
    Program,
}

/// <summary>A trait of a known tool's answer to an update request.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Place">Where it shows.</param>
/// <param name="Text">What is looked for.</param>
/// <param name="Weight">3: nothing else has it; 2: hardly anything else; 1: others have it too.</param>
internal sealed record UpdateToolMark(string Tool, UpdateMarkPlace Place, string Text, int Weight);

/// <summary>
/// Marks of known update-hijack tools, as data. They are easily edited, so one that others have too never suffices: behaviour is judged by the other
/// update detectors.
/// </summary>
internal static class UpdateToolMarks
{
    private static readonly ImmutableArray<UpdateToolMark> All =
    [
        new("pywsus", UpdateMarkPlace.Body, "MS42-123", 3),
        new("pywsus", UpdateMarkPlace.Body, "2010-11-25T15:26:20.723", 2),
        new("pywsus", UpdateMarkPlace.Revision, "204", 1),
        new("pywsus", UpdateMarkPlace.Program, "psexec", 1),
        new("pywsus", UpdateMarkPlace.Program, "bginfo", 1),
        new("pywsus", UpdateMarkPlace.Server, "BaseHTTP/", 1),
        new("WSuspicious", UpdateMarkPlace.Body, "FB0A150601470195C47B4E8D87FCB3F50292BEB2", 3),
        new("WSuspicious", UpdateMarkPlace.Body, "0fa1201d-4330-4fa8-8ae9-b877473b6441", 2),
        new("WSuspicious", UpdateMarkPlace.Body, "2020-02-29", 1),
        new("WSuspicious", UpdateMarkPlace.Revision, "204", 1),
        new("SharpWSUS", UpdateMarkPlace.Body, "/Content/wuagent.exe", 3),
        new("SharpWSUS", UpdateMarkPlace.Revision, "202", 1),
        new("SharpWSUS", UpdateMarkPlace.Revision, "204", 1),
        new("Hot Potato", UpdateMarkPlace.Location, "/GETHASHES", 3),
        new("evilgrade", UpdateMarkPlace.MissingHeader, "date", 1),
        new("evilgrade", UpdateMarkPlace.MissingHeader, "server", 1),
        new("evilgrade", UpdateMarkPlace.HeaderOrder, "content-type cache-control connection content-length", 1),
        new("evilgrade", UpdateMarkPlace.HeaderOrder, "content-length content-type cache-control connection", 1),
        new("evilgrade", UpdateMarkPlace.HeaderOrder, "cache-control connection content-length content-type", 1),
    ];

    /// <summary>The tool whose marks weigh most (at least 3 together), and the marks; null when none.</summary>
    public static (string Tool, int Weight, string Marks)? Strongest(in Observed<HttpAnswered> seen, WsusAnswer? answer)
    {
        (string Tool, int Weight, string Marks)? best = null;
        var (tool, weight, marks) = ("", 0, new List<string>());
        foreach (var mark in All)
        {
            if (mark.Tool != tool)
                (tool, weight, marks) = (mark.Tool, 0, []);
            if (!IsThere(mark, in seen, answer))
                continue;
            weight += mark.Weight;
            marks.Add(Describe(mark));
            if (weight >= 3 && (best is null || weight > best.Value.Weight || best.Value.Tool == tool))
                best = (tool, weight, string.Join(", ", marks));
        }
        return best;
    }

    private static bool IsThere(UpdateToolMark mark, in Observed<HttpAnswered> seen, WsusAnswer? answer)
    {
        Span<byte> text = stackalloc byte[64];
        text = text[..Encoding.ASCII.GetBytes(mark.Text, text)];
        return mark.Place switch
        {
            UpdateMarkPlace.Body => seen.Text(seen.Fact.Body).IndexOf(text) >= 0,
            UpdateMarkPlace.Target => seen.Text(seen.Fact.Target).IndexOf(text) >= 0,
            UpdateMarkPlace.Location => seen.Text(seen.Fact.Location).IndexOf(text) >= 0,
            UpdateMarkPlace.Server => seen.Text(seen.Fact.Server).IndexOf(text) >= 0,
            UpdateMarkPlace.HeaderOrder => seen.Text(seen.Fact.HeaderOrder).SequenceEqual(text),
            UpdateMarkPlace.MissingHeader => !seen.Fact.HeaderOrder.IsEmpty && !HasWord(seen.Text(seen.Fact.HeaderOrder), text),
            UpdateMarkPlace.Revision => answer is not null && answer.Revisions.Contains(mark.Text),
            _ => answer is not null && Runs(answer, mark.Text),
        };
    }

    private static bool Runs(WsusAnswer answer, string program) =>
        answer.Commands.Any(command => command.Program.Contains(program, StringComparison.OrdinalIgnoreCase));

    private static bool HasWord(ReadOnlySpan<byte> words, ReadOnlySpan<byte> word)
    {
        foreach (var range in words.Split((byte)' '))
        {
            if (words[range].SequenceEqual(word))
                return true;
        }
        return false;
    }

    private static string Describe(UpdateToolMark mark) => mark.Place switch
    {
        UpdateMarkPlace.Body => $"\"{mark.Text}\" in the metadata",
        UpdateMarkPlace.Target => $"\"{mark.Text}\" in the path",
        UpdateMarkPlace.Location => $"redirect to {mark.Text}",
        UpdateMarkPlace.Server => $"Server header {mark.Text}",
        UpdateMarkPlace.HeaderOrder => "order of the header fields",
        UpdateMarkPlace.MissingHeader => $"no {mark.Text} header",
        UpdateMarkPlace.Revision => $"revision {mark.Text}",
        _ => $"program {mark.Text}",
    };
}
