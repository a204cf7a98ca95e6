using System.Net;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>
/// An IPv4 or IPv6 address in 16 octets without allocation. IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
/// <c>default</c> is the IPv6 unspecified address and stands for "no address" too.
/// </summary>
public readonly record struct IpAddress(ulong High, ulong Low) : IComparable<IpAddress>, ISpanFormattable
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;
    private const int LongestV4 = 15;

    /// <summary>No address, or ::.</summary>
    public static readonly IpAddress None;

    /// <summary>0.0.0.0.</summary>
    public static readonly IpAddress AnyV4 = FromV4(0);

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsV4 => High == 0 && (Low >> 32) == 0xFFFF;

    /// <summary>Whether this is absent, ::, or 0.0.0.0.</summary>
    public bool IsUnspecified => High == 0 && Low is 0 or MappedPrefix;

    /// <summary>The IPv4 address as a number, 0 for IPv6.</summary>
    public uint V4 => IsV4 ? (uint)Low : 0;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsV4 ? (V4 >> 24) == 127 : High == 0 && Low == 1;

    /// <summary>169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291).</summary>
    public bool IsLinkLocal => IsV4 ? (V4 >> 16) == 0xA9FE : (High >> 54) == 0x3FA;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsV4 ? (V4 >> 28) == 0xE : (High >> 56) == 0xFF;

    /// <summary>255.255.255.255. A subnet broadcast cannot be told from an address alone.</summary>
    public bool IsBroadcast => IsV4 && V4 == uint.MaxValue;

    /// <summary>RFC 1918 or RFC 4193 (fc00::/7) address space.</summary>
    public bool IsPrivate => IsV4
        ? (V4 >> 24) == 10 || (V4 >> 20) == 0xAC1 || (V4 >> 16) == 0xC0A8
        : (High >> 57) == 0x7E;

    /// <summary>The IPv4 address with this network-order value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IpAddress FromV4(uint value) => new(0, MappedPrefix | value);

    /// <summary>Reads 4 octets.</summary>
    public static IpAddress ReadV4(ReadOnlySpan<byte> octets) => FromV4(octets.U32(0));

    /// <summary>Reads 16 octets.</summary>
    public static IpAddress ReadV6(ReadOnlySpan<byte> octets) => new(octets.U64(0), octets.U64(8));

    /// <summary>Whether this and <paramref name="other"/> share the first <paramref name="bits"/> bits (of 32 for IPv4, of 128 for IPv6).</summary>
    public bool SharesPrefix(IpAddress other, int bits)
    {
        if (IsV4 != other.IsV4)
            return false;
        if (IsV4)
            return bits <= 0 || ((V4 ^ other.V4) >> (32 - Math.Min(bits, 32))) == 0;
        if (bits <= 0)
            return true;
        if (bits <= 64)
            return ((High ^ other.High) >> (64 - bits)) == 0;
        return High == other.High && (bits >= 128 ? Low == other.Low : ((Low ^ other.Low) >> (128 - bits)) == 0);
    }

    /// <summary>Parses dotted IPv4 or RFC 4291 IPv6 text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out var parsed))
            return false;
        Span<byte> octets = stackalloc byte[16];
        parsed.TryWriteBytes(octets, out var written);
        address = written == 4 ? ReadV4(octets) : ReadV6(octets);
        return true;
    }

    /// <summary>A well-mixed hash, the same in every process.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong StableHash()
    {
        var h = (High * 0x9E3779B97F4A7C15UL) ^ (Low * 0xC2B2AE3D27D4EB4FUL);
        return h ^ (h >> 29);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => (int)StableHash();

    /// <summary>IPv4 before IPv6, then by value.</summary>
    public int CompareTo(IpAddress other)
    {
        var high = High.CompareTo(other.High);
        return high != 0 ? high : Low.CompareTo(other.Low);
    }

    /// <summary>Writes the text of <see cref="ToString()"/> as octets without allocation; false when <paramref name="target"/> is too short.</summary>
    public bool TryWrite(Span<byte> target, out int written)
    {
        written = 0;
        if (!IsV4)
        {
            Span<byte> octets = stackalloc byte[16];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets, High);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
            return Ipv6Text.TryWrite(octets, target, out written);
        }
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            if (!((byte)(V4 >> shift)).TryFormat(target[written..], out var digits, default, System.Globalization.CultureInfo.InvariantCulture))
                return false;
            written += digits;
            if (shift == 0)
                return true;
            if (written == target.Length)
                return false;
            target[written++] = (byte)'.';
        }
        return true;
    }

    /// <summary>Dotted quad, or RFC 5952 text without a scope.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[LongestV4];
        return IsV4 ? new string(text[..WriteV4(text)]) : ToFramework().ToString();
    }

    /// <summary>The text of <see cref="ToString()"/>; there are no other formats.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Writes the text of <see cref="ToString()"/>, so that a sentence with addresses in it needs no string for each.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (!IsV4)
            return ToFramework().TryFormat(destination, out charsWritten);
        Span<char> text = stackalloc char[LongestV4];
        ReadOnlySpan<char> written = text[..WriteV4(text)];
        if (!written.TryCopyTo(destination))
            return false;
        charsWritten = written.Length;
        return true;
    }

    private IPAddress ToFramework()
    {
        Span<byte> octets = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new IPAddress(octets);
    }

    private int WriteV4(Span<char> text)
    {
        var written = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var octet = (byte)(Low >> shift);
            if (octet >= 100)
                text[written++] = (char)('0' + (octet / 100));
            if (octet >= 10)
                text[written++] = (char)('0' + (octet / 10 % 10));
            text[written++] = (char)('0' + (octet % 10));
            if (shift > 0)
                text[written++] = '.';
        }
        return written;
    }
}
