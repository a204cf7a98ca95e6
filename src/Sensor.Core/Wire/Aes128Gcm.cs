using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>
/// Opening of AES-128-GCM messages, NIST SP 800-38D section 7.2: the tag is verified before anything is decrypted. On the stack, like
/// <see cref="Aes128"/>.
/// </summary>
internal static class Aes128Gcm
{
    /// <summary>Octets of the tag behind the ciphertext, and of the nonce.</summary>
    public const int TagSize = 16, NonceSize = 12;

    /// <summary>What four bits that leave at the right come back as at the left, in the first 16 bits: multiples of 0xE1 &lt;&lt; 120.</summary>
    private static ReadOnlySpan<ushort> Reduction =>
    [
        0x0000, 0x1C20, 0x3840, 0x2460, 0x7080, 0x6CA0, 0x48C0, 0x54E0, 0xE100, 0xFD20, 0xD940, 0xC560, 0x9180, 0x8DA0, 0xA9C0, 0xB5E0,
    ];

    /// <summary>
    /// Decrypts <paramref name="sealedOctets"/> (ciphertext and tag) into <paramref name="plain"/>. False, and nothing written, when the tag is wrong.
    /// </summary>
    public static bool TryOpen(
        in Aes128 key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedOctets, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        if (sealedOctets.Length < TagSize)
            return false;
        var cipher = sealedOctets[..^TagSize];
        Span<byte> counter = stackalloc byte[Aes128.Size];
        nonce[..NonceSize].CopyTo(counter);
        BinaryPrimitives.WriteUInt32BigEndian(counter[NonceSize..], 1);
        var mask = key.Encrypt(Vector128.Create<byte>(counter));
        Span<byte> tag = stackalloc byte[TagSize];
        Digest(in key, associated, cipher, tag);
        if ((Vector128.Create<byte>(tag) ^ mask) != Vector128.Create(sealedOctets[^TagSize..]))
            return false;
        Span<byte> stream = stackalloc byte[Aes128.Size];
        for (var (at, number) = (0, 2u); at < cipher.Length; at += Aes128.Size, number++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter[NonceSize..], number);
            key.Encrypt(Vector128.Create<byte>(counter)).CopyTo(stream);
            var part = Math.Min(Aes128.Size, cipher.Length - at);
            for (var i = 0; i < part; i++)
                plain[at + i] = (byte)(cipher[at + i] ^ stream[i]);
        }
        return true;
    }

    /// <summary>GHASH of the associated data, the ciphertext and their lengths, SP 800-38D section 6.4.</summary>
    private static void Digest(in Aes128 key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, Span<byte> digest)
    {
        var multiples = new Multiples();
        Span<byte> zero = stackalloc byte[Aes128.Size];
        zero.Clear();
        key.Encrypt(Vector128.Create<byte>(zero)).CopyTo(zero);
        FillMultiples(BinaryPrimitives.ReadUInt128BigEndian(zero), ref multiples);
        var sum = Absorb(UInt128.Zero, associated, in multiples);
        sum = Absorb(sum, cipher, in multiples);
        var lengths = ((UInt128)(ulong)associated.Length << 67) | ((UInt128)(ulong)cipher.Length << 3);
        BinaryPrimitives.WriteUInt128BigEndian(digest, Multiply(sum ^ lengths, in multiples));
    }

    private static UInt128 Absorb(UInt128 sum, ReadOnlySpan<byte> octets, in Multiples multiples)
    {
        for (; octets.Length >= Aes128.Size; octets = octets[Aes128.Size..])
            sum = Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(octets), in multiples);
        if (octets.IsEmpty)
            return sum;
        Span<byte> last = stackalloc byte[Aes128.Size];
        last.Clear();
        octets.CopyTo(last);
        return Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(last), in multiples);
    }

    /// <summary>The products of the hash key with all polynomials of four bits; the leftmost bit is the lowest power.</summary>
    private static void FillMultiples(UInt128 key, ref Multiples multiples)
    {
        var value = key;
        for (var at = 8; at > 0; at >>= 1)
        {
            multiples[at] = value;
            var carry = (ulong)(value & 1);
            value = (value >> 1) ^ ((UInt128)(carry * 0xE1) << 120);
        }
        for (var high = 2; high <= 8; high *= 2)
        {
            for (var low = 1; low < high; low++)
                multiples[high + low] = multiples[high] ^ multiples[low];
        }
    }

    /// <summary>Multiplies by the hash key, four bits a step from the right.</summary>
    private static UInt128 Multiply(UInt128 value, in Multiples multiples)
    {
        var product = UInt128.Zero;
        for (var step = 0; step < 32; step++)
        {
            var out4 = (int)(ulong)(product & 0xF);
            product = (product >> 4) ^ ((UInt128)Reduction[out4] << 112);
            product ^= multiples[(int)(ulong)(value & 0xF)];
            value >>= 4;
        }
        return product;
    }

    [InlineArray(16)]
    private struct Multiples
    {
        private UInt128 _first;
    }
}
