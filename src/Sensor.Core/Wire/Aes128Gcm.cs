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
        Span<byte> octets = stackalloc byte[Aes128.Size];
        octets.Clear();
        nonce[..NonceSize].CopyTo(octets);
        var counter = Vector128.Create<byte>(octets);
        var mask = key.Encrypt(Numbered(counter, 1));
        if ((Digest(in key, associated, cipher) ^ mask) != Vector128.Create(sealedOctets[^TagSize..]))
            return false;
        var number = 2u;
        for (; cipher.Length >= Aes128.Size; cipher = cipher[Aes128.Size..], plain = plain[Aes128.Size..])
            (key.Encrypt(Numbered(counter, number++)) ^ Vector128.Create(cipher)).CopyTo(plain);
        key.Encrypt(Numbered(counter, number)).CopyTo(octets);
        for (var i = 0; i < cipher.Length; i++)
            plain[i] = (byte)(cipher[i] ^ octets[i]);
        return true;
    }

    /// <summary>The counter block with <paramref name="number"/> in its last four octets.</summary>
    private static Vector128<byte> Numbered(Vector128<byte> counter, uint number) =>
        counter.AsUInt32().WithElement(3, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number).AsByte();

    /// <summary>GHASH of the associated data, the ciphertext and their lengths, SP 800-38D section 6.4.</summary>
    private static Vector128<byte> Digest(in Aes128 key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher)
    {
        Span<byte> block = stackalloc byte[Aes128.Size];
        key.Encrypt(Vector128<byte>.Zero).CopyTo(block);
        var hashKey = new GhashKey(BinaryPrimitives.ReadUInt128BigEndian(block));
        var sum = hashKey.Absorb(hashKey.Absorb(UInt128.Zero, associated), cipher);
        var lengths = ((UInt128)(ulong)associated.Length << 67) | ((UInt128)(ulong)cipher.Length << 3);
        BinaryPrimitives.WriteUInt128BigEndian(block, hashKey.Multiply(sum ^ lengths));
        return Vector128.Create<byte>(block);
    }
}
