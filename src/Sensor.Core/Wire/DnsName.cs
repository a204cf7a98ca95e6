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
    private const uint AllLanes = 0xFFFF;
    private const int BlockedOctets = 64; // names are seldom longer, and their label starts fit one word

    /// <summary>
    /// Writes the name at <paramref name="at"/> into <paramref name="text"/> (<see cref="MaxText"/> octets) in the form of the observations:
    /// lower case, no trailing dot, control octets as \DDD, a dot or backslash in a label behind a backslash. <paramref name="next"/> is the
    /// offset behind the name. False where the name is broken or cut.
    /// </summary>
    public static bool TryWrite(ReadOnlySpan<byte> message, int at, Span<byte> text, out int length, out int next)
    {
        length = WritePlain(message, at, text);
        next = at + length + 2; // the first label's length and the empty label
        return length > 0 || TryWriteAny(message, at, text, out length, out next);
    }

    private static bool TryWriteAny(ReadOnlySpan<byte> message, int at, Span<byte> text, out int length, out int next)
    {
        next = length = 0;
        int octets = 0, jumps = 0, written = 0, bound = at;
        while (true)
        {
            var size = MeasureLabels(message, at, out var starts);
            if (size < 0 || (octets += size) > MaxLabelOctets)
                return false;
            if (size != 0)
            {
                if (written != 0)
                    text[written++] = (byte)'.';
                written += WriteLabels(message, at + 1, size - 1, starts >> 1, text[written..]);
            }
            at += size;
            if (message[at] == 0)
            {
                length = written;
                next = next == 0 ? at + 1 : next;
                return true;
            }
            if (message[at] < PointerMark || message.Length - at < 2 || ++jumps > MaxJumps)
                return false;
            next = next == 0 ? at + 2 : next;
            at = message.U16(at) & 0x3FFF;
            if (at >= bound)
                return false;
            bound = at;
        }
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreSame(ReadOnlySpan<byte> message, int left, int right) =>
        IsPointerTo(message, left, right) || AreSameWalked(message, left, right);

    private static bool IsPointerTo(ReadOnlySpan<byte> message, int at, int target) =>
        target < at && message.Length - at >= 2 && message.U16(at) == ((PointerMark << 8) | target);

    private static bool AreSameWalked(ReadOnlySpan<byte> message, int left, int right)
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

    /// <summary>
    /// Writes a name as nearly all are: labels up to an empty one, at most 64 octets, nothing to escape. The last block overlaps the one before, so
    /// that no octet outside the name is looked at. Returns the length of the text; 0 for other names, which <see cref="TryWriteAny"/> takes.
    /// </summary>
    private static int WritePlain(ReadOnlySpan<byte> message, int at, Span<byte> text)
    {
        ulong starts = 0;
        var end = at;
        for (; (uint)end < (uint)message.Length && message[end] - 1u < MaxLabel && end - at < BlockedOctets; end += 1 + message[end])
            starts |= 1UL << (end - at);
        var size = end - at - 1;
        if (size is <= 0 or > BlockedOctets || (uint)end >= (uint)message.Length || message[end] != 0)
            return 0;
        var dots = starts >> 1;
        if (size < Vector128Octets)
            return message.Length >= Vector128Octets && TryWriteBlock(NameText.Load(message, at + 1), (1u << size) - 1, (ushort)dots, text) ? size : 0;
        var labels = message.Slice(at + 1, size);
        var i = 0;
        for (; i < size - Vector128Octets; i += Vector128Octets)
        {
            if (!TryWriteBlock(Vector128.Create(labels[i..]), AllLanes, (ushort)(dots >> i), text[i..]))
                return 0;
        }
        i = size - Vector128Octets;
        return TryWriteBlock(Vector128.Create(labels[i..]), AllLanes, (ushort)(dots >> i), text[i..]) ? size : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWriteBlock(Vector128<byte> block, uint lanes, ushort dots, Span<byte> text)
    {
        if (NameText.NeedsEscape(block, lanes & ~(uint)dots, NameText.EscapedInLabels))
            return false;
        NameText.Lower(Vector128.ConditionalSelect(NameText.MaskOf(dots), Vector128.Create((byte)'.'), block)).CopyTo(text);
        return true;
    }

    /// <summary>
    /// Octets of the labels from <paramref name="at"/> up to what ends them (an octet inside the message: empty label, pointer, or reserved);
    /// negative where the message ends first. Bit i of <paramref name="starts"/> tells that octet i, of the first 64, is a label's length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MeasureLabels(ReadOnlySpan<byte> message, int at, out ulong starts)
    {
        starts = 0;
        var size = 0;
        for (; (uint)(at + size) < (uint)message.Length; size += 1 + message[at + size])
        {
            if (message[at + size] - 1u >= MaxLabel || size > MaxLabelOctets)
                return size;
            starts |= size < BlockedOctets ? 1UL << size : 0;
        }
        return -1;
    }

    /// <summary>
    /// Writes labels as they lie on the wire, the length octets between them turned into dots: that is their text but for case and escapes.
    /// Whole blocks are loaded and stored, because writing label by label and then hashing the text makes the hash wait for the stores.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteLabels(ReadOnlySpan<byte> message, int at, int size, ulong dots, Span<byte> text)
    {
        if (size > BlockedOctets || message.Length < Vector128Octets)
            return WriteLabelByLabel(message, at, size, text);
        for (var i = 0; i < size; i += Vector128Octets)
        {
            var block = NameText.Load(message, at + i);
            var starts = (ushort)(dots >> i);
            var lanes = ((1u << Math.Min(size - i, Vector128Octets)) - 1) & ~(uint)starts;
            if (NameText.NeedsEscape(block, lanes, NameText.EscapedInLabels))
                return WriteLabelByLabel(message, at, size, text);
            var dotted = Vector128.ConditionalSelect(NameText.MaskOf(starts), Vector128.Create((byte)'.'), block);
            NameText.Lower(dotted).CopyTo(text[i..]);
        }
        return size;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteLabelByLabel(ReadOnlySpan<byte> message, int at, int size, Span<byte> text)
    {
        var written = 0;
        for (var end = at + size; at < end;)
        {
            int label = message[at - 1];
            if (written != 0)
                text[written++] = (byte)'.';
            written += NameText.Write(message.Slice(at, label), text[written..], NameText.EscapedInLabels);
            at += label + 1;
        }
        return written;
    }
}
