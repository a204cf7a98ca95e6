namespace Sensor.Core.Wire;

/// <summary>
/// A walk over DHCPv6 options, RFC 8415 section 21.1: of a message, or inside an identity association. An option that runs beyond the end is
/// given as far as it goes and sets <see cref="Broken"/>.
/// <code>
/// +---------------------------+---------------------------+
/// |      option-code (2)      |      option-len (2)       |
/// +---------------------------+---------------------------+
/// |              option-data (option-len octets)          |
/// +-------------------------------------------------------+
/// </code>
/// </summary>
public ref struct Dhcpv6Options
{
    /// <summary>Client identifier, RFC 8415 section 21.2.</summary>
    public const ushort ClientIdentifier = 1;

    /// <summary>Server identifier, section 21.3.</summary>
    public const ushort ServerIdentifier = 2;

    /// <summary>Identity association for addresses, section 21.4: IAID, T1, T2 (4 octets each), options.</summary>
    public const ushort IdentityAssociation = 3;

    /// <summary>Identity association for temporary addresses, section 21.5: IAID, options.</summary>
    public const ushort TemporaryAssociation = 4;

    /// <summary>An address in an identity association, section 21.6: address, preferred and valid lifetime, options.</summary>
    public const ushort Address = 5;

    /// <summary>Preference, section 21.8.</summary>
    public const ushort Preference = 7;

    /// <summary>Relay message, section 21.10.</summary>
    public const ushort RelayMessage = 9;

    /// <summary>DNS servers, RFC 3646 section 3.</summary>
    public const ushort DnsServers = 23;

    /// <summary>Domain search list, RFC 3646 section 4.</summary>
    public const ushort SearchList = 24;

    /// <summary>Client FQDN, RFC 4704 section 4: flags (1), name.</summary>
    public const ushort ClientFqdn = 39;

    private const int CodeAt = 0, LengthAt = 2, ValueAt = 4;

    private ReadOnlySpan<byte> _rest;

    internal Dhcpv6Options(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>Whether the walk met an option that runs beyond the end.</summary>
    public bool Broken { get; private set; }

    /// <summary>The current option's code.</summary>
    public ushort Code { get; private set; }

    /// <summary>The current option's value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The options inside the current identity association; empty for other options and for one that is too short.</summary>
    public readonly Dhcpv6Options Inner => Code switch
    {
        IdentityAssociation when Value.Length >= 12 => new(Value[12..]),
        TemporaryAssociation when Value.Length >= 4 => new(Value[4..]),
        _ => default,
    };

    /// <summary>Goes to the next option; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < ValueAt)
        {
            Broken |= !_rest.IsEmpty;
            return false;
        }
        Code = _rest.U16(CodeAt);
        var length = (int)_rest.U16(LengthAt);
        Broken = length > _rest.Length - ValueAt;
        length = Math.Min(length, _rest.Length - ValueAt);
        Value = _rest.Slice(ValueAt, length);
        _rest = _rest[(ValueAt + length)..];
        return true;
    }

    /// <summary>Goes to the next option with <paramref name="code"/>; false when there is none.</summary>
    public bool MoveTo(ushort code)
    {
        while (MoveNext())
        {
            if (Code == code)
                return true;
        }
        return false;
    }
}
