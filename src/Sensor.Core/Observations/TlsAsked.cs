namespace Sensor.Core.Observations;

/// <summary>What carried a client's hello.</summary>
public enum TlsCarrier : byte
{
    /// <summary>TLS records over TCP.</summary>
    Tcp,

    /// <summary>QUIC (RFC 9001): the client's Initial packets, decrypted.</summary>
    Quic,

    /// <summary>The form of SSL 2.0 (RFC 5246 appendix E.2): no names, no fingerprint.</summary>
    Ssl2,
}

/// <summary>
/// A client began a TLS handshake, on any port, directly or inside a tunnel of a proxy, and said whom it wants to reach. The sighting is the
/// client's packet that completed the hello.
/// </summary>
public struct TlsAsked
{
    /// <summary>Names this handshake, equal in the <see cref="TlsAnswered"/> that belongs to it.</summary>
    public ulong ConnectionId;

    /// <summary>The HTTP exchange (CONNECT) that opened the tunnel it lies in, 0 when in none.</summary>
    public ulong TunnelExchangeId;

    /// <summary>What carried it.</summary>
    public TlsCarrier Carrier;

    /// <summary>The highest version offered, as the protocol numbers them: 0x0300 SSLv3, 0x0301 TLS 1.0 … 0x0304 TLS 1.3.</summary>
    public ushort Version;

    /// <summary>The version field of the hello itself.</summary>
    public ushort LegacyVersion;

    /// <summary>Whether the real names are encrypted (ECH): <see cref="ServerName"/> is then the front's. GREASE looks the same.</summary>
    public bool IsEncrypted;

    /// <summary>The server name asked for (SNI), as sent, at most 255 octets; empty when none.</summary>
    public OctetSlice ServerName;

    /// <summary>The protocols offered (ALPN) in the client's order, separated by a space.</summary>
    public OctetSlice Protocols;

    /// <summary>
    /// The hello as sent, without its handshake header; empty for <see cref="TlsCarrier.Ssl2"/>. Fingerprints are made of it when they are
    /// asked for (<see cref="Wire.TlsFingerprint"/>), because they cost more than everything else of a connection.
    /// </summary>
    public OctetSlice Hello;

    /// <summary>Number of the frame with the first octet of the hello.</summary>
    public long FirstFrameNumber;
}
