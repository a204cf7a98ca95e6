using System.Formats.Asn1;
using System.Security.Cryptography;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;
using Sensor.Detection.Tests.Certificates;

namespace Sensor.Detection.Tests.Authenticode;

/// <summary>Signs samples as Authenticode does, octet by octet, so that every part of a signature can be made wrong.</summary>
public static class SignedSamples
{
    private const string IndirectData = "1.3.6.1.4.1.311.2.1.4", SignedData = "1.2.840.113549.1.7.2",
        TokenInfo = "1.2.840.113549.1.9.16.1.4";

    /// <summary>The smallest PE32 program with a directory of certificates.</summary>
    public static byte[] Program(int size = 1200)
    {
        var octets = new byte[size];
        "MZ"u8.CopyTo(octets);
        octets[0x3C] = 64;
        "PE\0\0"u8.CopyTo(octets.AsSpan(64));
        octets[88] = 0x0B;
        octets[89] = 0x01;
        octets[88 + 92] = 16;
        for (var at = 400; at < size; at++)
            octets[at] = (byte)(at * 7);
        return octets;
    }

    /// <summary>The program with <paramref name="signature"/> in its certificate table.</summary>
    public static byte[] Attach(byte[] program, byte[] signature)
    {
        var padded = (signature.Length + 15) & ~7;
        byte[] file = [.. program, .. BitConverter.GetBytes(padded), 0x00, 0x02, 0x02, 0x00, .. signature,
            .. new byte[padded - 8 - signature.Length]];
        BitConverter.TryWriteBytes(file.AsSpan(88 + 96 + 32), program.Length);
        BitConverter.TryWriteBytes(file.AsSpan(88 + 96 + 36), padded);
        return file;
    }

    /// <summary>
    /// A signed program; the digest covers the directory entry, which is left out, so the order of making does not matter.
    /// </summary>
    public static byte[] Sign(TestAuthority leaf, DigestKind digest = DigestKind.Sha256, Action<AsnWriter>? unsigned = null,
        byte[]? program = null, TestAuthority? also = null)
    {
        program ??= Program();
        return Attach(program, Signature(leaf, Indirect(DigestOf(program, digest), digest), digest, unsigned, also: also));
    }

    public static byte[] DigestOf(byte[] program, DigestKind digest)
    {
        // The parts are found as in a signed file: an empty table behind the program.
        return PeImage.Read(Attach(program, new byte[8]))!.Digest(digest);
    }

    /// <summary>SpcIndirectDataContent for a PE image.</summary>
    public static byte[] Indirect(byte[] value, DigestKind digest)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.6.1.4.1.311.2.1.15");
                using (writer.PushSequence())
                    writer.WriteBitString([]);
            }
            using (writer.PushSequence())
            {
                Algorithm(writer, OidOf(digest));
                writer.WriteOctetString(value);
            }
        }
        return writer.Encode();
    }

    /// <summary>Signed data over <paramref name="content"/> (an encoded value) with the whole chain in it.</summary>
    public static byte[] Signature(
        TestAuthority leaf, byte[] content, DigestKind digest = DigestKind.Sha256, Action<AsnWriter>? unsigned = null,
            string type = IndirectData,
        TestAuthority? also = null)
    {
        var reader = new AsnReader(content, AsnEncodingRules.DER);
        reader.PeekTag();
        var inner = reader.PeekContentBytes();
        return Envelope([.. leaf.Chain, .. also is null ? [] : new[] { also.Octets }], type, content, digest, writer => Signer(writer,
            leaf, type, inner.Span, digest, unsigned));
    }

    /// <summary>An RFC 3161 token over the signature of a signer.</summary>
    public static byte[] Token(TestAuthority authority, ReadOnlySpan<byte> signature, DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.2.3.4");
            using (writer.PushSequence())
            {
                Algorithm(writer, OidOf(DigestKind.Sha256));
                writer.WriteOctetString(SHA256.HashData(signature));
            }
            writer.WriteInteger(77);
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
        var octets = new AsnWriter(AsnEncodingRules.DER);
        octets.WriteOctetString(writer.Encode());
        return Signature(authority, octets.Encode(), type: TokenInfo);
    }

    /// <summary>A counter-signature of old Authenticode: a SignerInfo over the signature.</summary>
    public static byte[] CounterSignature(TestAuthority authority, ReadOnlySpan<byte> signature, DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        Signer(writer, authority, "1.2.840.113549.1.7.1", signature, DigestKind.Sha1, null, time);
        return writer.Encode();
    }

    /// <summary>One attribute for <c>unsigned</c>.</summary>
    public static void Attribute(AsnWriter writer, string oid, byte[] value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
                writer.WriteEncodedValue(value);
        }
    }

    /// <summary>
    /// Signs twice: first to learn the signature (RSA PKCS #1 is the same every time), then with <paramref name="stamp"/> over it.
    /// </summary>
    public static byte[] SignStamped(TestAuthority leaf, string oid, Func<byte[], byte[]> stamp, TestAuthority? also = null)
    {
        var first = CmsSignedData.Read(PeImage.Read(Sign(leaf))!.Signature.Span)!.Signers[0].Signature;
        return Sign(leaf, unsigned: writer => Attribute(writer, oid, stamp(first)), also: also);
    }

    private static void Signer(
        AsnWriter writer, TestAuthority leaf, string type, ReadOnlySpan<byte> content, DigestKind digest, Action<AsnWriter>? unsigned,
            DateTimeOffset? time = null)
    {
        var attributes = new AsnWriter(AsnEncodingRules.DER);
        using (attributes.PushSetOf())
        {
            Attribute(attributes, "1.2.840.113549.1.9.3", Encode(value => value.WriteObjectIdentifier(type)));
            var value = digest.Compute(content);
            Attribute(attributes, "1.2.840.113549.1.9.4", Encode(inner => inner.WriteOctetString(value)));
            if (time is { } stated)
                Attribute(attributes, "1.2.840.113549.1.9.5", Encode(inner => inner.WriteUtcTime(stated)));
        }
        var signed = attributes.Encode();
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(leaf.Read.Issuer.Octets);
                writer.WriteInteger(leaf.Read.SerialOctets);
            }
            Algorithm(writer, OidOf(digest));
            byte[] tagged = [0xA0, .. signed[1..]];
            writer.WriteEncodedValue(tagged);
            Algorithm(writer, "1.2.840.113549.1.1.1");
            writer.WriteOctetString(leaf.Key.SignData(signed, NameOf(digest), RSASignaturePadding.Pkcs1));
            if (unsigned is null)
                return;
            using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 1)))
                unsigned(writer);
        }
    }

    private static byte[] Envelope(List<byte[]> certificates, string type, byte[] content, DigestKind digest, Action<AsnWriter> signer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                    Algorithm(writer, OidOf(digest));
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(type);
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteEncodedValue(content);
                }
                using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    foreach (var certificate in certificates)
                        writer.WriteEncodedValue(certificate);
                }
                using (writer.PushSetOf())
                    signer(writer);
            }
        }
        return writer.Encode();
    }

    private static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static void Algorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteNull();
        }
    }

    private static string OidOf(DigestKind digest) => digest switch
    {
        DigestKind.Md5 => "1.2.840.113549.2.5",
        DigestKind.Sha1 => "1.3.14.3.2.26",
        DigestKind.Sha384 => "2.16.840.1.101.3.4.2.2",
        _ => "2.16.840.1.101.3.4.2.1",
    };

    private static HashAlgorithmName NameOf(DigestKind digest) => digest switch
    {
        DigestKind.Md5 => HashAlgorithmName.MD5,
        DigestKind.Sha1 => HashAlgorithmName.SHA1,
        DigestKind.Sha384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA256,
    };
}
