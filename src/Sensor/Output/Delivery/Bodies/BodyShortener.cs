using System.Text;

namespace Sensor.Output.Delivery.Bodies;

/// <summary>
/// Makes an over-long body fit. Structured bodies are never cut: whole fields that a reader can do without are left out, in a fixed order, and
/// the body says how many. Text ends at a word with an ellipsis.
/// </summary>
internal static class BodyShortener
{
    /// <summary>Octets of <paramref name="text"/> in UTF-8.</summary>
    public static int Octets(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>
    /// <paramref name="body"/> in at most <paramref name="most"/> octets. Where what must stay is longer, that is returned: rather too long than
    /// unreadable.
    /// </summary>
    public static string Fit(BodyFormat format, string body, int most)
    {
        if (Octets(body) <= most)
            return body;
        return format switch
        {
            BodyFormat.Text => FitText(body, most),
            BodyFormat.Cef => PairShortener.Cef.Fit(body, most),
            BodyFormat.Leef => PairShortener.Leef.Fit(body, most),
            BodyFormat.Stix => body,
            _ => JsonShortener.Fit(body, DropOrder.Of(format), most),
        };
    }

    private static string FitText(string text, int most)
    {
        const string Ellipsis = " …";
        var room = Math.Max(0, most - Octets(Ellipsis));
        var (octets, end, lastSpace) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            octets += rune.Utf8SequenceLength;
            if (rune.Value == ' ')
                lastSpace = end;
            if (octets > room)
                break;
            end += rune.Utf16SequenceLength;
        }
        // A name of kilobytes has no word to end at: then it ends where it must.
        return text[..(lastSpace > end / 2 ? lastSpace : end)].TrimEnd() + Ellipsis;
    }
}
