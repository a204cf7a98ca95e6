using System.Numerics;
using System.Runtime.InteropServices;

namespace Sensor.Detection.Certificates;

/// <summary>
/// Powers modulo an odd number by Montgomery's multiplication (Handbook of Applied Cryptography, algorithms 14.36 and 14.94), thirty times cheaper than
/// <see cref="BigInteger.ModPow"/> for the public exponents of RSA. Everything it computes with is public: how long it takes need not be hidden.
/// </summary>
internal sealed class MontgomeryPower
{
    private const int WordBits = 64;

    private readonly ulong[] _modulus, _one, _square, _sum;
    private readonly ulong _inverse;

    /// <summary>Makes ready for powers modulo <paramref name="modulus"/>, which is odd and greater than 1.</summary>
    public MontgomeryPower(BigInteger modulus)
    {
        var words = (int)((modulus.GetBitLength() + WordBits - 1) / WordBits);
        _modulus = WordsOf(modulus, words);
        var radix = BigInteger.One << (words * WordBits);
        _one = WordsOf(radix % modulus, words);
        _square = WordsOf(radix * radix % modulus, words);
        _sum = new ulong[words + 2];
        // Newton's iteration doubles the right bits each time: an odd number is its own inverse modulo 8.
        var inverse = _modulus[0];
        for (var bits = 3; bits < WordBits; bits *= 2)
            inverse *= 2 - (_modulus[0] * inverse);
        _inverse = 0 - inverse;
    }

    /// <summary><paramref name="number"/>, which is less than the modulus, to the power of <paramref name="exponent"/>.</summary>
    public BigInteger Of(BigInteger number, ulong exponent)
    {
        var words = _modulus.Length;
        var power = WordsOf(number, words);
        Multiply(power, _square, power);
        var result = _one.AsSpan().ToArray();
        for (var bit = WordBits - 1 - BitOperations.LeadingZeroCount(exponent); bit >= 0; bit--)
        {
            Multiply(result, result, result);
            if (((exponent >> bit) & 1) != 0)
                Multiply(result, power, result);
        }
        var unit = new ulong[words];
        unit[0] = 1;
        Multiply(result, unit, result);
        if (!BitConverter.IsLittleEndian)
            Reverse(result);
        return new BigInteger(MemoryMarshal.AsBytes(result.AsSpan()), isUnsigned: true);
    }

    /// <summary>Writes left × right ÷ radix modulo the modulus to <paramref name="product"/>, which may be one of them.</summary>
    private void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> product)
    {
        var modulus = _modulus.AsSpan();
        var sum = _sum.AsSpan();
        var words = modulus.Length;
        sum.Clear();
        foreach (var factor in right)
        {
            var carry = AddProduct(sum, left[..words], factor);
            sum[words + 1] = AddTo(ref sum[words], carry);
            carry = AddProduct(sum, modulus, sum[0] * _inverse);
            sum[words + 1] += AddTo(ref sum[words], carry);
            // The lowest word is 0 now: everything moves down by one.
            sum[1..].CopyTo(sum);
            sum[words + 1] = 0;
        }
        if (sum[words] != 0 || !IsLess(sum[..words], modulus))
            Subtract(sum, modulus);
        sum[..words].CopyTo(product);
    }

    /// <summary>Adds <paramref name="number"/> × <paramref name="factor"/> to the lower words of <paramref name="sum"/>; the carry is returned.</summary>
    private static ulong AddProduct(Span<ulong> sum, ReadOnlySpan<ulong> number, ulong factor)
    {
        ulong carry = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var high = Math.BigMul(number[i], factor, out var low);
            high += AddTo(ref low, carry);
            carry = high + AddTo(ref sum[i], low);
        }
        return carry;
    }

    private static ulong AddTo(ref ulong word, ulong value)
    {
        word += value;
        return word < value ? 1UL : 0;
    }

    private static bool IsLess(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = left.Length - 1; i >= 0; i--)
        {
            if (left[i] != right[i])
                return left[i] < right[i];
        }
        return false;
    }

    private static void Subtract(Span<ulong> from, ReadOnlySpan<ulong> number)
    {
        ulong borrow = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var difference = from[i] - number[i];
            var isBorrowed = from[i] < number[i] || difference < borrow;
            from[i] = difference - borrow;
            borrow = isBorrowed ? 1UL : 0;
        }
    }

    private static ulong[] WordsOf(BigInteger number, int words)
    {
        var result = new ulong[words];
        number.TryWriteBytes(MemoryMarshal.AsBytes(result.AsSpan()), out _, isUnsigned: true);
        if (!BitConverter.IsLittleEndian)
            Reverse(result);
        return result;
    }

    private static void Reverse(Span<ulong> words)
    {
        foreach (ref var word in words)
            word = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }
}
