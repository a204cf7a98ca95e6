namespace Sensor.Core.Wire;

/// <summary>
/// A client's hello in the form of SSL 2.0, by which old clients offer SSLv3 or TLS too, RFC 5246 appendix E.2. It has no server name.
/// <code>
/// +---+-----------+------+---------------+---------------+---------------+---------------+---------+------------+-----------+
/// | 1 |  length   | type |    version    | cipher length | session length| chall. length | ciphers | session id | challenge |
/// +---+-----------+------+---------------+---------------+---------------+---------------+---------+------------+-----------+
/// </code>
/// </summary>
public readonly ref struct Ssl2Hello
{
    /// <summary>What such a stream can begin with: the high bit and a length below 512.</summary>
    internal const byte First = 0x80, FirstOfLong = 0x81;

    private const int HeaderSize = 11, TypeAt = 2, VersionAt = 3, CiphersAt = 5, SessionAt = 7, ChallengeAt = 9, CipherSize = 3;

    private readonly ReadOnlySpan<byte> _octets;

    private Ssl2Hello(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>The highest version offered.</summary>
    public ushort Version => _octets.U16(VersionAt);

    /// <summary>The cipher kinds, three octets each.</summary>
    public ReadOnlySpan<byte> Ciphers => _octets.Slice(HeaderSize, _octets.U16(CiphersAt));

    /// <summary>Whether octets, however few, can be the start of such a hello.</summary>
    public static bool MayStart(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || octets[0] is not (First or FirstOfLong))
            return false;
        if (octets.Length > TypeAt && octets[TypeAt] != TlsHandshake.ClientHello)
            return false;
        if (octets.Length > VersionAt + 1 && octets.U16(VersionAt) is not (TlsHandshake.Ssl2 or (>= TlsHandshake.Ssl3 and <= TlsHandshake.Tls12)))
            return false;
        return octets.Length < HeaderSize || IsConsistent(octets);
    }

    /// <summary>Reads a whole hello with its two octets of length. False when it is none, or not all there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out Ssl2Hello hello)
    {
        hello = default;
        if (octets.Length < HeaderSize || !MayStart(octets) || octets.Length < SizeOf(octets))
            return false;
        hello = new Ssl2Hello(octets[..SizeOf(octets)]);
        return true;
    }

    /// <summary>Octets of the whole hello that begins with <paramref name="octets"/>, of which two are there.</summary>
    public static int SizeOf(ReadOnlySpan<byte> octets) => 2 + (octets.U16(0) & 0x7FFF);

    private static bool IsConsistent(ReadOnlySpan<byte> octets)
    {
        var (ciphers, session, challenge) = (octets.U16(CiphersAt), octets.U16(SessionAt), octets.U16(ChallengeAt));
        return ciphers > 0 && ciphers % CipherSize == 0 && session is 0 or 16 && challenge is >= 16 and <= 32
            && HeaderSize + ciphers + session + challenge == SizeOf(octets);
    }
}
