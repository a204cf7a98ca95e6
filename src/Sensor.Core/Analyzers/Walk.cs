using Sensor.Core.Frames;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Where a walk through headers stands: the array walked, the next header, and where its layer ends (as captured, and as it was on the
/// wire). At the end of the walk what is left is the payload.
/// </summary>
internal ref struct Walk
{
    /// <summary>Tunnels in tunnels beyond this are left unopened: real stacks have two or three, forged ones any number.</summary>
    public const int MaxTunnels = 8;

    /// <summary>IPv6 extension headers of one frame in all, tunnels included: real packets have at most a handful.</summary>
    public const int MaxExtensions = 32;

    private const int MaxKeptVlans = 3;

    private ushort _vlan1;
    private ushort _vlan2;
    private ushort _vlan3;
    private int _vlans;
    private OverlayKind _overlay;
    private uint _overlayId;

    /// <summary>A walk through frame <paramref name="index"/> of <paramref name="batch"/>.</summary>
    public Walk(FrameBatch batch, int index)
    {
        ref readonly var frame = ref batch.Frames[index];
        Batch = batch;
        Octets = batch.Octets;
        TimestampNs = frame.TimestampNs;
        At = frame.Offset;
        End = frame.Offset + frame.CapturedLength;
        WireEnd = frame.Offset + Math.Max(frame.CapturedLength, frame.OriginalLength);
    }

    /// <summary>The batch, for its side octets.</summary>
    public FrameBatch Batch { get; }

    /// <summary>Capture time.</summary>
    public long TimestampNs { get; }

    /// <summary>The array that is walked: the batch's octets, or its side octets after a reassembly.</summary>
    public ReadOnlySpan<byte> Octets { get; private set; }

    /// <summary>Whether <see cref="Octets"/> are the side octets.</summary>
    public bool InSide { get; private set; }

    /// <summary>Offset of the next header.</summary>
    public int At { get; private set; }

    /// <summary>Where the captured octets of the layer end; at least <see cref="At"/>.</summary>
    public int End { get; private set; }

    /// <summary>Where the layer ended on the wire; at least <see cref="End"/>.</summary>
    public int WireEnd { get; private set; }

    /// <summary>Tunnels entered.</summary>
    public int Tunnels { get; private set; }

    /// <summary>IPv6 extension headers walked.</summary>
    public int Extensions { get; set; }

    /// <summary>Whether a transport checksum cannot be verified: the destination of the pseudo-header is in a routing header.</summary>
    public bool HasOtherDestination { get; set; }

    /// <summary>Whether a packet was left out because of its checksum.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The captured octets from the next header to the end of its layer.</summary>
    public readonly ReadOnlySpan<byte> Rest => Octets[At..End];

    /// <summary>Octets the layer had on the wire, from the next header on.</summary>
    public readonly int WireLength => WireEnd - At;

    /// <summary>VLAN tags with an id that were peeled off.</summary>
    public readonly int Vlans => _vlans;

    /// <summary>The segment so far.</summary>
    public readonly SegmentKey Segment => new(_vlan1, _vlan2, _vlan3, _overlay, _overlayId);

    /// <summary>Whether the segment is told by one VLAN tag or none.</summary>
    public readonly bool HasPlainSegment => _vlans <= 1 && _overlay == OverlayKind.None;

    /// <summary>The only VLAN id of a plain segment, 0 when there is none.</summary>
    public readonly ushort PlainVlan => _vlan1;

    /// <summary>Goes over <paramref name="octets"/> that are there.</summary>
    public void Skip(int octets) => At += octets;

    /// <summary>
    /// Goes over a header of <paramref name="octets"/> that was on the wire; of a header the capture cut, nothing is left behind it.
    /// </summary>
    public void SkipHeader(int octets)
    {
        var cut = Math.Max(0, octets - (End - At));
        At += octets - cut;
        WireEnd -= cut;
    }

    /// <summary>The layer that begins here is <paramref name="octets"/> long: what lies behind is padding or another's trailer.</summary>
    public void Limit(int octets)
    {
        WireEnd = At + octets;
        End = Math.Min(End, WireEnd);
    }

    /// <summary>
    /// Goes on in a reassembled datagram of <paramref name="length"/> octets at <paramref name="at"/> of the side octets.
    /// </summary>
    public void ContinueInSide(int at, int length)
    {
        Octets = Batch.Side;
        InSide = true;
        At = at;
        End = at + length;
        WireEnd = End;
    }

    /// <summary>Notes a VLAN id; of deeper stacks the innermost three are kept. 0 is a priority, not a VLAN.</summary>
    public void PushVlan(ushort id)
    {
        if (id == 0)
            return;
        if (_vlans == MaxKeptVlans)
            (_vlan1, _vlan2, _vlan3) = (_vlan2, _vlan3, id);
        else if (_vlans == 2)
            _vlan3 = id;
        else if (_vlans == 1)
            _vlan2 = id;
        else
            _vlan1 = id;
        _vlans = Math.Min(_vlans + 1, MaxKeptVlans);
    }

    /// <summary>Notes a tunnel. The innermost overlay names the segment.</summary>
    public void EnterTunnel(OverlayKind overlay, uint id)
    {
        Tunnels++;
        if (overlay == OverlayKind.None)
            return;
        _overlay = overlay;
        _overlayId = id;
    }
}
