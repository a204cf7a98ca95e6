using System.Text;

namespace Sensor.Output.Formats;

/// <summary>
/// UUIDs made from names (RFC 9562 section 5.5, version 5): the same name gives the same id, in every run and on every machine.
/// </summary>
internal static class NameUuid
{
    private const int Size = 16;

    /// <summary>The namespace of this program's own ids.</summary>
    public static readonly Guid Own = new("c1a4b6de-5d0a-5f6b-9a55-0d6c7a3f1e42");

    /// <summary>The namespace STIX 2.1 section 2.9 prescribes for cyber-observable objects.</summary>
    public static readonly Guid StixObservable = new("00abedb4-aa42-466c-9c01-fed23315a9b7");

    /// <summary>The UUID of <paramref name="name"/> in <paramref name="scope"/>, in lower case.</summary>
    public static string Of(Guid scope, string name)
    {
        var octets = new byte[Size + Encoding.UTF8.GetByteCount(name)];
        scope.TryWriteBytes(octets, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, octets.AsSpan(Size));
        Span<byte> digest = stackalloc byte[Sha1.Size];
        Sha1.Hash(octets, digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x50);           // the version, 5
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);           // the variant
        return new Guid(digest[..Size], bigEndian: true).ToString();
    }
}
