using System.Buffers.Binary;
using System.Numerics;

namespace Sensor.Output;

/// <summary>
/// SHA-1 (RFC 3174) of short inputs, for <see cref="CommunityId"/> and <see cref="Formats.NameUuid"/>, which are no security matter. The
/// platform's own would load OpenSSL for one line of output: milliseconds of start-up, and a library that small systems lack.
/// </summary>
internal static class Sha1
{
    /// <summary>Octets of a digest.</summary>
    public const int Size = 20;

    private const int BlockSize = 64, LengthSize = 8;

    /// <summary>Writes the digest of <paramref name="input"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        Span<byte> block = stackalloc byte[BlockSize];
        var bits = (ulong)input.Length * 8;
        for (; input.Length >= BlockSize; input = input[BlockSize..])
            Mix(input[..BlockSize], state);
        block.Clear();
        input.CopyTo(block);
        block[input.Length] = 0x80;
        if (input.Length >= BlockSize - LengthSize)
        {
            Mix(block, state);
            block.Clear();
        }
        BinaryPrimitives.WriteUInt64BigEndian(block[(BlockSize - LengthSize)..], bits);
        Mix(block, state);
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * 4)..], state[i]);
    }

    private static void Mix(ReadOnlySpan<byte> block, Span<uint> state)
    {
        Span<uint> words = stackalloc uint[80];
        for (var i = 0; i < 16; i++)
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (var i = 16; i < 80; i++)
            words[i] = BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4]);
        for (var i = 0; i < 80; i++)
        {
            var (f, k) = (i / 20) switch
            {
                0 => ((b & c) | (~b & d), 0x5A827999u),
                1 => (b ^ c ^ d, 0x6ED9EBA1u),
                2 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            var next = BitOperations.RotateLeft(a, 5) + f + e + k + words[i];
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}
