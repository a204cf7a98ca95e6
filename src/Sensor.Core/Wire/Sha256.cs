using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>
/// SHA-256, FIPS 180-4, on the stack: fingerprints and QUIC's keys are made for single packets, and the platform's classes allocate and need a
/// library beside the program.
/// </summary>
internal struct Sha256
{
    /// <summary>Octets of a digest and of a block.</summary>
    public const int Size = 32, BlockSize = 64;

    private Words _state;
    private Block _block;
    private long _length;

    /// <summary>An empty message.</summary>
    public Sha256() => Initial.CopyTo(_state);

    /// <summary>The state before the first block, section 5.3.3.</summary>
    public static ReadOnlySpan<uint> Initial =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>The constants of the rounds, section 4.2.2.</summary>
    public static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

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

    /// <summary>Ends the message and writes its 32 octets.</summary>
    public void Finish(scoped Span<byte> digest)
    {
        Span<byte> padding = stackalloc byte[BlockSize + 8];
        padding.Clear();
        padding[0] = 0x80;
        var zeros = (int)((2 * BlockSize - 8 - 1 - (_length % BlockSize)) % BlockSize);
        BinaryPrimitives.WriteInt64BigEndian(padding[(1 + zeros)..], _length * 8);
        Append(padding[..(1 + zeros + 8)]);
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i]);
    }

    /// <summary>One block, FIPS 180-4 section 6.2.2. Eight rounds a step, so that the working variables come round to their names without being moved.</summary>
    private void Compress()
    {
        Span<uint> w = stackalloc uint[64];
        ReadOnlySpan<byte> block = _block;
        for (var i = 0; i < 16; i++)
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        var k = Constants;
        var (a, b, c, d, e, f, g, h) = (_state[0], _state[1], _state[2], _state[3], _state[4], _state[5], _state[6], _state[7]);
        for (var i = 0; i <= 60; i += 4)
        {
            // The words sixteen rounds on, here: made while the rounds wait for each other.
            for (var next = i + 16; next < Math.Min(i + 20, 64); next++)
                w[next] = w[next - 16] + Sigma0(w[next - 15]) + w[next - 7] + Sigma1(w[next - 2]);
            h += k[i] + w[i];
            h += Choice(e, f, g);
            h += Sum1(e);
            d += h;
            h += Sum0(a) + Majority(a, b, c);
            g += k[i + 1] + w[i + 1];
            g += Choice(d, e, f);
            g += Sum1(d);
            c += g;
            g += Sum0(h) + Majority(h, a, b);
            f += k[i + 2] + w[i + 2];
            f += Choice(c, d, e);
            f += Sum1(c);
            b += f;
            f += Sum0(g) + Majority(g, h, a);
            e += k[i + 3] + w[i + 3];
            e += Choice(b, c, d);
            e += Sum1(b);
            a += e;
            e += Sum0(f) + Majority(f, g, h);
            (a, b, c, d, e, f, g, h) = (e, f, g, h, a, b, c, d);
        }
        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }

    private static uint Sigma0(uint x) => BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);

    private static uint Sigma1(uint x) => BitOperations.RotateRight(x, 17) ^ BitOperations.RotateRight(x, 19) ^ (x >> 10);

    private static uint Sum0(uint a) => BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);

    private static uint Sum1(uint e) => BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);

    private static uint Choice(uint e, uint f, uint g) => g ^ (e & (f ^ g));

    private static uint Majority(uint a, uint b, uint c) => (a & b) | (c & (a | b));

    [InlineArray(8)]
    private struct Words
    {
        private uint _first;
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte _first;
    }
}
