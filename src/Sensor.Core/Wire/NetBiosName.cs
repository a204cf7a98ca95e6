using System.Numerics;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>
/// NetBIOS names: 15 octets and a suffix that tells the service (00 workstation, 1B domain master browser, 20 server …). On the wire, in NBNS,
/// first-level encoded (RFC 1001 section 14.1): every octet is two letters 'A' plus a nibble, in one label of 32, followed by the labels of the
/// scope, mostly none. A name may be a pointer to an earlier one (RFC 1002 section 4.1).
/// </summary>
public static class NetBiosName
{
    /// <summary>Octets of a name, the suffix included.</summary>
    public const int Size = 16;

    /// <summary>Octets of a name without its suffix.</summary>
    public const int NameSize = 15;

    /// <summary>Room a text needs: each octet escaped to four, a dot, and a scope.</summary>
    public const int MaxText = (4 * Size) + 1 + DnsName.MaxText;

    private const int EncodedSize = 2 * Size;
    private const int PointerMark = 0xC0;

    /// <summary>
    /// Writes the encoded name at <paramref name="at"/> into <paramref name="text"/> (<see cref="MaxText"/> octets): lower case, padding cut,
    /// scope behind a dot. <paramref name="next"/> is the offset behind the name. False where it is no NetBIOS name.
    /// </summary>
    public static bool TryWrite(ReadOnlySpan<byte> message, int at, Span<byte> text, out int length, out byte suffix, out int next)
    {
        length = next = 0;
        suffix = 0;
        var behindPointer = 0;
        if (message.Length - at >= 2 && message[at] >= PointerMark)
        {
            var target = message.U16(at) & 0x3FFF;
            if (target >= at)
                return false;
            behindPointer = at + 2;
            at = target;
        }
        if (message.Length - at <= EncodedSize || message[at] != EncodedSize || !TryDecode(message.Slice(at + 1, EncodedSize), out var name))
            return false;
        length = WriteText(name, text);
        suffix = name[NameSize];
        if (!TryWriteScope(message, at + 1 + EncodedSize, text, ref length, out next))
            return false;
        next = behindPointer == 0 ? next : behindPointer;
        return true;
    }

    /// <summary>Writes the plain name <paramref name="octets"/> (16, as in a node status) and returns the length of the text.</summary>
    public static int WritePlain(ReadOnlySpan<byte> octets, Span<byte> text) => WriteText(Vector128.Create(octets), text);

    /// <summary>32 letters to 16 octets; false where one is not A to P (or a to p, as some write).</summary>
    private static bool TryDecode(ReadOnlySpan<byte> letters, out Vector128<byte> name)
    {
        var upperCase = Vector128.Create((byte)0xDF);
        var first = (Vector128.Create(letters) & upperCase) - Vector128.Create((byte)'A');
        var second = (Vector128.Create(letters[Size..]) & upperCase) - Vector128.Create((byte)'A');
        name = Vector128.Narrow(JoinNibbles(first), JoinNibbles(second));
        return !Vector128.GreaterThanAny(first | second, Vector128.Create((byte)0xF));
    }

    /// <summary>Each pair of octets, high nibble first, to one octet. Read as little-endian 16-bit numbers the high nibble is the low octet.</summary>
    private static Vector128<ushort> JoinNibbles(Vector128<byte> nibbles)
    {
        var pairs = nibbles.AsUInt16();
        return ((pairs << 4) | (pairs >> 8)) & Vector128.Create((ushort)0xFF);
    }

    private static int WriteText(Vector128<byte> name, Span<byte> text)
    {
        var padding = Vector128.Equals(name, Vector128.Create((byte)' ')) | Vector128.Equals(name, Vector128<byte>.Zero);
        var kept = ~padding.ExtractMostSignificantBits() & ((1u << NameSize) - 1);
        var length = 32 - BitOperations.LeadingZeroCount(kept);
        if (!NameText.NeedsEscape(name, (1u << length) - 1, NameText.EscapedInNetBios))
        {
            NameText.Lower(name).CopyTo(text);
            return length;
        }
        Span<byte> octets = stackalloc byte[Size];
        name.CopyTo(octets);
        return NameText.Write(octets[..length], text, NameText.EscapedInNetBios);
    }

    private static bool TryWriteScope(ReadOnlySpan<byte> message, int at, Span<byte> text, ref int length, out int next)
    {
        next = at + 1;
        if (at >= message.Length)
            return false;
        if (message[at] == 0)
            return true;
        if (!DnsName.TryWrite(message, at, text[(length + 1)..], out var scope, out next))
            return false;
        if (scope == 0)
            return true;
        text[length] = (byte)'.';
        length += 1 + scope;
        return true;
    }
}
