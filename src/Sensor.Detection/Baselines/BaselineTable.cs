using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Detection.Baselines;

/// <summary>
/// What was learned, by kind, VLAN, key and value. Bounded for each kind apart, so that a flood of one kind takes no room of another; a full kind
/// learns nothing new and counts: the baseline is what was there first, and an attacker must not push it out.
/// </summary>
public sealed class BaselineTable : IBaselineSink
{
    /// <summary>Entries kept of most kinds: VLANs times the few servers of each.</summary>
    public const int Capacity = 2048;

    /// <summary>Names kept: one or two a host of a large site.</summary>
    public const int NameCapacity = 8192;

    private readonly SegmentTable _segments;
    private readonly Dictionary<(BaselineKind Kind, ushort Vlan, ulong Key, ulong Value), BaselineEntry> _entries = [];
    private readonly int[] _counts = new int[Enum.GetValues<BaselineKind>().Length];

    /// <summary>An empty table over the segments of a run.</summary>
    public BaselineTable(SegmentTable segments) => _segments = segments;

    /// <summary>Facts that were not kept because their kind was full.</summary>
    public long Overflowed { get; private set; }

    /// <summary>All entries: by kind and VLAN, those of most clients first, then by their texts.</summary>
    public IReadOnlyList<BaselineEntry> InOrder() =>
    [
        .. _entries.Values.OrderBy(static entry => entry.Kind).ThenBy(static entry => entry.Vlan)
            .ThenBy(static entry => entry.Key, StringComparer.Ordinal).ThenBy(static entry => entry.Value, StringComparer.Ordinal),
    ];

    /// <summary>Learns nothing more.</summary>
    internal bool IsClosed { get; set; }

    void IBaselineSink.Take(in BaselineFact fact, in Sighting at)
    {
        if (IsClosed)
            return;
        var vlan = _segments.Describe(at.Segment).InnermostVlan;
        var key = (fact.Kind, vlan, fact.Key.Hash, fact.Value.Hash);
        if (!_entries.TryGetValue(key, out var entry))
        {
            ref var count = ref _counts[(int)fact.Kind];
            if (count >= (fact.Kind == BaselineKind.NameOwner ? NameCapacity : Capacity))
            {
                Overflowed++;
                return;
            }
            count++;
            entry = new BaselineEntry(fact.Kind, vlan, at.Segment, fact.Key.ToString(), fact.Value.ToString(), at.TimestampNs);
            _entries.Add(key, entry);
        }
        entry.Meet(in fact, at.TimestampNs);
    }
}
