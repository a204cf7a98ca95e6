namespace Sensor.Core.Observations;

/// <summary>
/// A server answered a TLS handshake: told when its certificates were seen, or when it is clear that none will be. The sighting is the server's
/// packet with the last octet looked at.
/// </summary>
public struct TlsAnswered
{
    /// <summary>The handshake, as in <see cref="TlsAsked"/>.</summary>
    public ulong ConnectionId;

    /// <summary>The HTTP exchange (CONNECT) that opened the tunnel it lies in, 0 when in none.</summary>
    public ulong TunnelExchangeId;

    /// <summary>The version chosen: 0x0300 SSLv3, 0x0301 TLS 1.0 … 0x0304 TLS 1.3.</summary>
    public ushort Version;

    /// <summary>The cipher suite chosen.</summary>
    public ushort CipherSuite;

    /// <summary>Whether the protocol encrypts the certificates (TLS 1.3): nothing can be said about them.</summary>
    public bool CertificatesHidden;

    /// <summary>Whether an earlier session goes on (up to TLS 1.2), so that no certificates are sent.</summary>
    public bool IsResumed;

    /// <summary>Whether the certificates are not all there: longer than the bound, or the capture lost octets.</summary>
    public bool CertificatesCut;

    /// <summary>The server name the client asked for, as sent; empty when none or when its hello was not seen.</summary>
    public OctetSlice ServerName;

    /// <summary>The protocol chosen (ALPN), empty when none or hidden.</summary>
    public OctetSlice Protocol;

    /// <summary>
    /// The certificate chain up to TLS 1.2, at most 32 KiB: DER certificates, each behind its length in three octets; read it with
    /// <see cref="Wire.CertificateList"/>.
    /// </summary>
    public OctetSlice Certificates;

    /// <summary>Frame numbers of the client's hello (0 when unseen), of the first octet of the server's hello and of the last octet looked at.</summary>
    public long AskedFrameNumber, FirstFrameNumber, LastFrameNumber;

    /// <summary>Packet time of the first octet of the server's hello, nanoseconds.</summary>
    public long FirstTimestampNs;
}
