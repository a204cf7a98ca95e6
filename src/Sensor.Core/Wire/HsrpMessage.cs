namespace Sensor.Core.Wire;

/// <summary>
/// A message of Cisco's hot standby router protocol: version 1 (RFC 2281), or the group state of version 2 (type 1), which is a list of parts.
/// <code>
///  version 1, 20 octets                                  version 2, type 1, 2 + 40 octets
///  0 version 0 | opcode | state | hello time             0 type 1 | length 40 | version 2 | opcode
///  4 hold time | priority | group | reserved             4 state | address family 4 or 6 | group, 16 bits
///  8 password, 8 octets                                  8 identifier, 6 octets | priority, 32 bits
/// 16 virtual address                                    18 hello time, 32 bits | hold time, 32 bits | virtual address, 16 octets
///                                                       42 further parts: 3 password, 4 MD5
/// </code>
/// </summary>
public readonly ref struct HsrpMessage
{
    /// <summary>The opcode of a router that resigns.</summary>
    public const byte Resign = 2;

    /// <summary>The opcode of a hello.</summary>
    public const byte Hello = 0;

    private const int Size1 = 20, OpcodeAt1 = 1, PriorityAt1 = 5, GroupAt1 = 6, AddressAt1 = 16;
    private const int Size2 = 42, GroupState = 1, GroupStateLength = 40, OpcodeAt2 = 3, FamilyAt2 = 5, GroupAt2 = 6, PriorityAt2 = 14, AddressAt2 = 26;
    private const byte PasswordPart = 3, DigestPart = 4;

    private readonly ReadOnlySpan<byte> _octets;

    private HsrpMessage(ReadOnlySpan<byte> octets, bool isSecond)
    {
        _octets = octets;
        IsSecond = isSecond;
    }

    /// <summary>Whether it is of version 2.</summary>
    public bool IsSecond { get; }

    /// <summary>0 hello, 1 coup, 2 resign.</summary>
    public byte Opcode => _octets[IsSecond ? OpcodeAt2 : OpcodeAt1];

    /// <summary>The group's number: 0 to 255, version 2 to 4095.</summary>
    public ushort Group => IsSecond ? _octets.U16(GroupAt2) : _octets[GroupAt1];

    /// <summary>Higher wins; 0 to 255.</summary>
    public byte Priority => IsSecond ? (byte)Math.Min(_octets.U32(PriorityAt2), byte.MaxValue) : _octets[PriorityAt1];

    /// <summary>The virtual address; unspecified while it is not known.</summary>
    public IpAddress Address => !IsSecond ? IpAddress.FromV4(_octets.U32(AddressAt1))
        : _octets[FamilyAt2] == 6 ? new IpAddress(_octets.U64(AddressAt2), _octets.U64(AddressAt2 + 8)) : IpAddress.FromV4(_octets.U32(AddressAt2));

    /// <summary>Whether a digest proves who sent it; a password in the clear, "cisco" by default, proves nothing.</summary>
    public bool IsSigned => IsSecond && _octets.Length > Size2 && _octets[Size2] == DigestPart;

    /// <summary>Whether a part with a password, or the field of version 1, is there.</summary>
    public bool HasPassword => !IsSecond || (_octets.Length > Size2 && _octets[Size2] == PasswordPart);

    /// <summary>Reads a message; false when it is of neither version, has another first part, or is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out HsrpMessage message)
    {
        message = default;
        if (octets.Length >= Size1 && octets[0] == 0)
            message = new HsrpMessage(octets, isSecond: false);
        else if (octets.Length >= Size2 && octets[0] == GroupState && octets[1] == GroupStateLength)
            message = new HsrpMessage(octets, isSecond: true);
        else
            return false;
        return message.Opcode <= Resign;
    }
}
