namespace Sensor.Core.Observations;

/// <summary>An HTTP/1.x request head, on any port (RFC 9112). The sighting is the client's packet that completed the head.</summary>
public struct HttpRequested
{
    /// <summary>Names this request within its connection, equal in the <see cref="HttpAnswered"/> that belongs to it.</summary>
    public ulong ExchangeId;

    /// <summary>Method.</summary>
    public OctetSlice Method;

    /// <summary>Request target as sent: origin form, absolute form, or authority form (CONNECT).</summary>
    public OctetSlice Target;

    /// <summary>Host header, as sent; empty when absent.</summary>
    public OctetSlice Host;

    /// <summary>User-Agent header.</summary>
    public OctetSlice UserAgent;

    /// <summary>Scheme of the Authorization header ("NTLM", "Basic" …), never its value.</summary>
    public OctetSlice AuthorizationScheme;

    /// <summary>Scheme of the Proxy-Authorization header, never its value.</summary>
    public OctetSlice ProxyAuthorizationScheme;

    /// <summary>Number of the frame with the first octet of the request.</summary>
    public long FirstFrameNumber;
}

/// <summary>
/// An HTTP/1.x response (interim 1xx ones left out). Reported when its body is complete, the connection ended, or the kept part is full; a response
/// whose body is of no interest already with its head or first octets. The sighting is the server's packet with the last octet looked at.
/// </summary>
public struct HttpAnswered
{
    /// <summary>The request it answers, 0 when the request was not seen.</summary>
    public ulong ExchangeId;

    /// <summary>Status code.</summary>
    public ushort Status;

    /// <summary>Whether the body ended where the head said it would; false too when the report did not wait for it.</summary>
    public bool Complete;

    /// <summary>Octets of body seen until the report, without chunk framing, before any decoding.</summary>
    public long BodyLength;

    /// <summary>Request target, as sent; empty when the request was not seen.</summary>
    public OctetSlice Target;

    /// <summary>Request Host header; empty when absent.</summary>
    public OctetSlice Host;

    /// <summary>Request User-Agent.</summary>
    public OctetSlice UserAgent;

    /// <summary>Content-Type header.</summary>
    public OctetSlice ContentType;

    /// <summary>Server header.</summary>
    public OctetSlice Server;

    /// <summary>Location header.</summary>
    public OctetSlice Location;

    /// <summary>Schemes of WWW-Authenticate (401) or Proxy-Authenticate (407) headers, separated by a space; never their values.</summary>
    public OctetSlice AuthenticationSchemes;

    /// <summary>Header names in order, lower case, separated by a space: a fingerprint.</summary>
    public OctetSlice HeaderOrder;

    /// <summary>
    /// The decoded body (transfer and content coding undone), up to 1 MiB, kept only when it may be a PAC (by the request's path, the content type,
    /// or because it names FindProxyForURL) or is a WSUS server's SOAP answer (by the request's path). Else empty.
    /// </summary>
    public OctetSlice Body;

    /// <summary>Whether <see cref="Body"/> was cut at its bound.</summary>
    public bool BodyCut;

    /// <summary>Frame numbers of the request's first octet (0 when unseen), the response's first octet and its last octet.</summary>
    public long RequestFrameNumber, FirstFrameNumber, LastFrameNumber;

    /// <summary>Packet time of the response's first octet, nanoseconds.</summary>
    public long FirstTimestampNs;
}
