namespace Sensor.Core.Wire;

/// <summary>
/// A server's hello, RFC 8446 section 4.1.3.
/// <code>
/// +---------------+------------------+-----+-----------------+--------------+-------------+------------+
/// |    version    | random (32)      | len | session id      | cipher suite | compression | extensions |
/// +---------------+------------------+-----+-----------------+--------------+-------------+------------+
/// </code>
/// </summary>
public readonly ref struct ServerHello
{
    private const int VersionAt = 0, RandomAt = 2, SessionIdAt = 34, LongestSessionId = 32, Tail = 3;

    private readonly ushort _version;

    private ServerHello(ushort version, ushort cipherSuite, bool isRetry, TlsExtensions extensions)
    {
        _version = version;
        CipherSuite = cipherSuite;
        IsRetryRequest = isRetry;
        Extensions = extensions;
    }

    /// <summary>The random of a hello that asks the client for another one: SHA-256 of "HelloRetryRequest".</summary>
    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    /// <summary>The cipher suite chosen.</summary>
    public ushort CipherSuite { get; }

    /// <summary>Whether it only asks for another hello (HelloRetryRequest).</summary>
    public bool IsRetryRequest { get; }

    /// <summary>The extensions, from the first on.</summary>
    public TlsExtensions Extensions { get; }

    /// <summary>The version chosen.</summary>
    public ushort Version =>
        Extensions.TryFind(TlsExtensions.SupportedVersions, out var chosen) && chosen.Length == 2 ? chosen.U16(0) : _version;

    /// <summary>The protocol chosen (ALPN), empty when none was.</summary>
    public ReadOnlySpan<byte> Protocol
    {
        get
        {
            var names = Extensions.ProtocolNames();
            return names.IsEmpty ? default : names.Slice(1, names[0]);
        }
    }

    /// <summary>Reads the body of a server's hello. False when its lengths contradict each other.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ServerHello hello)
    {
        hello = default;
        if (body.Length <= SessionIdAt || body[SessionIdAt] > LongestSessionId)
            return false;
        var rest = body[SessionIdAt..];
        rest = rest.Length > rest[0] ? rest[(1 + rest[0])..] : default;
        if (rest.Length < Tail || !TlsExtensions.TryRead(rest[Tail..], out var extensions))
            return false;
        hello = new ServerHello(body.U16(VersionAt), rest.U16(0), body.Slice(RandomAt, 32).SequenceEqual(RetryRandom), extensions);
        return true;
    }
}
