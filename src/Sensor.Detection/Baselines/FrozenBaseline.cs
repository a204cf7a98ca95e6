using Sensor.Core.Wire;

namespace Sensor.Detection.Baselines;

/// <summary>What is held against the present: learned and then frozen, or listed by the operator. Immutable.</summary>
public sealed class FrozenBaseline
{
    /// <summary>The VLAN of entries that hold in every VLAN: the operator's lists for the whole site.</summary>
    public const ushort EveryVlan = ushort.MaxValue;

    private readonly Dictionary<(BaselineKind Kind, ushort Vlan), List<Known>> _kinds = [];
    private readonly Dictionary<(BaselineKind Kind, ushort Vlan, ulong Key), List<Known>> _keys = [];

    /// <summary>The entries that are trusted; the others are no baseline.</summary>
    public FrozenBaseline(IEnumerable<LearnedEntry> entries)
    {
        Entries = [.. entries.Where(static entry => entry.Standing == BaselineStanding.Trusted)];
        var vlans = Entries.Select(static entry => entry.Vlan).Distinct().ToArray();
        foreach (var entry in Entries)
        {
            foreach (var vlan in entry.Vlan == EveryVlan ? vlans : [entry.Vlan])
            {
                var known = new Known(entry, Hash(entry.Key), Hash(entry.Value));
                Of(_kinds, (entry.Kind, vlan)).Add(known);
                Of(_keys, (entry.Kind, vlan, known.Key)).Add(known);
            }
        }
    }

    /// <summary>Nothing learned.</summary>
    public static FrozenBaseline Empty { get; } = new([]);

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => Entries.Count == 0;

    /// <summary>The entries.</summary>
    public IReadOnlyList<LearnedEntry> Entries { get; }

    /// <summary>What is known of a kind in a VLAN; where none is, there is nothing to compare with.</summary>
    internal IReadOnlyList<Known> In(BaselineKind kind, ushort vlan) =>
        _kinds.GetValueOrDefault((kind, vlan)) ?? _kinds.GetValueOrDefault((kind, EveryVlan)) ?? (IReadOnlyList<Known>)[];

    /// <summary>What is known of one key.</summary>
    internal IReadOnlyList<Known> Of(BaselineKind kind, ushort vlan, ulong key) =>
        _keys.GetValueOrDefault((kind, vlan, key)) ?? _keys.GetValueOrDefault((kind, EveryVlan, key)) ?? (IReadOnlyList<Known>)[];

    private static ulong Hash(string text) => ((ReadOnlySpan<byte>)System.Text.Encoding.UTF8.GetBytes(text)).StableHash();

    private static List<Known> Of<T>(Dictionary<T, List<Known>> lists, T key) where T : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists.Add(key, list = []);
        return list;
    }

    /// <summary>An entry with the hashes of its key and value.</summary>
    internal sealed record Known(LearnedEntry Entry, ulong Key, ulong Value);
}
