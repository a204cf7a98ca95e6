using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>
/// The options of a DHCPv4 message, found in one walk over the options field, then file, then sname where option 52 says that they hold options
/// too (RFC 2131 section 4.1). An option that comes in several parts is one value, the parts joined in that order (RFC 3396 section 7).
/// </summary>
public ref struct DhcpOptions
{
    /// <summary>One place for each option of <see cref="DhcpOption"/>; place 0 takes all others.</summary>
    private const int Places = 18;

    /// <summary>Counting parts beyond this would tell nothing.</summary>
    private const byte Several = 2;

    /// <summary>The place of each option code in <see cref="_places"/>.</summary>
    private static readonly byte[] PlaceOf = BuildPlaceOf();

    private readonly DhcpMessage _message;
    private PlaceList _places;

    /// <summary>Walks over the options of <paramref name="message"/>; their codes in the order met go into <paramref name="order"/> as far as it has room.</summary>
    public DhcpOptions(DhcpMessage message, Span<byte> order)
    {
        _message = message;
        WalkField(Field.Options, order);
        var overload = Overload;
        if ((overload & 1) != 0)
            WalkField(Field.File, order);
        if ((overload & 2) != 0)
            WalkField(Field.ServerName, order);
    }

    private enum Field : byte
    {
        Options,
        File,
        ServerName,
    }

    /// <summary>Whether an option runs beyond the end of its field; it is kept as far as it goes.</summary>
    public bool Broken { get; private set; }

    /// <summary>How many codes were written into the order.</summary>
    public int OrderLength { get; private set; }

    /// <summary>Option 52: 1 file, 2 sname, 3 both hold options; 0 when absent or meaningless.</summary>
    public readonly byte Overload => U8(DhcpOption.Overload) is <= 3 and var value ? value : (byte)0;

    /// <summary>Whether <paramref name="option"/> is present, even when empty.</summary>
    public readonly bool Has(DhcpOption option) => _places[PlaceOf[(byte)option]].Parts > 0;

    /// <summary>Octets of <paramref name="option"/>, all parts together; 0 when absent.</summary>
    public readonly int LengthOf(DhcpOption option) => _places[PlaceOf[(byte)option]].Total;

    /// <summary>Whether <paramref name="option"/> came in several parts.</summary>
    public readonly bool IsSplit(DhcpOption option) => _places[PlaceOf[(byte)option]].Parts == Several;

    /// <summary>The first octet of <paramref name="option"/>, 0 when absent or empty.</summary>
    public readonly byte U8(DhcpOption option) => First(option) is { Length: > 0 } part ? part[0] : (byte)0;

    /// <summary>The number in <paramref name="option"/> (lease time), 0 when absent or short.</summary>
    public readonly uint U32(DhcpOption option) => First(option) is { Length: >= 4 } part ? part.U32(0) : 0;

    /// <summary>The address in <paramref name="option"/>, none when absent or short.</summary>
    public readonly IpAddress Address(DhcpOption option) => First(option) is { Length: >= 4 } part ? IpAddress.ReadV4(part) : IpAddress.None;

    /// <summary>
    /// The value of <paramref name="option"/>, empty when absent: in the message itself when it came in one part, else joined in
    /// <paramref name="room"/>, which must hold <see cref="LengthOf"/> octets.
    /// </summary>
    public readonly ReadOnlySpan<byte> Value(DhcpOption option, Span<byte> room)
    {
        ref readonly var place = ref _places[PlaceOf[(byte)option]];
        return place.Parts <= 1 ? First(option) : Join(option, room);
    }

    private readonly ReadOnlySpan<byte> First(DhcpOption option)
    {
        ref readonly var place = ref _places[PlaceOf[(byte)option]];
        return OctetsOf(place.Field).Slice(place.Offset, place.Length);
    }

    private readonly ReadOnlySpan<byte> OctetsOf(Field field) => field switch
    {
        Field.File => _message.File,
        Field.ServerName => _message.ServerName,
        _ => _message.Options,
    };

    private void WalkField(Field field, Span<byte> order)
    {
        var walk = new DhcpOptionWalk(OctetsOf(field));
        while (walk.MoveNext())
        {
            if (OrderLength < order.Length)
                order[OrderLength++] = walk.Code;
            ref var place = ref _places[PlaceOf[walk.Code]];
            if (place.Parts == 0)
                (place.Field, place.Offset, place.Length) = (field, (ushort)walk.Offset, (byte)walk.Length);
            place.Parts += place.Parts < Several ? (byte)1 : (byte)0;
            place.Total += (ushort)walk.Length;
        }
        Broken |= walk.Broken;
    }

    private readonly ReadOnlySpan<byte> Join(DhcpOption option, Span<byte> room)
    {
        var overload = Overload;
        var used = JoinField(Field.Options, option, room, 0);
        if ((overload & 1) != 0)
            used = JoinField(Field.File, option, room, used);
        if ((overload & 2) != 0)
            used = JoinField(Field.ServerName, option, room, used);
        return room[..used];
    }

    private readonly int JoinField(Field field, DhcpOption option, Span<byte> room, int used)
    {
        var octets = OctetsOf(field);
        var walk = new DhcpOptionWalk(octets);
        while (walk.MoveNext())
        {
            if (walk.Code != (byte)option)
                continue;
            octets.Slice(walk.Offset, walk.Length).CopyTo(room[used..]);
            used += walk.Length;
        }
        return used;
    }

    private static byte[] BuildPlaceOf()
    {
        var places = new byte[256];
        byte number = 0;
        foreach (var option in (ReadOnlySpan<DhcpOption>)
            [
                DhcpOption.MessageType, DhcpOption.SubnetMask, DhcpOption.Routers, DhcpOption.DnsServers, DhcpOption.HostName,
                DhcpOption.Domain, DhcpOption.WinsServers, DhcpOption.RequestedAddress, DhcpOption.LeaseTime, DhcpOption.Overload,
                DhcpOption.ServerIdentifier, DhcpOption.ParameterList, DhcpOption.VendorClass, DhcpOption.ClientIdentifier,
                DhcpOption.RelayInformation, DhcpOption.SearchList, DhcpOption.Wpad,
            ])
            places[(byte)option] = ++number;
        return places;
    }

    /// <summary>Where an option's first part lies, and how much there is in all.</summary>
    private struct Place
    {
        public ushort Offset, Total;
        public byte Length, Parts;
        public Field Field;
    }

    [InlineArray(Places)]
    private struct PlaceList
    {
        private Place _first;
    }
}
