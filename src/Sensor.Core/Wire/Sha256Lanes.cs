using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sensor.Core.Wire;

/// <summary>
/// SHA-256 of four messages side by side, FIPS 180-4, a word of each in one vector: keys that are derived from one secret do not wait for each other,
/// and four cost as much as one.
/// </summary>
internal struct Sha256Lanes
{
    /// <summary>Messages side by side.</summary>
    public const int Count = 4;

    /// <summary>Words of a state and of a block.</summary>
    public const int StateWords = 8, BlockWords = 16;

    private Words _state;

    /// <summary>Four empty messages.</summary>
    public Sha256Lanes()
    {
        for (var i = 0; i < StateWords; i++)
            _state[i] = Vector128.Create(Sha256.Initial[i]);
    }

    /// <summary>Word <paramref name="index"/> of the four states.</summary>
    public readonly Vector128<uint> this[int index] => _state[index];

    /// <summary>A digest of 32 octets as the state of all four.</summary>
    public static Sha256Lanes WithState(ReadOnlySpan<byte> digest)
    {
        var all = default(Sha256Lanes);
        for (var i = 0; i < StateWords; i++)
            all._state[i] = Vector128.Create(BinaryPrimitives.ReadUInt32BigEndian(digest[(4 * i)..]));
        return all;
    }

    /// <summary>Writes the state of one message, its digest after the last block, 32 octets.</summary>
    public readonly void Write(int lane, Span<byte> digest)
    {
        for (var i = 0; i < StateWords; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i][lane]);
    }

    /// <summary>The state of one message as that of all four.</summary>
    public readonly Sha256Lanes Spread(int lane)
    {
        var all = default(Sha256Lanes);
        for (var i = 0; i < StateWords; i++)
            all._state[i] = Vector128.Create(_state[i][lane]);
        return all;
    }

    /// <summary>One block of each message, section 6.2.2; <paramref name="block"/> has its 16 words.</summary>
    public void Compress(scoped ReadOnlySpan<Vector128<uint>> block)
    {
        Span<Vector128<uint>> w = stackalloc Vector128<uint>[64];
        block[..BlockWords].CopyTo(w);
        var k = Sha256.Constants;
        var (a, b, c, d, e, f, g, h) = (_state[0], _state[1], _state[2], _state[3], _state[4], _state[5], _state[6], _state[7]);
        for (var i = 0; i <= 60; i += 4)
        {
            // The words sixteen rounds on, here: made while the rounds wait for each other.
            for (var next = i + BlockWords; next < Math.Min(i + BlockWords + 4, 64); next++)
                w[next] = w[next - 16] + Sigma0(w[next - 15]) + w[next - 7] + Sigma1(w[next - 2]);
            h += Vector128.Create(k[i]) + w[i];
            h += Choice(e, f, g);
            h += Sum1(e);
            d += h;
            h += Sum0(a) + Majority(a, b, c);
            g += Vector128.Create(k[i + 1]) + w[i + 1];
            g += Choice(d, e, f);
            g += Sum1(d);
            c += g;
            g += Sum0(h) + Majority(h, a, b);
            f += Vector128.Create(k[i + 2]) + w[i + 2];
            f += Choice(c, d, e);
            f += Sum1(c);
            b += f;
            f += Sum0(g) + Majority(g, h, a);
            e += Vector128.Create(k[i + 3]) + w[i + 3];
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

    // Every round waits for the one before: an instruction that turns makes its chain half as long as two shifts and an or.
    private static Vector128<uint> Turned(Vector128<uint> x, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, bits) : (x >>> bits) | (x << (32 - bits));

    private static Vector128<uint> Sigma0(Vector128<uint> x) => Turned(x, 7) ^ Turned(x, 18) ^ (x >>> 3);

    private static Vector128<uint> Sigma1(Vector128<uint> x) => Turned(x, 17) ^ Turned(x, 19) ^ (x >>> 10);

    private static Vector128<uint> Sum0(Vector128<uint> a) => Turned(a, 2) ^ Turned(a, 13) ^ Turned(a, 22);

    private static Vector128<uint> Sum1(Vector128<uint> e) => Turned(e, 6) ^ Turned(e, 11) ^ Turned(e, 25);

    private static Vector128<uint> Choice(Vector128<uint> e, Vector128<uint> f, Vector128<uint> g) => g ^ (e & (f ^ g));

    private static Vector128<uint> Majority(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) => (a & b) | (c & (a | b));

    [InlineArray(StateWords)]
    private struct Words
    {
        private Vector128<uint> _first;
    }
}
