namespace Sensor.Core.Frames;

/// <summary>
/// Numbers the segments (broadcast domains) a capture shows: a stack of VLAN ids plus the overlay (VXLAN VNI, GENEVE VNI, GRE key, ERSPAN VLAN)
/// it was carried in. The same private address in two segments is two hosts. Segment 0 is untagged. Append-only and bounded:
/// beyond <see cref="Capacity"/> segments everything new is segment 0 and <see cref="Overflowed"/> counts.
/// </summary>
public sealed class SegmentTable
{
    /// <summary>More segments than any one site has; 4,094 VLANs in two stacks at most are kept apart.</summary>
    public const int Capacity = 8192;

    private const int VlanIds = 4096;

    private readonly Dictionary<ulong, int> _byKey = new(64);
    private readonly SegmentKey[] _keys = new SegmentKey[Capacity];
    private readonly ushort[] _byVlan = new ushort[VlanIds];
    private int _count = 1;

    /// <summary>Packets that met a full table.</summary>
    public long Overflowed { get; private set; }

    /// <summary>How many segments were seen, segment 0 included.</summary>
    public int Count => _count;

    /// <summary>The number of <paramref name="key"/>, new or known.</summary>
    public int Number(in SegmentKey key)
    {
        if (key.IsDefault)
            return 0;
        var packed = key.Packed;
        if (_byKey.TryGetValue(packed, out var number))
            return number;
        if (_count == Capacity)
        {
            Overflowed++;
            return 0;
        }
        number = _count;
        _keys[number] = key;
        _byKey.Add(packed, number);
        _count = number + 1;
        return number;
    }

    /// <summary>
    /// The number of the segment behind one tag with VLAN id <paramref name="vlan"/> (12 bits), as <see cref="Number"/> but by one array look-up:
    /// most tagged traffic has one tag. A priority tag (0) is no segment.
    /// </summary>
    public int NumberOfVlan(int vlan)
    {
        var known = _byVlan[vlan & (VlanIds - 1)];
        return known != 0 || vlan == 0 ? known : NumberNewVlan(vlan);
    }

    /// <summary>What segment <paramref name="number"/> stands for.</summary>
    public SegmentKey Describe(int number) => _keys[number];

    private int NumberNewVlan(int vlan)
    {
        var number = Number(new SegmentKey((ushort)vlan, 0, 0, OverlayKind.None, 0));
        _byVlan[vlan] = (ushort)number;
        return number;
    }
}
