using System.Security.Cryptography;

namespace Sensor.Detection.Pac;

/// <summary>What identifies a PAC's content.</summary>
/// <param name="Sha256">SHA-256 of the octets as served, lower-case hexadecimal.</param>
/// <param name="WithoutBlanks">A stable hash of the octets without white space: equal for files that differ in white space only.</param>
public readonly record struct PacFingerprint(string Sha256, ulong WithoutBlanks)
{
    /// <summary>The fingerprint of <paramref name="body"/>.</summary>
    public static PacFingerprint Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        var blankless = 14695981039346656037UL;
        foreach (var octet in body)
        {
            if (octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF))
                blankless = (blankless ^ octet) * 1099511628211UL;
        }
        return new PacFingerprint(Convert.ToHexStringLower(hash), blankless);
    }
}
