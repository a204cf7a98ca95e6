using Sensor.Core.Wire;

namespace Sensor.Core.Tunnels;

/// <summary>
/// A PPPoE header of the session stage, RFC 2516 section 4.
/// <code>
/// +---+---+-------+---------------+
/// | 1 | 1 | code 0|  session id   |
/// +---+---+-------+---------------+
/// |    length     | PPP protocol ...
/// +---------------+----
/// </code>
/// </summary>
public readonly ref struct PppoeSession
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 6;

    private const int CodeAt = 1, SessionAt = 2, LengthAt = 4;
    private const byte VersionAndType = 0x11;
    private readonly ReadOnlySpan<byte> _octets;

    private PppoeSession(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Session id, chosen by the access concentrator.</summary>
    public ushort SessionId => _octets.U16(SessionAt);

    /// <summary>Octets of the PPP frame that follows.</summary>
    public int PayloadLength => _octets.U16(LengthAt);

    /// <summary>False when the header is cut or of another version or stage.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out PppoeSession session)
    {
        session = new(octets);
        return octets.Length >= Size && octets[0] == VersionAndType && octets[CodeAt] == 0;
    }
}
