namespace Sensor.Core.Wire;

/// <summary>
/// A canonical Huffman code (RFC 1951 section 3.2.2) of up to 15 bits. Codes up to <see cref="FastBits"/> bits are decoded by one look-up,
/// longer ones by counting.
/// </summary>
internal sealed class HuffmanTable
{
    private const int MaxBits = 15, FastBits = 10;

    private readonly ushort[] _fast = new ushort[1 << FastBits];
    private readonly ushort[] _counts = new ushort[MaxBits + 1];
    private readonly ushort[] _symbols = new ushort[320];

    /// <summary>Builds the code from the length of each symbol's code; false when more codes are asked for than fit.</summary>
    public bool Build(ReadOnlySpan<byte> lengths)
    {
        Span<ushort> places = stackalloc ushort[MaxBits + 2];
        _counts.AsSpan().Clear();
        foreach (var length in lengths)
            _counts[length]++;
        _counts[0] = 0;
        var room = 1;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            room = (room << 1) - _counts[bits];
            if (room < 0)
                return false;
            places[bits + 1] = (ushort)(places[bits] + _counts[bits]);
        }
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                _symbols[places[lengths[symbol]]++] = (ushort)symbol;
        }
        FillFast();
        return true;
    }

    /// <summary>The next symbol, or -1 when the bits are no code.</summary>
    public int Decode(ref BitReader bits)
    {
        var next = bits.Peek();
        var fast = _fast[next & ((1 << FastBits) - 1)];
        if (fast != 0)
        {
            bits.Drop(fast & 15);
            return fast >> 4;
        }
        int code = 0, first = 0, place = 0;
        for (var length = 1; length <= MaxBits; length++)
        {
            code |= (int)(next & 1);
            next >>= 1;
            int count = _counts[length];
            if (code - first < count)
            {
                bits.Drop(length);
                return _symbols[place + code - first];
            }
            place += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return -1;
    }

    /// <summary>
    /// Enters each short code at every index whose low bits are the code, read from its first bit on: the table of the codes up to one length, twice
    /// in a row, is that of the next length without its own codes.
    /// </summary>
    private void FillFast()
    {
        _fast[0] = 0;
        var (code, place) = (0, 0);
        for (var length = 1; length <= FastBits; length++)
        {
            var half = 1 << (length - 1);
            _fast.AsSpan(0, half).CopyTo(_fast.AsSpan(half));
            for (var end = place + _counts[length]; place < end; place++, code++)
                _fast[Reversed(code, length)] = (ushort)((_symbols[place] << 4) | length);
            code <<= 1;
        }
    }

    /// <summary>The low <paramref name="length"/> bits in the opposite order.</summary>
    private static int Reversed(int code, int length)
    {
        code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
        code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
        code = ((code & 0x0F0F) << 4) | ((code >> 4) & 0x0F0F);
        return (((code & 0x00FF) << 8) | (code >> 8)) >> (16 - length);
    }
}
