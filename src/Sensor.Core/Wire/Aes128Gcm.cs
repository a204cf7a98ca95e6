using System.Buffers.Binary;
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
            var mask16 = key.Encrypt(Vector128.Create<byte>(counter));
            if (cipher.Length - at >= Aes128.Size)
            {
                (mask16 ^ Vector128.Create(cipher[at..])).CopyTo(plain[at..]);
                continue;
            }
            mask16.CopyTo(stream);
            for (var i = 0; at + i < cipher.Length; i++)
                plain[at + i] = (byte)(cipher[at + i] ^ stream[i]);
        }
        return true;
    }

    /// <summary>GHASH of the associated data, the ciphertext and their lengths, SP 800-38D section 6.4.</summary>
    private static void Digest(in Aes128 key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, Span<byte> digest)
    {
        Span<byte> zero = stackalloc byte[Aes128.Size];
        key.Encrypt(Vector128<byte>.Zero).CopyTo(zero);
        var hashKey = new GhashKey(BinaryPrimitives.ReadUInt128BigEndian(zero));
        var sum = Absorb(UInt128.Zero, associated, in hashKey);
        sum = Absorb(sum, cipher, in hashKey);
        var lengths = ((UInt128)(ulong)associated.Length << 67) | ((UInt128)(ulong)cipher.Length << 3);
        BinaryPrimitives.WriteUInt128BigEndian(digest, hashKey.Multiply(sum ^ lengths));
    }

    private static UInt128 Absorb(UInt128 sum, ReadOnlySpan<byte> octets, in GhashKey key)
    {
        for (; octets.Length >= Aes128.Size; octets = octets[Aes128.Size..])
            sum = key.Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(octets));
        if (octets.IsEmpty)
            return sum;
        Span<byte> last = stackalloc byte[Aes128.Size];
        last.Clear();
        octets.CopyTo(last);
        return key.Multiply(sum ^ BinaryPrimitives.ReadUInt128BigEndian(last));
    }
}
