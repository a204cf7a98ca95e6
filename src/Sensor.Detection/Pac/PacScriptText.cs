using System.Text;

namespace Sensor.Detection.Pac;

/// <summary>A PAC's octets as the text that a client's script engine sees.</summary>
public static class PacScriptText
{
    /// <summary>
    /// By byte order mark UTF-8 or UTF-16; else UTF-8 where that is what the octets are, else ISO 8859-1, the old default of browsers.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        if (body is [0xEF, 0xBB, 0xBF, ..])
            return Encoding.UTF8.GetString(body[3..]);
        if (body is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(body[2..]);
        if (body is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(body[2..]);
        return (System.Text.Unicode.Utf8.IsValid(body) ? Encoding.UTF8 : Encoding.Latin1).GetString(body);
    }
}
