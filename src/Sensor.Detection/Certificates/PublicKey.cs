using System.Numerics;
using System.Security.Cryptography;

namespace Sensor.Detection.Certificates;

/// <summary>
/// A subject public key (RFC 5280 section 4.1.2.7) that verifies signatures. RSA is computed here, octet by octet as RFC 8017 writes it, so
/// that the answer is the same on every machine and no policy of the machine refuses the old hash functions that are to be judged.
/// </summary>
public sealed class PublicKey
{
    /// <summary>Bits of the largest RSA modulus and exponent that are computed: larger ones are made to cost time.</summary>
    private const int MaxModulusBits = 16384, MaxExponentBits = 64;

    private readonly BigInteger _modulus, _exponent;
    private readonly string _curve;
    private readonly byte[] _point;

    private PublicKey(byte[] octets, string oid, BigInteger modulus, BigInteger exponent, string curve, byte[] point)
    {
        Octets = octets;
        Oid = oid;
        (_modulus, _exponent, _curve, _point) = (modulus, exponent, curve, point);
    }

    /// <summary>The encoded SubjectPublicKeyInfo.</summary>
    public byte[] Octets { get; }

    /// <summary>Object identifier of the algorithm.</summary>
    public string Oid { get; }

    /// <summary>Whether signatures can be verified with it.</summary>
    public bool IsUsable => !_modulus.IsZero || _point.Length > 0;

    /// <summary>Bits of the modulus or the curve, 0 when not known.</summary>
    public int Bits => _modulus.IsZero ? CurveBytes * 8 : (int)_modulus.GetBitLength();

    private int CurveBytes => _curve switch
    {
        "1.2.840.10045.3.1.7" => 32,
        "1.3.132.0.34" => 48,
        "1.3.132.0.35" => 66,
        _ => 0,
    };

    /// <summary>Reads a SubjectPublicKeyInfo. A key of a kind that is not known is read all the same, but verifies nothing.</summary>
    public static bool TryRead(in DerValue value, out PublicKey key)
    {
        key = null!;
        var reader = value.Inside;
        if (value.Tag != DerTag.Sequence || !AlgorithmIdentifier.TryRead(ref reader, out var algorithm)
            || !reader.TryRead(DerTag.BitString, out var bits) || bits.Content.IsEmpty)
            return false;
        var (modulus, exponent) = (BigInteger.Zero, BigInteger.Zero);
        var curve = "";
        byte[] point = [];
        if (algorithm.Oid is "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10" && !TryReadRsa(bits.Content[1..], out modulus, out exponent))
            modulus = BigInteger.Zero;
        if (algorithm.Oid == "1.2.840.10045.2.1")
            (curve, point) = ReadPoint(algorithm.Parameters, bits.Content[1..]);
        key = new PublicKey(value.Encoded.ToArray(), algorithm.Oid, modulus, exponent, curve, point);
        return true;
    }

    /// <summary>Whether <paramref name="signature"/> over <paramref name="digest"/> was made by this key, as RSASSA-PKCS1-v1_5.</summary>
    public bool VerifiesPkcs1(DigestKind kind, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var prefix = DigestInfoPrefix(kind);
        if (prefix.Length == 0 || digest.Length != kind.Size() || Recover(signature) is not { } message)
            return false;
        return IsPadded(message, [.. prefix, .. digest])
            // Without the NULL parameters, as some signers of the nineties wrote it (RFC 8017 appendix A.2.4 asks readers to take both).
            || IsPadded(message, [0x30, (byte)(prefix[1] - 2), 0x30, (byte)(prefix[3] - 2), .. prefix[4..^4], .. prefix[^2..], .. digest])
            // The bare digest, as Symantec's time-stamping service signed until 2020; the padding leaves no room for anything else.
            || IsPadded(message, digest);
    }

    /// <summary>Whether <paramref name="signature"/> over <paramref name="digest"/> was made by this key, as RSASSA-PSS.</summary>
    public bool VerifiesPss(DigestKind kind, DigestKind mask, int saltOctets, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (!kind.IsComputable() || !mask.IsComputable() || Recover(signature) is not { } message)
            return false;
        var bits = (int)_modulus.GetBitLength() - 1;
        var encoded = message.AsSpan(message.Length - ((bits + 7) / 8));
        var hash = digest.Length;
        var room = encoded.Length - hash - 1;
        if (saltOctets < 0 || room < saltOctets + 1 || encoded[^1] != 0xBC || (encoded.Length < message.Length && message[0] != 0))
            return false;
        var block = encoded[..room].ToArray();
        var free = (encoded.Length * 8) - bits;
        if (block[0] >> (8 - free) != 0)
            return false;
        ApplyMask(block, encoded.Slice(room, hash), mask);
        block[0] &= (byte)(0xFF >> free);
        var padding = room - saltOctets - 1;
        if (block.AsSpan(0, padding).ContainsAnyExcept((byte)0) || block[padding] != 1)
            return false;
        byte[] second = [0, 0, 0, 0, 0, 0, 0, 0, .. digest, .. block.AsSpan(padding + 1)];
        return kind.Compute(second).AsSpan().SequenceEqual(encoded.Slice(room, hash));
    }

    /// <summary>
    /// Whether <paramref name="signature"/> (DER, RFC 3279 section 2.2.3) over <paramref name="digest"/> was made by this key.
    /// </summary>
    public bool VerifiesEcdsa(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (_point.Length == 0 || CurveBytes == 0)
            return false;
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.CreateFromValue(_curve),
                Q = new ECPoint { X = _point[1..(1 + CurveBytes)], Y = _point[(1 + CurveBytes)..] },
            });
            return ecdsa.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // A point that is not on its curve: the platform's only way to say so.
            return false;
        }
    }

    private static (string Curve, byte[] Point) ReadPoint(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> point)
    {
        var reader = new DerReader(parameters);
        if (!reader.TryRead(DerTag.ObjectIdentifier, out var oid) || point.IsEmpty || point[0] != 4)
            return ("", []);
        var curve = DerValues.ObjectIdentifier(oid.Content);
        var expected = curve switch { "1.2.840.10045.3.1.7" => 65, "1.3.132.0.34" => 97, "1.3.132.0.35" => 133, _ => -1 };
        return point.Length == expected ? (curve, point.ToArray()) : (curve, []);
    }

    private static bool TryReadRsa(ReadOnlySpan<byte> octets, out BigInteger modulus, out BigInteger exponent)
    {
        (modulus, exponent) = (default, default);
        var outer = new DerReader(octets);
        if (!outer.TryRead(DerTag.Sequence, out var sequence))
            return false;
        var reader = sequence.Inside;
        if (!reader.TryRead(DerTag.Integer, out var n) || !reader.TryRead(DerTag.Integer, out var e))
            return false;
        if (n.Content.Length > (MaxModulusBits / 8) + 1 || e.Content.Length > (MaxExponentBits / 8) + 1)
            return false;
        modulus = new BigInteger(n.Content, isUnsigned: true, isBigEndian: true);
        exponent = new BigInteger(e.Content, isUnsigned: true, isBigEndian: true);
        return modulus.GetBitLength() >= 384 && !modulus.IsEven && exponent > BigInteger.One;
    }

    /// <summary>The encoded message inside a signature, RFC 8017 section 5.2.2, as long as the modulus; null when it is none.</summary>
    private byte[]? Recover(ReadOnlySpan<byte> signature)
    {
        if (_modulus.IsZero || signature.IsEmpty || signature.Length > (MaxModulusBits / 8) + 1)
            return null;
        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (number >= _modulus)
            return null;
        var octets = new MontgomeryPower(_modulus).Of(number, (ulong)_exponent).ToByteArray(isUnsigned: true, isBigEndian: true);
        var message = new byte[((int)_modulus.GetBitLength() + 7) / 8];
        octets.CopyTo(message.AsSpan(message.Length - octets.Length));
        return message;
    }

    private static bool IsPadded(ReadOnlySpan<byte> message, ReadOnlySpan<byte> info)
    {
        var padding = message.Length - info.Length - 3;
        return padding >= 8 && message[0] == 0 && message[1] == 1 && !message.Slice(2, padding).ContainsAnyExcept((byte)0xFF)
            && message[2 + padding] == 0 && message[(3 + padding)..].SequenceEqual(info);
    }

    private static void ApplyMask(Span<byte> block, ReadOnlySpan<byte> seed, DigestKind kind)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (int at = 0, counter = 0; at < block.Length; counter++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (var octet in kind.Compute(input))
            {
                if (at < block.Length)
                    block[at++] ^= octet;
            }
        }
    }

    /// <summary>The DigestInfo before the digest, RFC 8017 section 9.2 note 1.</summary>
    private static ReadOnlySpan<byte> DigestInfoPrefix(DigestKind kind) => kind switch
    {
        DigestKind.Md5 => [0x30, 0x20, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10],
        DigestKind.Sha1 => [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14],
        DigestKind.Sha256 => [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
            0x20],
        DigestKind.Sha384 => [0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
            0x30],
        DigestKind.Sha512 => [0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
            0x40],
        _ => [],
    };
}
