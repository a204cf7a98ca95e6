using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sensor.Core.Wire;

/// <summary>
/// The hash key of GHASH, NIST SP 800-38D section 6.3, ready for multiplying by it. Blocks are numbers in the order of their octets: the leftmost bit
/// is the lowest power. Uses the processor's carry-less multiplication where there is one, four blocks at a time, else a table of sixteen multiples.
/// </summary>
internal struct GhashKey
{
    private const int BlockSize = 16, Together = 4;

    private Powers _powers;
    private Multiples _multiples;

    /// <summary>Readies <paramref name="key"/>.</summary>
    public GhashKey(UInt128 key)
        : this(key, useTable: !Pclmulqdq.IsSupported)
    {
    }

    /// <summary>Readies <paramref name="key"/>, for the table when asked to.</summary>
    internal GhashKey(UInt128 key, bool useTable)
    {
        if (useTable)
            FillMultiples(key);
        else
            FillPowers(key);
    }

    /// <summary>What four bits that leave at the right come back as at the left, in the first 16 bits: multiples of 0xE1 &lt;&lt; 120.</summary>
    private static ReadOnlySpan<ushort> Reduction =>
    [
        0x0000, 0x1C20, 0x3840, 0x2460, 0x7080, 0x6CA0, 0x48C0, 0x54E0, 0xE100, 0xFD20, 0xD940, 0xC560, 0x9180, 0x8DA0, 0xA9C0, 0xB5E0,
    ];

    /// <summary>GHASH of <paramref name="octets"/>, the last block filled with zeros, continuing from <paramref name="sum"/>; section 6.4.</summary>
    public readonly UInt128 Absorb(UInt128 sum, ReadOnlySpan<byte> octets)
    {
        if (Pclmulqdq.IsSupported)
            sum = AbsorbTogether(sum, ref octets);
        for (; octets.Length >= BlockSize; octets = octets[BlockSize..])
            sum = Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(octets));
        if (octets.IsEmpty)
            return sum;
        Span<byte> last = stackalloc byte[BlockSize];
        last.Clear();
        octets.CopyTo(last);
        return Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(last));
    }

    /// <summary><paramref name="value"/> multiplied by the hash key.</summary>
    public readonly UInt128 Multiply(UInt128 value)
    {
        if (!Pclmulqdq.IsSupported)
            return MultiplyByTable(value);
        var product = default(Product);
        product.Add(ToVector(value), _powers[0]);
        return ToNumber(product.Reduce());
    }

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

    /// <summary>Four blocks times the fourth to the first power of the key, and only then reduced: the sum is the same.</summary>
    private readonly UInt128 AbsorbTogether(UInt128 sum, ref ReadOnlySpan<byte> octets)
    {
        var value = ToVector(sum);
        for (; octets.Length >= Together * BlockSize; octets = octets[(Together * BlockSize)..])
        {
            var product = default(Product);
            product.Add(value ^ Block(octets, 0), _powers[3]);
            product.Add(Block(octets, 1), _powers[2]);
            product.Add(Block(octets, 2), _powers[1]);
            product.Add(Block(octets, 3), _powers[0]);
            value = product.Reduce();
        }
        return ToNumber(value);
    }

    private static Vector128<ulong> Block(ReadOnlySpan<byte> octets, int number) => Vector128.Shuffle(
        Vector128.Create(octets.Slice(number * BlockSize, BlockSize)),
        Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).AsUInt64();

    private static Vector128<ulong> ToVector(UInt128 value) => Vector128.Create((ulong)value, (ulong)(value >> 64));

    private static UInt128 ToNumber(Vector128<ulong> value) => new(value[1], value[0]);

    /// <summary>
    /// The powers of the key, each moved by one bit: bits are reversed, so a product of 255 bits lies one bit too low, and this moves it once for all.
    /// </summary>
    private void FillPowers(UInt128 key)
    {
        _powers[0] = Moved(key);
        for (var (i, power) = (1, key); i < Together; i++)
        {
            power = Multiply(power);
            _powers[i] = Moved(power);
        }
    }

    private static Vector128<ulong> Moved(UInt128 value) =>
        ToVector((value << 1) ^ ((value >> 127) == 0 ? 0 : new UInt128(0xC200_0000_0000_0000, 1)));

    /// <summary>The products of the hash key with all polynomials of four bits.</summary>
    private void FillMultiples(UInt128 key)
    {
        var value = key;
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

    /// <summary>A sum of products of 255 bits, before they are reduced by x^128 + x^7 + x^2 + x + 1.</summary>
    private struct Product
    {
        private Vector128<ulong> _low, _middle, _high;

        public void Add(Vector128<ulong> value, Vector128<ulong> key)
        {
            _low ^= Pclmulqdq.CarrylessMultiply(value, key, 0x00);
            _middle ^= Pclmulqdq.CarrylessMultiply(value, key, 0x01) ^ Pclmulqdq.CarrylessMultiply(value, key, 0x10);
            _high ^= Pclmulqdq.CarrylessMultiply(value, key, 0x11);
        }

        /// <summary>The rest: 64 bits a step are folded from the low end upwards, by x^63 + x^62 + x^57, the polynomial with its bits reversed.</summary>
        public readonly Vector128<ulong> Reduce()
        {
            var folding = Vector128.Create(0xC200_0000_0000_0000UL, 0);
            var low = _low ^ Sse2.ShiftLeftLogical128BitLane(_middle, 8);
            low = Vector128.Shuffle(low, Vector128.Create(1UL, 0)) ^ Pclmulqdq.CarrylessMultiply(low, folding, 0x00);
            low = Vector128.Shuffle(low, Vector128.Create(1UL, 0)) ^ Pclmulqdq.CarrylessMultiply(low, folding, 0x00);
            return low ^ _high ^ Sse2.ShiftRightLogical128BitLane(_middle, 8);
        }
    }

    [InlineArray(Together)]
    private struct Powers
    {
        private Vector128<ulong> _first;
    }

    [InlineArray(16)]
    private struct Multiples
    {
        private UInt128 _first;
    }
}
