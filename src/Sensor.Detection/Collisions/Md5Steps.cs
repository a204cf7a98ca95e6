using System.Buffers.Binary;
using System.Numerics;

namespace Sensor.Detection.Collisions;

/// <summary>Four words: a chaining value, or the state between two steps, of MD5 (RFC 1321 section 3.3).</summary>
/// <param name="A">First word.</param>
/// <param name="B">Second word.</param>
/// <param name="C">Third word.</param>
/// <param name="D">Fourth word.</param>
public readonly record struct Md5State(uint A, uint B, uint C, uint D)
{
    /// <summary>The chaining value every message starts with.</summary>
    public static Md5State Initial => new(0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476);

    /// <summary>The sum, word by word.</summary>
    public static Md5State operator +(Md5State left, Md5State right) => Add(left, right);

    /// <summary>The sum, word by word.</summary>
    public static Md5State Add(Md5State left, Md5State right) =>
        new(left.A + right.A, left.B + right.B, left.C + right.C, left.D + right.D);
}

/// <summary>
/// The compression function of MD5 step by step, forwards and backwards: each of its 64 steps can be undone when the message block is known.
/// </summary>
public static class Md5Steps
{
    /// <summary>Steps of a block.</summary>
    public const int Count = 64;

    private static ReadOnlySpan<byte> Rotations => [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    private static readonly uint[] Constants = [.. Enumerable.Range(1, Count).Select(step => (uint)Math.Floor(Math.Abs(Math.Sin(step)) * 4294967296.0))];

    /// <summary>Reads the sixteen words of a block of 64 octets.</summary>
    public static void ReadBlock(ReadOnlySpan<byte> octets, Span<uint> block)
    {
        for (var word = 0; word < 16; word++)
            block[word] = BinaryPrimitives.ReadUInt32LittleEndian(octets[(4 * word)..]);
    }

    /// <summary>The state before step <paramref name="to"/>, from <paramref name="state"/> before step <paramref name="from"/>.</summary>
    public static Md5State Forward(Md5State state, ReadOnlySpan<uint> block, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            var sum = state.A + Mix(step, state.B, state.C, state.D) + Constants[step] + block[Word(step)];
            state = new(state.D, state.B + BitOperations.RotateLeft(sum, Rotation(step)), state.B, state.C);
        }
        return state;
    }

    /// <summary>The state before step <paramref name="to"/>, undone from <paramref name="state"/> before step <paramref name="from"/>.</summary>
    public static Md5State Backward(Md5State state, ReadOnlySpan<uint> block, int from, int to)
    {
        for (var step = from - 1; step >= to; step--)
        {
            var (b, c, d) = (state.C, state.D, state.A);
            var sum = BitOperations.RotateRight(state.B - b, Rotation(step));
            state = new(sum - Mix(step, b, c, d) - Constants[step] - block[Word(step)], b, c, d);
        }
        return state;
    }

    private static int Rotation(int step) => Rotations[(step >> 4 << 2) | (step & 3)];

    private static int Word(int step) => (step >> 4) switch
    {
        0 => step,
        1 => ((5 * step) + 1) & 15,
        2 => ((3 * step) + 5) & 15,
        _ => (7 * step) & 15,
    };

    private static uint Mix(int step, uint b, uint c, uint d) => (step >> 4) switch
    {
        0 => (b & c) | (~b & d),
        1 => (d & b) | (~d & c),
        2 => b ^ c ^ d,
        _ => c ^ (b | ~d),
    };
}
