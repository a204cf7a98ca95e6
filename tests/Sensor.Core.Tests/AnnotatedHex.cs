using System.Globalization;
using System.Text;

namespace Sensor.Core.Tests;

/// <summary>
/// Octets written for people: hexadecimal words of two digits an octet, <c>'text'</c> for its UTF-8 octets, <c>32*41</c> for repetition, and
/// <c>;</c> or <c>//</c> to the end of the line for remarks.
/// </summary>
internal static class AnnotatedHex
{
    public static byte[] Read(string text)
    {
        var octets = new List<byte>();
        foreach (var line in text.Split('\n'))
            ReadLine(line, octets);
        return [.. octets];
    }

    private static void ReadLine(string line, List<byte> octets)
    {
        for (var rest = line.Trim(); rest.Length > 0 && rest[0] != ';' && !rest.StartsWith("//", StringComparison.Ordinal); rest = rest.TrimStart())
        {
            if (rest[0] == '\'')
            {
                var end = rest.IndexOf('\'', 1);
                octets.AddRange(Encoding.UTF8.GetBytes(rest[1..end]));
                rest = rest[(end + 1)..];
                continue;
            }
            var word = rest.Split(' ', ';')[0];
            var times = word.Contains('*') ? int.Parse(word.Split('*')[0], CultureInfo.InvariantCulture) : 1;
            for (var i = 0; i < times; i++)
                octets.AddRange(Convert.FromHexString(word.Split('*')[^1]));
            rest = rest[word.Length..];
        }
    }
}
