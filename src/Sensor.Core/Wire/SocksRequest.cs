namespace Sensor.Core.Wire;

/// <summary>
/// What a client asks of a SOCKS server: version 4 and 4a (a name after the user when the address is 0.0.0.x), or version 5 (RFC 1928
/// section 4).
/// <code>
/// 4:  04 | command | port (2) | address (4) | user … 00 [| name … 00]
/// 5:  05 | command | 00 | type | address (1 IPv4, 3 length and name, 4 IPv6) | port (2)
/// </code>
/// </summary>
public readonly ref struct SocksRequest
{
    /// <summary>Longer names and users no client sends.</summary>
    public const int LongestText = 255;

    /// <summary>Version numbers.</summary>
    public const byte Version4 = 4, Version5 = 5;

    private const byte LastCommand4 = 2, LastCommand5 = 3, TypeV4 = 1, TypeName = 3, TypeV6 = 4;
    private const int Head4 = 8, Head5 = 4;

    private readonly ReadOnlySpan<byte> _name;
    private readonly IpAddress _address;

    private SocksRequest(byte command, ReadOnlySpan<byte> name, IpAddress address, ushort port, ReadOnlySpan<byte> user)
    {
        (Command, _address, Port) = (command, address, port);
        _name = name;
        User = user;
    }

    /// <summary>1 CONNECT, 2 BIND, 3 UDP ASSOCIATE.</summary>
    public byte Command { get; }

    /// <summary>The port asked for.</summary>
    public ushort Port { get; }

    /// <summary>The user of version 4; empty in version 5, where it comes before.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>
    /// Reads a request at the start of <paramref name="octets"/>. Returns the octets it has, 0 when more are needed, -1 when it is none.
    /// </summary>
    public static int TryRead(ReadOnlySpan<byte> octets, out SocksRequest request)
    {
        request = default;
        if (octets.IsEmpty)
            return 0;
        return octets[0] == Version4 ? Read4(octets, out request) : octets[0] == Version5 ? Read5(octets, out request) : -1;
    }

    /// <summary>
    /// Writes the host in text, lower case, and returns its octets. <paramref name="target"/> holds <see cref="LongestText"/>.
    /// </summary>
    public int WriteHost(Span<byte> target)
    {
        if (_name.IsEmpty)
            return _address.TryWrite(target, out var written) ? written : 0;
        for (var i = 0; i < _name.Length; i++)
            target[i] = NameText.Lower(_name[i]);
        return _name.Length;
    }

    private static int Read4(ReadOnlySpan<byte> octets, out SocksRequest request)
    {
        request = default;
        if (octets.Length > 1 && octets[1] is 0 or > LastCommand4)
            return -1;
        if (octets.Length < Head4)
            return 0;
        if (!TryReadText(octets[Head4..], out var user, out var used))
            return used;
        var end = Head4 + used;
        ReadOnlySpan<byte> name = default;
        if (octets.U24(4) == 0 && octets[7] != 0)
        {
            if (!TryReadText(octets[end..], out name, out used))
                return used;
            if (name.IsEmpty)
                return -1;
            end += used;
        }
        request = new SocksRequest(octets[1], name, IpAddress.ReadV4(octets[4..]), octets.U16(2), user);
        return end;
    }

    private static int Read5(ReadOnlySpan<byte> octets, out SocksRequest request)
    {
        request = default;
        if (octets.Length > 1 && octets[1] is 0 or > LastCommand5)
            return -1;
        if (octets.Length > 2 && octets[2] != 0)
            return -1;
        if (octets.Length < Head5 + 1)
            return 0;
        var type = octets[3];
        if (type is not (TypeV4 or TypeName or TypeV6) || (type == TypeName && octets[4] == 0))
            return -1;
        var (at, length) = type switch { TypeV4 => (Head5, 4), TypeV6 => (Head5, 16), _ => (Head5 + 1, octets[4]) };
        if (octets.Length < at + length + 2)
            return 0;
        var address = octets.Slice(at, length);
        request = type switch
        {
            TypeV4 => new SocksRequest(octets[1], default, IpAddress.ReadV4(address), octets.U16(at + length), default),
            TypeV6 => new SocksRequest(octets[1], default, IpAddress.ReadV6(address), octets.U16(at + length), default),
            _ => new SocksRequest(octets[1], address, default, octets.U16(at + length), default),
        };
        return at + length + 2;
    }

    /// <summary>
    /// A text that ends with a zero octet. When there is none yet <paramref name="used"/> says 0 (more is needed) or -1 (too long).
    /// </summary>
    private static bool TryReadText(ReadOnlySpan<byte> octets, out ReadOnlySpan<byte> text, out int used)
    {
        var end = octets.IndexOf((byte)0);
        text = end < 0 ? default : octets[..end];
        used = end >= 0 && end <= LongestText ? end + 1 : end < 0 && octets.Length <= LongestText ? 0 : -1;
        return used > 0;
    }
}
