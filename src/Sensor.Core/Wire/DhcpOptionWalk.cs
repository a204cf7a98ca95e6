namespace Sensor.Core.Wire;

/// <summary>
/// A walk over one field of DHCPv4 options, RFC 2132 section 2: pads are skipped, End or the field's end stops it. An option that runs beyond
/// the end is given as far as it goes and sets <see cref="Broken"/>.
/// <code>
/// +------+--------+-----------------+
/// | code | length |  length octets  |   except Pad (0) and End (255), which are one octet
/// +------+--------+-----------------+
/// </code>
/// </summary>
internal ref struct DhcpOptionWalk(ReadOnlySpan<byte> field)
{
    private readonly ReadOnlySpan<byte> _field = field;
    private int _next;

    /// <summary>Whether the last option ran beyond the end of the field.</summary>
    public bool Broken { get; private set; }

    /// <summary>The current option's code.</summary>
    public byte Code { get; private set; }

    /// <summary>Where the current option's value begins in the field.</summary>
    public int Offset { get; private set; }

    /// <summary>Octets of the current option's value.</summary>
    public int Length { get; private set; }

    /// <summary>Goes to the next option; false at the end.</summary>
    public bool MoveNext()
    {
        var at = _next;
        while (at < _field.Length && _field[at] == (byte)DhcpOption.Pad)
            at++;
        if (at >= _field.Length || _field[at] == (byte)DhcpOption.End)
            return false;
        Code = _field[at];
        Offset = Math.Min(at + 2, _field.Length);
        var length = at + 1 < _field.Length ? _field[at + 1] : 0;
        Length = Math.Min(length, _field.Length - Offset);
        Broken = Length < length || at + 1 == _field.Length;
        _next = Offset + Length;
        return true;
    }
}
