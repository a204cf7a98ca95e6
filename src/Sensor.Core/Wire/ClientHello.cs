namespace Sensor.Core.Wire;

/// <summary>
/// A client's hello, RFC 8446 section 4.1.2 (the same layout from SSLv3 on, in DTLS and in QUIC but for the fields those add elsewhere).
/// <code>
/// +---------------+------------------+-----+-----------------+-----+-----------------------+-----+-----------------+------------+
/// |    version    | random (32)      | len | session id      | len (2) cipher suites (2…)  | len | compression     | extensions |
/// +---------------+------------------+-----+-----------------+-----+-----------------------+-----+-----------------+------------+
/// </code>
/// </summary>
public readonly ref struct ClientHello
{
    private const int VersionAt = 0, SessionIdAt = 34, LongestSessionId = 32;

    private ClientHello(ReadOnlySpan<byte> octets, ushort version, ReadOnlySpan<byte> cipherSuites, TlsExtensions extensions)
    {
        Octets = octets;
        LegacyVersion = version;
        CipherSuites = cipherSuites;
        Extensions = extensions;
    }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>The version field: the highest offered up to TLS 1.2, above that always 1.2.</summary>
    public ushort LegacyVersion { get; }

    /// <summary>The cipher suites in the client's order, two octets each.</summary>
    public ReadOnlySpan<byte> CipherSuites { get; }

    /// <summary>The extensions, from the first on.</summary>
    public TlsExtensions Extensions { get; }

    /// <summary>The highest version offered, GREASE left out.</summary>
    public ushort Version
    {
        get
        {
            var offered = Extensions.Numbers(TlsExtensions.SupportedVersions, prefix: 1);
            ushort highest = 0;
            for (; offered.Length >= 2; offered = offered[2..])
            {
                if (!TlsHandshake.IsGrease(offered.U16(0)))
                    highest = Math.Max(highest, offered.U16(0));
            }
            return highest == 0 ? LegacyVersion : highest;
        }
    }

    /// <summary>The server name asked for (SNI, RFC 6066 section 3), as sent; empty when there is none.</summary>
    public ReadOnlySpan<byte> ServerName
    {
        get
        {
            const int ListPrefix = 2, EntryHeader = 3;
            if (!Extensions.TryFind(TlsExtensions.ServerName, out var value) || value.Length < ListPrefix + EntryHeader)
                return default;
            var length = value.U16(ListPrefix + 1);
            var isHostName = value[ListPrefix] == 0;
            return isHostName && length <= value.Length - ListPrefix - EntryHeader ? value.Slice(ListPrefix + EntryHeader, length) : default;
        }
    }

    /// <summary>Whether the real names are encrypted (ECH, RFC 9849): <see cref="ServerName"/> is then the front's.</summary>
    public bool IsEncrypted => Extensions.TryFind(TlsExtensions.EncryptedClientHello, out _);

    /// <summary>Reads the body of a client's hello. False when its lengths contradict each other.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ClientHello hello)
    {
        hello = default;
        if (body.Length <= SessionIdAt || body[SessionIdAt] > LongestSessionId)
            return false;
        var version = body.U16(VersionAt);
        var rest = body[SessionIdAt..];
        rest = rest.Length > rest[0] ? rest[(1 + rest[0])..] : default;
        if (rest.Length < 2 || (rest.U16(0) & 1) != 0 || rest.Length - 2 < rest.U16(0))
            return false;
        var suites = rest.Slice(2, rest.U16(0));
        rest = rest[(2 + suites.Length)..];
        if (rest.IsEmpty || rest.Length - 1 < rest[0] || !TlsExtensions.TryRead(rest[(1 + rest[0])..], out var extensions))
            return false;
        hello = new ClientHello(body, version, suites, extensions);
        return true;
    }
}
