using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sensor.Core.Wire;

/// <summary>
/// The hash key of GHASH, NIST SP 800-38D section 6.3, ready for multiplying by it. Blocks are numbers in the order of their octets: the leftmost bit
/// is the lowest power. Uses the processor's carry-less multiplication where there is one, else a table of sixteen multiples.
/// </summary>
internal struct GhashKey
{
    private readonly UInt128 _key;
    private Multiples _multiples;

    /// <summary>Readies <paramref name="key"/>.</summary>
    public GhashKey(UInt128 key)
        : this(key, useTable: !Pclmulqdq.IsSupported)
    {
    }

    /// <summary>Readies <paramref name="key"/>, for <see cref="MultiplyByTable"/> when asked to.</summary>
    internal GhashKey(UInt128 key, bool useTable)
    {
        _key = key;
        if (useTable)
            FillMultiples();
    }

    /// <summary>What four bits that leave at the right come back as at the left, in the first 16 bits: multiples of 0xE1 &lt;&lt; 120.</summary>
    private static ReadOnlySpan<ushort> Reduction =>
    [
        0x0000, 0x1C20, 0x3840, 0x2460, 0x7080, 0x6CA0, 0x48C0, 0x54E0, 0xE100, 0xFD20, 0xD940, 0xC560, 0x9180, 0x8DA0, 0xA9C0, 0xB5E0,
    ];

    /// <summary><paramref name="value"/> multiplied by the hash key.</summary>
    public readonly UInt128 Multiply(UInt128 value) => Pclmulqdq.IsSupported ? MultiplyCarryless(value) : MultiplyByTable(value);

    /// <summary>
    /// The same from the table, four bits a step from the right.
    /// </summary>
    internal readonly UInt128 MultiplyByTable(UInt128 value)
    {
        var product = UInt128.Zero;
        for (var step = 0; step < 32; step++)
        {
            var out4 = (int)(ulong)(product & 0xF);
            product = (product >> 4) ^ ((UInt128)Reduction[out4] << 112);
            product ^= _multiples[(int)(ulong)(value & 0xF)];
            value >>= 4;
        }
        return product;
    }

    /// <summary>
    /// The product of 255 bits, moved by one because its bits are reversed, then reduced by x^128 + x^7 + x^2 + x + 1 from the right, 64 bits a step.
    /// </summary>
    private readonly UInt128 MultiplyCarryless(UInt128 value)
    {
        var a = Vector128.Create((ulong)value, (ulong)(value >> 64));
        var b = Vector128.Create((ulong)_key, (ulong)(_key >> 64));
        var low = Pclmulqdq.CarrylessMultiply(a, b, 0x00);
        var high = Pclmulqdq.CarrylessMultiply(a, b, 0x11);
        var middle = Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10);
        var (w0, w1, w2, w3) = (low[0], low[1] ^ middle[0], high[0] ^ middle[1], high[1]);
        (w3, w2, w1, w0) = ((w3 << 1) | (w2 >> 63), (w2 << 1) | (w1 >> 63), (w1 << 1) | (w0 >> 63), w0 << 1);
        w2 ^= w0 ^ (w0 >> 1) ^ (w0 >> 2) ^ (w0 >> 7);
        w1 ^= (w0 << 63) ^ (w0 << 62) ^ (w0 << 57);
        w3 ^= w1 ^ (w1 >> 1) ^ (w1 >> 2) ^ (w1 >> 7);
        w2 ^= (w1 << 63) ^ (w1 << 62) ^ (w1 << 57);
        return new UInt128(w3, w2);
    }

    /// <summary>The products of the hash key with all polynomials of four bits.</summary>
    private void FillMultiples()
    {
        var value = _key;
        for (var at = 8; at > 0; at >>= 1)
        {
            _multiples[at] = value;
            var carry = (ulong)(value & 1);
            value = (value >> 1) ^ ((UInt128)(carry * 0xE1) << 120);
        }
        for (var high = 2; high <= 8; high *= 2)
        {
            for (var low = 1; low < high; low++)
                _multiples[high + low] = _multiples[high] ^ _multiples[low];
        }
    }

    [InlineArray(16)]
    private struct Multiples
    {
        private UInt128 _first;
    }
}
