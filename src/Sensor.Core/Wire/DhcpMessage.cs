namespace Sensor.Core.Wire;

/// <summary>
/// A DHCPv4 message, RFC 2131 section 2, or a BOOTP message with the magic cookie (RFC 951, RFC 1497).
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+---------------+---------------+
/// |     op (1)    |   htype (1)   |   hlen (1)    |   hops (1)    |
/// +---------------+---------------+---------------+---------------+
/// |                            xid (4)                            |
/// +-------------------------------+-------------------------------+
/// |           secs (2)            |           flags (2)           |
/// +-------------------------------+-------------------------------+
/// |                          ciaddr  (4)                          |
/// |                          yiaddr  (4)                          |
/// |                          siaddr  (4)                          |
/// |                          giaddr  (4)                          |
/// |                          chaddr  (16)                         |
/// |                          sname   (64)                         |
/// |                          file    (128)                        |
/// |                          magic cookie (4)                     |
/// |                          options (variable)                   |
/// +---------------------------------------------------------------+
/// </code>
/// </summary>
public readonly ref struct DhcpMessage
{
    /// <summary>Octets before the options, the magic cookie included.</summary>
    public const int FixedSize = 240;

    /// <summary>op of a client's message, BOOTREQUEST.</summary>
    public const byte BootRequest = 1;

    /// <summary>op of a server's message, BOOTREPLY.</summary>
    public const byte BootReply = 2;

    private const uint MagicCookie = 0x6382_5363;
    private const int OpAt = 0, HardwareLengthAt = 2, XidAt = 4, SecondsAt = 8, ClientAddressAt = 12, YourAddressAt = 16, NextServerAt = 20;
    private const int RelayAddressAt = 24, ClientMacAt = 28, ServerNameAt = 44, FileAt = 108, MagicAt = 236;
    private const int MaxHardwareLength = 16;

    private readonly ReadOnlySpan<byte> _octets; // at least FixedSize

    private DhcpMessage(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>op: who speaks, <see cref="BootRequest"/> or <see cref="BootReply"/>.</summary>
    public byte Op => _octets[OpAt];

    /// <summary>xid.</summary>
    public uint TransactionId => _octets.U32(XidAt);

    /// <summary>secs.</summary>
    public ushort Seconds => _octets.U16(SecondsAt);

    /// <summary>ciaddr.</summary>
    public IpAddress ClientAddress => IpAddress.FromV4(_octets.U32(ClientAddressAt));

    /// <summary>yiaddr.</summary>
    public IpAddress YourAddress => IpAddress.FromV4(_octets.U32(YourAddressAt));

    /// <summary>siaddr.</summary>
    public IpAddress NextServer => IpAddress.FromV4(_octets.U32(NextServerAt));

    /// <summary>giaddr.</summary>
    public IpAddress RelayAddress => IpAddress.FromV4(_octets.U32(RelayAddressAt));

    /// <summary>The first 48 bits of chaddr, whatever hlen says: enough to tell clients of other hardware apart too.</summary>
    public MacAddress ClientMac => new(_octets.U48(ClientMacAt));

    /// <summary>sname, 64 octets.</summary>
    public ReadOnlySpan<byte> ServerName => _octets[ServerNameAt..FileAt];

    /// <summary>file, 128 octets.</summary>
    public ReadOnlySpan<byte> File => _octets[FileAt..MagicAt];

    /// <summary>The options field, to the end of the datagram.</summary>
    public ReadOnlySpan<byte> Options => _octets[FixedSize..];

    /// <summary>Whether the octets begin as a BOOTP message does, complete or not.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> octets) =>
        octets.Length >= 4 && octets[OpAt] is BootRequest or BootReply && octets[HardwareLengthAt] <= MaxHardwareLength;

    /// <summary>Reads the message that fills <paramref name="octets"/>; false when it is cut before the options or lacks the magic cookie.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out DhcpMessage message)
    {
        message = default;
        if (octets.Length < FixedSize || !LooksLike(octets) || octets.U32(MagicAt) != MagicCookie)
            return false;
        message = new DhcpMessage(octets);
        return true;
    }
}
