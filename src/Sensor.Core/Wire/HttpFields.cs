namespace Sensor.Core.Wire;

/// <summary>One field line (RFC 9110 section 5) of an HTTP head.</summary>
public readonly ref struct HttpField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>The name as sent, without white space.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The value without white space at its ends; line folding (RFC 9112 section 5.2) is left in.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>Walks over the field lines of an HTTP head. Lines without a colon are passed over.</summary>
public ref struct HttpFields(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>The next field, false at the empty line or the end.</summary>
    public bool TryNext(out HttpField field)
    {
        while (_rest.Length > 0 && _rest[0] is not ((byte)'\n' or (byte)'\r'))
        {
            var line = _rest[..LogicalLine()];
            _rest = _rest[line.Length..];
            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? default : TrimName(line[..colon]);
            if (name.IsEmpty)
                continue;
            field = new HttpField(name, TrimValue(line[(colon + 1)..]));
            return true;
        }
        field = default;
        return false;
    }

    /// <summary>
    /// A value without the white space and line end around it: by hand, because Trim with a set of octets searches the set for each of
    /// them.
    /// </summary>
    internal static ReadOnlySpan<byte> TrimValue(ReadOnlySpan<byte> octets)
    {
        var (start, end) = (0, octets.Length);
        while (start < end && IsSpace(octets[start]))
            start++;
        while (end > start && IsSpace(octets[end - 1]))
            end--;
        return octets[start..end];
    }

    private static ReadOnlySpan<byte> TrimName(ReadOnlySpan<byte> octets)
    {
        var (start, end) = (0, octets.Length);
        while (start < end && IsBlank(octets[start]))
            start++;
        while (end > start && IsBlank(octets[end - 1]))
            end--;
        return octets[start..end];
    }

    private static bool IsBlank(byte octet) => octet is (byte)' ' or (byte)'\t';

    private static bool IsSpace(byte octet) => octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Octets of the next line with the lines folded to it: those that begin with white space.</summary>
    private readonly int LogicalLine()
    {
        var at = 0;
        while (true)
        {
            var end = _rest[at..].IndexOf((byte)'\n');
            if (end < 0)
                return _rest.Length;
            at += end + 1;
            if (at >= _rest.Length || _rest[at] is not ((byte)' ' or (byte)'\t'))
                return at;
        }
    }
}
