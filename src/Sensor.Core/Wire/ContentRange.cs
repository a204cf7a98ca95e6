namespace Sensor.Core.Wire;

/// <summary>A Content-Range field, RFC 9110 section 14.4: "bytes 0-499/1234", "bytes 0-499/*".</summary>
/// <param name="First">Place of the first octet.</param>
/// <param name="Length">Octets.</param>
/// <param name="Total">Octets of the whole, -1 when not known.</param>
public readonly record struct ContentRange(long First, long Length, long Total)
{
    /// <summary>Reads one; false when it is none or at odds with itself.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out ContentRange range)
    {
        range = default;
        var unit = value.IndexOf((byte)' ');
        if (unit < 0 || !System.Text.Ascii.EqualsIgnoreCase(value[..unit], "bytes"u8))
            return false;
        value = value[unit..].Trim((byte)' ');
        var dash = value.IndexOf((byte)'-');
        var slash = value.IndexOf((byte)'/');
        if (dash < 1 || slash <= dash)
            return false;
        var first = Number(value[..dash]);
        var last = Number(value[(dash + 1)..slash]);
        var total = value[(slash + 1)..].SequenceEqual("*"u8) ? -1 : Number(value[(slash + 1)..]);
        if (first < 0 || last < first || (total < 0 && !value.EndsWith("*"u8)) || (total >= 0 && last >= total))
            return false;
        range = new ContentRange(first, last - first + 1, total);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> digits)
    {
        digits = digits.Trim((byte)' ');
        if (digits.IsEmpty || digits.Length > 18)
            return -1;
        var number = 0L;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9)
                return -1;
            number = (number * 10) + digit - '0';
        }
        return number;
    }
}
