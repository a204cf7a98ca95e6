namespace Sensor.Core.Wire;

/// <summary>
/// A walk over the options of a neighbour discovery message, RFC 4861 section 4.6: type, length in units of 8 octets, value. A length of 0 or
/// one beyond the end stops the walk and sets <see cref="Broken"/>.
/// </summary>
public ref struct NdpOptions
{
    /// <summary>Source link-layer address, RFC 4861 section 4.6.1.</summary>
    public const byte SourceLinkLayerAddress = 1;

    /// <summary>Target link-layer address, RFC 4861 section 4.6.1.</summary>
    public const byte TargetLinkLayerAddress = 2;

    /// <summary>Prefix information, RFC 4861 section 4.6.2.</summary>
    public const byte PrefixInformation = 3;

    /// <summary>MTU, RFC 4861 section 4.6.4.</summary>
    public const byte Mtu = 5;

    /// <summary>Route information, RFC 4191 section 2.3.</summary>
    public const byte RouteInformation = 24;

    /// <summary>Recursive DNS servers, RFC 8106 section 5.1.</summary>
    public const byte RecursiveDnsServers = 25;

    /// <summary>DNS search list, RFC 8106 section 5.2.</summary>
    public const byte DnsSearchList = 31;

    private const int PrefixInformationSize = 32, ListAt = 8;

    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _option; // whole option, type and length included, a multiple of 8

    internal NdpOptions(ReadOnlySpan<byte> options)
    {
        _rest = options;
        _option = default;
    }

    /// <summary>Whether the walk met a length of 0 or beyond the end.</summary>
    public bool Broken { get; private set; }

    /// <summary>Type of the current option.</summary>
    public readonly byte Type => _option[0];

    /// <summary>The current option's octets after type and length: 6, 14, 22 …</summary>
    public readonly ReadOnlySpan<byte> Value => _option[2..];

    /// <summary>A link-layer address option's 48-bit address.</summary>
    public readonly MacAddress LinkLayerAddress => new(_option.U48(2));

    /// <summary>The MTU of an MTU option.</summary>
    public readonly uint MtuValue => _option.U32(4);

    /// <summary>Whether this is a whole prefix information option.</summary>
    public readonly bool IsPrefix => Type == PrefixInformation && _option.Length >= PrefixInformationSize;

    /// <summary>The prefix of a prefix information option (<see cref="IsPrefix"/>).</summary>
    public readonly IpAddress PrefixAddress => IpAddress.ReadV6(_option.Slice(16, 16));

    /// <summary>The prefix length, bits, of a prefix information option (<see cref="IsPrefix"/>).</summary>
    public readonly byte PrefixLength => _option[2];

    /// <summary>DNS servers of an RDNSS option that are not withdrawn (lifetime 0); 0 for other options.</summary>
    public readonly int LiveDnsServers => Type == RecursiveDnsServers && HasLifetime ? (_option.Length - ListAt) / 16 : 0;

    /// <summary>Whether this is a search list option that is not withdrawn.</summary>
    public readonly bool IsLiveSearchList => Type == DnsSearchList && HasLifetime;

    /// <summary>The encoded names of a search list option (<see cref="IsLiveSearchList"/>).</summary>
    public readonly ReadOnlySpan<byte> SearchList => _option[ListAt..];

    private readonly bool HasLifetime => _option.U32(4) != 0;

    /// <summary>DNS server <paramref name="index"/> of an RDNSS option, under <see cref="LiveDnsServers"/>.</summary>
    public readonly IpAddress DnsServer(int index) => IpAddress.ReadV6(_option.Slice(ListAt + (index * 16), 16));

    /// <summary>Goes to the next option; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var length = _rest.Length < 2 ? 0 : _rest[1] * 8;
        if (length == 0 || length > _rest.Length)
        {
            Broken = true;
            return false;
        }
        _option = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
