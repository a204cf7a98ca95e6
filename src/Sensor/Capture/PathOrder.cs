namespace Sensor.Capture;

/// <summary>
/// Orders paths octet by octet, but runs of digits as numbers: <c>trace.pcap2</c> comes before <c>trace.pcap10</c>, as tcpdump -C counts.
/// </summary>
internal sealed class PathOrder : IComparer<string>
{
    internal static readonly PathOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var order = char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]) ? CompareNumbers(ref a, ref b) : CompareChars(ref a, ref b);
            if (order != 0)
                return order;
        }
        var shorter = a.Length.CompareTo(b.Length);
        return shorter != 0 ? shorter : string.CompareOrdinal(x, y);
    }

    private static int CompareChars(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var order = a[0].CompareTo(b[0]);
        a = a[1..];
        b = b[1..];
        return order;
    }

    private static int CompareNumbers(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        var x = TakeNumber(ref a);
        var y = TakeNumber(ref b);
        return x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.SequenceCompareTo(y);
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? text : text[..length];
        text = text[digits.Length..];
        return digits.TrimStart('0');
    }
}
