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
        Span<ushort> codes = stackalloc ushort[MaxBits + 2];
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
            codes[bits + 1] = (ushort)((codes[bits] + _counts[bits]) << 1);
            places[bits + 1] = (ushort)(places[bits] + _counts[bits]);
        }
        _fast.AsSpan().Clear();
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            _symbols[places[length]++] = (ushort)symbol;
            Spread(codes[length]++, length, symbol);
        }
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

    /// <summary>Enters a short code at every index whose low bits are the code, read from its first bit on.</summary>
    private void Spread(int code, int length, int symbol)
    {
        if (length > FastBits)
            return;
        var reversed = 0;
        for (var bit = 0; bit < length; bit++)
            reversed |= ((code >> bit) & 1) << (length - 1 - bit);
        for (var index = reversed; index < _fast.Length; index += 1 << length)
            _fast[index] = (ushort)((symbol << 4) | length);
    }
}
