using System.Globalization;
using System.Text;

namespace Sensor.Output.Report;

/// <summary>Octets as people read them: offset, sixteen octets in hexadecimal, the same as ASCII.</summary>
internal static class HexDump
{
    private const int Columns = 16;

    /// <summary>The dump of <paramref name="octets"/>, at most <paramref name="most"/> of them.</summary>
    public static string Of(ReadOnlySpan<byte> octets, int most)
    {
        var shown = octets.Length > most ? octets[..most] : octets;
        var dump = new StringBuilder(shown.Length * 5);
        for (var at = 0; at < shown.Length; at += Columns)
        {
            var line = shown.Slice(at, Math.Min(Columns, shown.Length - at));
            dump.Append(at.ToString("x4", CultureInfo.InvariantCulture)).Append("  ");
            for (var i = 0; i < Columns; i++)
            {
                dump.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ")
                    .Append(i == (Columns / 2) - 1 ? "  " : " ");
            }
            dump.Append(' ');
            foreach (var octet in line)
                dump.Append(octet is >= 0x20 and <= 0x7E ? (char)octet : '.');
            dump.Append('\n');
        }
        if (shown.Length < octets.Length)
            dump.Append(CultureInfo.InvariantCulture, $"and {octets.Length - shown.Length:#,0} octets more\n");
        return dump.ToString();
    }
}
