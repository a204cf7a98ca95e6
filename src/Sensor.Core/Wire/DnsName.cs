using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>
/// Names inside a message: labels of up to 63 octets, ended by an empty label or by a pointer to an earlier place (RFC 1035 sections 3.1 and
/// 4.1.4). Decoded and lower-cased in one pass. Accepted are at most 255 octets in all, pointers only backwards, at most
/// <see cref="MaxJumps"/> of them: so a name costs a bounded time whatever the message says.
/// </summary>
public static class DnsName
{
    /// <summary>Room <see cref="TryWrite"/> needs: 254 octets of labels, each escaped to four, and what a vector store may spill.</summary>
    public const int MaxText = 1024 + Vector128Octets;

    /// <summary>A name has at most 127 labels, so no honest one needs more pointers.</summary>
    public const int MaxJumps = 126;

    private const int MaxLabelOctets = 254; // 255 with the empty label (RFC 1035 section 2.3.4)
    private const int MaxLabel = 63;
    private const int PointerMark = 0xC0;
    private const int Vector128Octets = 16;

    /// <summary>
    /// Writes the name at <paramref name="at"/> into <paramref name="text"/> (<see cref="MaxText"/> octets) in the form of the observations:
    /// lower case, no trailing dot, control octets as \DDD, a dot or backslash in a label behind a backslash. <paramref name="next"/> is the
    /// offset behind the name. False where the name is broken or cut.
    /// </summary>
    public static bool TryWrite(ReadOnlySpan<byte> message, int at, Span<byte> text, out int length, out int next)
    {
        next = length = 0;
        int octets = 0, jumps = 0, written = 0, bound = at;
        while ((uint)at < (uint)message.Length)
        {
            int size = message[at];
            if (size == 0)
            {
                length = written;
                next = next == 0 ? at + 1 : next;
                return true;
            }
            if (size <= MaxLabel)
            {
                octets += 1 + size;
                if (octets > MaxLabelOctets || message.Length - at <= size)
                    return false;
                if (written != 0)
                    text[written++] = (byte)'.';
                written += WriteLabel(message[(at + 1)..], size, text[written..]);
                at += 1 + size;
                continue;
            }
            if (size < PointerMark || message.Length - at < 2 || ++jumps > MaxJumps)
                return false;
            next = next == 0 ? at + 2 : next;
            at = message.U16(at) & 0x3FFF;
            if (at >= bound)
                return false;
            bound = at;
        }
        return false;
    }

    /// <summary>Finds the offset behind the name at <paramref name="at"/>. A pointer ends a name; where it leads is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySkip(ReadOnlySpan<byte> message, int at, out int next)
    {
        if (message.Length - at >= 2 && message[at] >= PointerMark)
        {
            next = at + 2;
            return true;
        }
        return TrySkipLabels(message, at, out next);
    }

    /// <summary>
    /// Whether the names at two offsets are the same, letter case aside. Broken names equal nothing. Cheap where one is a pointer to the other,
    /// as in nearly every response.
    /// </summary>
    public static bool AreSame(ReadOnlySpan<byte> message, int left, int right)
    {
        int octets = 0, jumps = 0;
        while (true)
        {
            if (!TryFollow(message, ref left, ref jumps) || !TryFollow(message, ref right, ref jumps))
                return false;
            if (left == right)
                return true;
            int size = message[left];
            octets += 1 + size;
            if (size != message[right] || octets > MaxLabelOctets || message.Length - Math.Max(left, right) <= size)
                return false;
            if (size == 0)
                return true;
            if (!AreSameLabels(message.Slice(left + 1, size), message.Slice(right + 1, size)))
                return false;
            left += 1 + size;
            right += 1 + size;
        }
    }

    private static bool TrySkipLabels(ReadOnlySpan<byte> message, int at, out int next)
    {
        next = 0;
        var end = at + MaxLabelOctets;
        while ((uint)at < (uint)message.Length && at <= end)
        {
            int size = message[at];
            if (size > MaxLabel)
            {
                next = at + 2;
                return size >= PointerMark && next <= message.Length;
            }
            at += 1 + size;
            if (size != 0)
                continue;
            next = at;
            return true;
        }
        return false;
    }

    /// <summary>Moves <paramref name="at"/> over pointers to a label. False out of the message, forwards, or too often.</summary>
    private static bool TryFollow(ReadOnlySpan<byte> message, ref int at, ref int jumps)
    {
        while ((uint)at < (uint)message.Length)
        {
            int size = message[at];
            if (size <= MaxLabel)
                return true;
            if (size < PointerMark || message.Length - at < 2 || ++jumps > 2 * MaxJumps)
                return false;
            var target = message.U16(at) & 0x3FFF;
            if (target >= at)
                return false;
            at = target;
        }
        return false;
    }

    private static bool AreSameLabels(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (NameText.Lower(left[i]) != NameText.Lower(right[i]))
                return false;
        }
        return true;
    }

    /// <summary>Writes one label of <paramref name="size"/> octets, the first of <paramref name="octets"/>, 16 at a time where so many can be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteLabel(ReadOnlySpan<byte> octets, int size, Span<byte> text)
    {
        if (size > Vector128Octets || octets.Length < Vector128Octets)
            return NameText.Write(octets[..size], text, NameText.EscapedInLabels);
        var block = Vector128.Create(octets);
        if (NameText.NeedsEscape(block, size, NameText.EscapedInLabels))
            return NameText.Write(octets[..size], text, NameText.EscapedInLabels);
        NameText.Lower(block).CopyTo(text);
        return size;
    }
}
