namespace Sensor.Core.Observations;

/// <summary>How a client asks a proxy.</summary>
public enum ProxyProtocol : byte
{
    /// <summary>HTTP CONNECT (RFC 9110 section 9.3.6).</summary>
    HttpConnect,

    /// <summary>An HTTP request in absolute form (RFC 9112 section 3.2.2).</summary>
    HttpAbsolute,

    /// <summary>SOCKS version 4 or 4a.</summary>
    Socks4,

    /// <summary>SOCKS version 5 (RFC 1928).</summary>
    Socks5,
}

/// <summary>
/// A client asks the receiver of the packet to pass something on, on any port. The sighting is the client's packet that completed the
/// request.
/// </summary>
public struct ProxyUsed
{
    /// <summary>How.</summary>
    public ProxyProtocol Protocol;

    /// <summary>What is asked of a SOCKS server: 1 CONNECT, 2 BIND, 3 UDP ASSOCIATE; 1 for HTTP.</summary>
    public byte Command;

    /// <summary>The host to go to, lower case: a name or an address in text; without user information.</summary>
    public OctetSlice Host;

    /// <summary>The port to go to.</summary>
    public ushort Port;

    /// <summary>The user a SOCKS client names, never the password; empty else.</summary>
    public OctetSlice User;

    /// <summary>Names the request; equal in <see cref="HttpRequested"/> and <see cref="HttpAnswered"/> of an HTTP proxy.</summary>
    public ulong ExchangeId;

    /// <summary>Number of the frame with the first octet of the request.</summary>
    public long FirstFrameNumber;
}
