using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>MD5, RFC 1321, on the stack: JA3 is defined by it, and a platform may refuse it. It protects nothing here.</summary>
internal struct Md5
{
    /// <summary>Octets of a digest.</summary>
    public const int Size = 16;

    private const int BlockSize = 64;

    private uint _a = 0x67452301, _b = 0xefcdab89, _c = 0x98badcfe, _d = 0x10325476;
    private Block _block;
    private long _length;

    /// <summary>An empty message.</summary>
    public Md5()
    {
    }

    private static ReadOnlySpan<byte> Shifts => [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    /// <summary>RFC 1321 section 3.4: 2^32 · |sin(i + 1)|.</summary>
    private static readonly uint[] Sines = MakeSines();

    /// <summary>Adds octets to the message.</summary>
    public void Append(scoped ReadOnlySpan<byte> octets)
    {
        var have = (int)(_length % BlockSize);
        _length += octets.Length;
        Span<byte> block = _block;
        while (octets.Length > 0)
        {
            var part = Math.Min(octets.Length, BlockSize - have);
            octets[..part].CopyTo(block[have..]);
            octets = octets[part..];
            have = (have + part) % BlockSize;
            if (have == 0)
                Compress();
        }
    }

    /// <summary>Ends the message and writes its 16 octets.</summary>
    public void Finish(scoped Span<byte> digest)
    {
        Span<byte> padding = stackalloc byte[BlockSize + 8];
        padding.Clear();
        padding[0] = 0x80;
        var zeros = (int)((2 * BlockSize - 8 - 1 - (_length % BlockSize)) % BlockSize);
        BinaryPrimitives.WriteInt64LittleEndian(padding[(1 + zeros)..], _length * 8);
        Append(padding[..(1 + zeros + 8)]);
        BinaryPrimitives.WriteUInt32LittleEndian(digest, _a);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[4..], _b);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[8..], _c);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[12..], _d);
    }

    private void Compress()
    {
        ReadOnlySpan<byte> block = _block;
        var (a, b, c, d) = (_a, _b, _c, _d);
        for (var i = 0; i < 64; i++)
        {
            var (mixed, word) = (i / 16) switch
            {
                0 => ((b & c) | (~b & d), i),
                1 => ((d & b) | (~d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | ~d), 7 * i % 16),
            };
            var sum = a + mixed + Sines[i] + BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * word)..]);
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Shifts[(i / 16 * 4) + (i % 4)]));
        }
        (_a, _b, _c, _d) = (_a + a, _b + b, _c + c, _d + d);
    }

    private static uint[] MakeSines()
    {
        var sines = new uint[64];
        for (var i = 0; i < sines.Length; i++)
            sines[i] = (uint)(Math.Abs(Math.Sin(i + 1)) * 4294967296.0);
        return sines;
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte _first;
    }
}
