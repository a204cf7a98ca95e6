using System.Security.Cryptography;

namespace Sensor.Detection.Certificates;

/// <summary>Computes the hash functions of <see cref="DigestKind"/>.</summary>
public static class Digests
{
    /// <summary>Whether it can be computed.</summary>
    public static bool IsComputable(this DigestKind kind) => kind >= DigestKind.Md5;

    /// <summary>Whether collisions of it can be made by anybody today.</summary>
    public static bool IsBroken(this DigestKind kind) => kind is DigestKind.Md2 or DigestKind.Md5;

    /// <summary>Octets of its value, 0 when not known.</summary>
    public static int Size(this DigestKind kind) => kind switch
    {
        DigestKind.Md2 or DigestKind.Md5 => 16,
        DigestKind.Sha1 => 20,
        DigestKind.Sha256 => 32,
        DigestKind.Sha384 => 48,
        DigestKind.Sha512 => 64,
        _ => 0,
    };

    /// <summary>Its usual name.</summary>
    public static string Shown(this DigestKind kind) => kind switch
    {
        DigestKind.Md2 => "MD2",
        DigestKind.Md5 => "MD5",
        DigestKind.Sha1 => "SHA-1",
        DigestKind.Sha256 => "SHA-256",
        DigestKind.Sha384 => "SHA-384",
        DigestKind.Sha512 => "SHA-512",
        _ => "an unknown hash",
    };

    // MD5 and SHA-1 are what the files and certificates under judgement were signed with; nothing is protected by them here.
#pragma warning disable CA5350, CA5351
    /// <summary>The digest of <paramref name="octets"/>; empty when it cannot be computed.</summary>
    public static byte[] Compute(this DigestKind kind, ReadOnlySpan<byte> octets) => kind switch
    {
        DigestKind.Md5 => MD5.HashData(octets),
        DigestKind.Sha1 => SHA1.HashData(octets),
        DigestKind.Sha256 => SHA256.HashData(octets),
        DigestKind.Sha384 => SHA384.HashData(octets),
        DigestKind.Sha512 => SHA512.HashData(octets),
        _ => [],
    };
#pragma warning restore CA5350, CA5351

    /// <summary>A running digest, or null when it cannot be computed.</summary>
    public static IncrementalHash? Begin(this DigestKind kind) => kind switch
    {
        DigestKind.Md5 => IncrementalHash.CreateHash(HashAlgorithmName.MD5),
        DigestKind.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        DigestKind.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        DigestKind.Sha384 => IncrementalHash.CreateHash(HashAlgorithmName.SHA384),
        DigestKind.Sha512 => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        _ => null,
    };
}
