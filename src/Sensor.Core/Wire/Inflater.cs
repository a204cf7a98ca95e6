namespace Sensor.Core.Wire;

/// <summary>
/// Expands DEFLATE (RFC 1951), bare or in a gzip (RFC 1952) or zlib (RFC 1950) wrapper, from one span into another. The target bounds the work;
/// checksums are not verified, because a damaged tail must not hide what came before it.
/// </summary>
public sealed class Inflater
{
    private const int EndOfBlock = 256, MaxDistanceCodes = 30;

    private static readonly ushort[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly byte[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly ushort[] DistanceBase =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ];
    private static readonly byte[] DistanceExtra =
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly HuffmanTable _literals = new(), _distances = new();
    private readonly byte[] _lengths = new byte[320];

    /// <summary>
    /// Expands <paramref name="source"/> into <paramref name="target"/> and returns how many octets were written: all, or what fitted, or what
    /// there was before the source ended or broke (then <paramref name="isWhole"/> is false).
    /// </summary>
    public int Expand(ReadOnlySpan<byte> source, Span<byte> target, out bool isWhole)
    {
        var bits = new BitReader(source[WrapperOf(source)..]);
        var written = 0;
        isWhole = false;
        bool isLast;
        do
        {
            isLast = bits.Take(1) == 1;
            var type = bits.Take(2);
            var isGood = type switch
            {
                0 => CopyStored(ref bits, target, ref written),
                1 => UseFixedTables() && ExpandBlock(ref bits, target, ref written),
                2 => ReadTables(ref bits) && ExpandBlock(ref bits, target, ref written),
                _ => false,
            };
            if (!isGood || bits.IsExhausted)
                return written;
        }
        while (!isLast);
        isWhole = true;
        return written;
    }

    /// <summary>Octets of a gzip or zlib wrapper before the data; 0 for bare DEFLATE.</summary>
    private static int WrapperOf(ReadOnlySpan<byte> source)
    {
        if (source.Length >= 10 && source[0] == 0x1F && source[1] == 0x8B)
        {
            const int HeaderCrc = 2, Extra = 4, Name = 8, Comment = 16;
            var flags = source[3];
            var at = 10;
            if ((flags & Extra) != 0 && source.Length >= at + 2)
                at += 2 + source[at] + (source[at + 1] << 8);
            foreach (var text in (ReadOnlySpan<int>)[Name, Comment])
            {
                if ((flags & text) != 0 && at < source.Length)
                    at += source[at..].IndexOf((byte)0) is >= 0 and var end ? end + 1 : source.Length;
            }
            at += (flags & HeaderCrc) != 0 ? 2 : 0;
            return Math.Min(at, source.Length);
        }
        return source.Length >= 2 && (source[0] & 0x0F) == 8 && ((source[0] << 8) + source[1]) % 31 == 0 ? 2 : 0;
    }

    private static bool CopyStored(ref BitReader bits, Span<byte> target, ref int written)
    {
        bits.AlignToOctet();
        var length = bits.Take(16);
        if ((length ^ bits.Take(16)) != 0xFFFF || bits.IsExhausted)
            return false;
        var part = Math.Min(length, target.Length - written);
        part = bits.CopyTo(target.Slice(written, part));
        written += part;
        return part == length;
    }

    private bool UseFixedTables()
    {
        var lengths = _lengths.AsSpan();
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..288].Fill(8);
        lengths[288..318].Fill(5);
        return _literals.Build(lengths[..288]) && _distances.Build(lengths[288..318]);
    }

    private bool ReadTables(ref BitReader bits)
    {
        var literals = bits.Take(5) + 257;
        var distances = bits.Take(5) + 1;
        var codes = bits.Take(4) + 4;
        if (literals > 286 || distances > MaxDistanceCodes)
            return false;
        var lengths = _lengths.AsSpan();
        lengths.Clear();
        for (var i = 0; i < codes; i++)
            lengths[LengthOrder[i]] = (byte)bits.Take(3);
        if (!_literals.Build(lengths[..19]))
            return false;
        lengths.Clear();
        return ReadLengths(ref bits, lengths[..(literals + distances)])
            && lengths[EndOfBlock] != 0 && _literals.Build(lengths[..literals]) && _distances.Build(lengths.Slice(literals, distances));
    }

    private bool ReadLengths(ref BitReader bits, Span<byte> lengths)
    {
        for (var at = 0; at < lengths.Length;)
        {
            var symbol = _literals.Decode(ref bits);
            if (symbol is < 0 or > 18 || (symbol == 16 && at == 0))
                return false;
            if (symbol < 16)
            {
                lengths[at++] = (byte)symbol;
                continue;
            }
            var value = symbol == 16 ? lengths[at - 1] : (byte)0;
            var repeat = symbol switch { 16 => 3 + bits.Take(2), 17 => 3 + bits.Take(3), _ => 11 + bits.Take(7) };
            if (repeat > lengths.Length - at || bits.IsExhausted)
                return false;
            lengths.Slice(at, repeat).Fill(value);
            at += repeat;
        }
        return true;
    }

    private bool ExpandBlock(ref BitReader bits, Span<byte> target, ref int written)
    {
        while (true)
        {
            var symbol = _literals.Decode(ref bits);
            if (symbol < 0 || symbol > 285 || bits.IsExhausted)
                return false;
            if (symbol == EndOfBlock)
                return true;
            if (written == target.Length)
                return false;
            if (symbol < EndOfBlock)
            {
                target[written++] = (byte)symbol;
                continue;
            }
            var length = LengthBase[symbol - 257] + bits.Take(LengthExtra[symbol - 257]);
            var code = _distances.Decode(ref bits);
            if (code is < 0 or >= MaxDistanceCodes)
                return false;
            var distance = DistanceBase[code] + bits.Take(DistanceExtra[code]);
            if (distance > written || bits.IsExhausted)
                return false;
            for (length = Math.Min(length, target.Length - written); length > 0; length--, written++)
                target[written] = target[written - distance];
        }
    }
}
