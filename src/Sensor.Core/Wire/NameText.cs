using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>The presentation form of names: ASCII lower case and escapes, RFC 4343 section 2.1.</summary>
internal static class NameText
{
    /// <summary>DNS labels: a dot or backslash inside is escaped, octets from 0x80 are not (UTF-8).</summary>
    internal static EscapeSet EscapedInLabels => new((byte)'.', (byte)'\\', 0xFF);

    /// <summary>NetBIOS names: dots stand as they are, octets from 0x80 (of an unknown code page) are escaped.</summary>
    internal static EscapeSet EscapedInNetBios => new((byte)'\\', (byte)'\\', 0x7F);

    private const byte Space = 0x20, Delete = 0x7F, CaseBit = 0x20;

    /// <summary>The ASCII lower-case form of <paramref name="octet"/>.</summary>
    internal static byte Lower(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | CaseBit) : octet;

    /// <summary>The ASCII lower-case form of 16 octets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Lower(Vector128<byte> octets)
    {
        var isUpper = Vector128.LessThanOrEqual(octets - Vector128.Create((byte)'A'), Vector128.Create((byte)('Z' - 'A')));
        return octets | (isUpper & Vector128.Create(CaseBit));
    }

    /// <summary>The 16 octets at <paramref name="at"/> of a message of 16 or more; what lies behind its end reads as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Load(ReadOnlySpan<byte> message, int at)
    {
        var missing = at + Vector128<byte>.Count - message.Length;
        if (missing <= 0)
            return Vector128.Create(message[at..]);
        var last = Vector128.Create(message[^Vector128<byte>.Count..]);
        return Vector128.Shuffle(last, Vector128<byte>.Indices + Vector128.Create((byte)missing));
    }

    /// <summary>All ones in octet i where bit i is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> MaskOf(ushort bits)
    {
        var bitOfOctet = Vector128.Create(0x80_40_20_10_08_04_02_01, 0x80_40_20_10_08_04_02_01).AsByte();
        var octetOfBits = Vector128.Shuffle(Vector128.Create(bits).AsByte(), Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
        return Vector128.Equals(octetOfBits & bitOfOctet, bitOfOctet);
    }

    /// <summary>Whether an octet among those whose bits are set in <paramref name="lanes"/> cannot stand as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool NeedsEscape(Vector128<byte> octets, uint lanes, EscapeSet escaped)
    {
        var odd = Vector128.LessThan(octets, Vector128.Create(Space))
            | Vector128.Equals(octets, Vector128.Create(Delete))
            | Vector128.Equals(octets, Vector128.Create(escaped.First))
            | Vector128.Equals(octets, Vector128.Create(escaped.Second))
            | Vector128.GreaterThan(octets, Vector128.Create(escaped.Last));
        return (odd.ExtractMostSignificantBits() & lanes) != 0;
    }

    /// <summary>Writes <paramref name="octets"/> one by one and returns the length written: up to four for each.</summary>
    internal static int Write(ReadOnlySpan<byte> octets, Span<byte> text, EscapeSet escaped)
    {
        var written = 0;
        foreach (var octet in octets)
        {
            if (octet is < Space or Delete || octet > escaped.Last)
            {
                text[written + 3] = (byte)('0' + (octet % 10));
                text[written + 2] = (byte)('0' + (octet / 10 % 10));
                text[written + 1] = (byte)('0' + (octet / 100));
                text[written] = (byte)'\\';
                written += 4;
                continue;
            }
            if (octet == escaped.First || octet == escaped.Second)
                text[written++] = (byte)'\\';
            text[written++] = Lower(octet);
        }
        return written;
    }

    /// <summary>Octets that are escaped besides control octets: two by a backslash, those above <paramref name="Last"/> by \DDD.</summary>
    internal readonly record struct EscapeSet(byte First, byte Second, byte Last);
}
