using System.Globalization;

namespace Sensor.Core.Wire;

/// <summary>The recommended text of an IPv6 address, RFC 5952 section 4, written without allocation.</summary>
internal static class Ipv6Text
{
    private const int Groups = 8;

    /// <summary>Writes the 16 <paramref name="octets"/> of an address; false when <paramref name="target"/> is too short.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> octets, Span<byte> target, out int written)
    {
        written = 0;
        var (zeros, count) = LongestZeros(octets);
        for (var group = 0; group < Groups; group++)
        {
            if (group == zeros)
            {
                if (target.Length - written < 2)
                    return false;
                "::"u8.CopyTo(target[written..]);
                written += 2;
                group += count - 1;
                continue;
            }
            if (group > 0 && group != zeros + count)
            {
                if (written == target.Length)
                    return false;
                target[written++] = (byte)':';
            }
            if (!octets.U16(group * 2).TryFormat(target[written..], out var digits, "x", CultureInfo.InvariantCulture))
                return false;
            written += digits;
        }
        return true;
    }

    /// <summary>The first of the longest runs of two or more zero groups; (-1, 0) when there is none.</summary>
    private static (int At, int Count) LongestZeros(ReadOnlySpan<byte> octets)
    {
        var (best, longest, run) = (-1, 1, 0);
        for (var group = 0; group < Groups; group++)
        {
            run = octets.U16(group * 2) == 0 ? run + 1 : 0;
            if (run > longest)
                (best, longest) = (group - run + 1, run);
        }
        return best < 0 ? (-1, 0) : (best, longest);
    }
}
