namespace Sensor.Core.Wire;

/// <summary>
/// The long header of a QUIC packet, RFC 9000 section 17.2 (version 1) and RFC 9369 section 3.2 (version 2), as far as it is not protected.
/// <code>
/// +-+-+---+----+---------------+----+---------+----+---------+-----------+--------+-----------+------------+---------
/// |1|1| T | …  |    version    | len| dest. id| len| source  |token (len)|  token |  length   |packet no.  | payload
/// +-+-+---+----+---------------+----+---------+----+---------+-----------+--------+-----------+------------+---------
/// </code>
/// </summary>
internal readonly ref struct QuicLongHeader
{
    /// <summary>Versions; the last draft of version 1 was in use for years and differs in its salt only.</summary>
    public const uint Version1 = 1, Version2 = 0x6B3343CF, Draft29 = 0xFF00001D;

    /// <summary>A client pads every datagram with an Initial packet to at least this, RFC 9000 section 14.1.</summary>
    public const int SmallestInitialDatagram = 1200;

    private const int VersionAt = 1, IdsAt = 5, LongestId = 20;
    private const byte LongForm = 0xC0, TypeMask = 0x30;

    private QuicLongHeader(ReadOnlySpan<byte> packet, int numberAt, uint version, ReadOnlySpan<byte> destinationId, bool isInitial)
    {
        Packet = packet;
        NumberAt = numberAt;
        Version = version;
        DestinationId = destinationId;
        IsInitial = isInitial;
    }

    /// <summary>The packet, without others in the same datagram.</summary>
    public ReadOnlySpan<byte> Packet { get; }

    /// <summary>Where the protected packet number begins in <see cref="Packet"/>.</summary>
    public int NumberAt { get; }

    /// <summary>The version.</summary>
    public uint Version { get; }

    /// <summary>Destination connection id.</summary>
    public ReadOnlySpan<byte> DestinationId { get; }

    /// <summary>Whether it is an Initial packet.</summary>
    public bool IsInitial { get; }

    /// <summary>Whether a datagram may begin with an Initial packet: one look at the first five octets.</summary>
    public static bool MayBeInitial(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < SmallestInitialDatagram || (datagram[0] & LongForm) != LongForm)
            return false;
        return datagram.U32(VersionAt) is Version1 or Version2 or Draft29 && IsInitialType(datagram);
    }

    /// <summary>Reads the header of the packet at the start of <paramref name="datagram"/>. False for short headers, other versions and Retry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out QuicLongHeader header)
    {
        header = default;
        if (datagram.Length <= IdsAt || (datagram[0] & LongForm) != LongForm || datagram.U32(VersionAt) is not (Version1 or Version2 or Draft29))
            return false;
        var at = IdsAt;
        if (!TryTakeId(datagram, ref at, out var destination) || !TryTakeId(datagram, ref at, out _) || IsRetry(datagram))
            return false;
        var isInitial = IsInitialType(datagram);
        if (isInitial)
        {
            if (!TryTakeNumber(datagram, ref at, out var token) || token > datagram.Length - at)
                return false;
            at += (int)token;
        }
        if (!TryTakeNumber(datagram, ref at, out var length) || length > datagram.Length - at)
            return false;
        header = new QuicLongHeader(datagram[..(at + (int)length)], at, datagram.U32(VersionAt), destination, isInitial);
        return true;
    }

    /// <summary>Reads a variable-length integer, RFC 9000 section 16, at <paramref name="at"/> and goes over it.</summary>
    public static bool TryTakeNumber(ReadOnlySpan<byte> octets, ref int at, out long number)
    {
        number = 0;
        if (at >= octets.Length)
            return false;
        var length = 1 << (octets[at] >> 6);
        if (octets.Length - at < length)
            return false;
        number = octets[at] & 0x3F;
        for (var i = 1; i < length; i++)
            number = (number << 8) | octets[at + i];
        at += length;
        return true;
    }

    private static bool IsInitialType(ReadOnlySpan<byte> datagram) => (datagram[0] & TypeMask) == (datagram.U32(VersionAt) == Version2 ? 0x10 : 0x00);

    private static bool IsRetry(ReadOnlySpan<byte> datagram) => (datagram[0] & TypeMask) == (datagram.U32(VersionAt) == Version2 ? 0x00 : 0x30);

    private static bool TryTakeId(ReadOnlySpan<byte> datagram, scoped ref int at, out ReadOnlySpan<byte> id)
    {
        id = default;
        if (at >= datagram.Length || datagram[at] > LongestId || datagram.Length - at - 1 < datagram[at])
            return false;
        id = datagram.Slice(at + 1, datagram[at]);
        at += 1 + id.Length;
        return true;
    }
}
