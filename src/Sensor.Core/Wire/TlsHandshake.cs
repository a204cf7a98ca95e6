namespace Sensor.Core.Wire;

/// <summary>
/// The header of a TLS handshake message, RFC 8446 section 4. Messages run over records and records hold several messages.
/// <code>
/// +------+-----------------------+--------------------
/// | type |        length         | length octets
/// +------+-----------------------+--------------------
/// </code>
/// </summary>
public static class TlsHandshake
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 4;

    /// <summary>Message types.</summary>
    public const byte ClientHello = 1, ServerHello = 2, NewSessionTicket = 4, Certificate = 11, ServerKeyExchange = 12,
        CertificateRequest = 13, ServerHelloDone = 14, CertificateStatus = 22;

    /// <summary>Protocol versions as the protocol numbers them.</summary>
    public const ushort Ssl2 = 0x0002, Ssl3 = 0x0300, Tls10 = 0x0301, Tls11 = 0x0302, Tls12 = 0x0303, Tls13 = 0x0304;

    /// <summary>Octets of the whole message that begins with <paramref name="header"/>.</summary>
    public static int SizeOf(ReadOnlySpan<byte> header) => HeaderSize + (int)header.U24(1);

    /// <summary>
    /// Whether a cipher suite, extension, group or version is one of the reserved values that clients sprinkle in to keep servers tolerant
    /// (GREASE, RFC 8701): 0x0a0a, 0x1a1a, … 0xfafa. Fingerprints leave them out.
    /// </summary>
    public static bool IsGrease(ushort value) => (value & 0x0F0F) == 0x0A0A && (value >> 8) == (value & 0xFF);

    /// <summary>The name people use: "TLS 1.2". Numbers that have none as they are.</summary>
    public static string NameOf(ushort version) => version switch
    {
        Ssl2 => "SSL 2.0",
        Ssl3 => "SSL 3.0",
        Tls10 => "TLS 1.0",
        Tls11 => "TLS 1.1",
        Tls12 => "TLS 1.2",
        Tls13 => "TLS 1.3",
        _ => "0x" + version.ToString("x4", System.Globalization.CultureInfo.InvariantCulture),
    };
}
