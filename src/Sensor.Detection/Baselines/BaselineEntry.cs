using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Baselines;

/// <summary>Something learned, and how well it is attested.</summary>
public sealed class BaselineEntry
{
    /// <summary>Different clients that are counted one by one; beyond it the entry has "64 or more".</summary>
    public const int CountedClients = 64;

    /// <summary>Sources kept: honest facts have one or two, a pair that fails over for instance.</summary>
    public const int MaxSources = 8;

    private readonly List<ulong> _clients = new(1);
    private readonly List<Host> _sources = new(1);

    internal BaselineEntry(BaselineKind kind, ushort vlan, int segment, string key, string value, long firstSeenNs)
    {
        (Kind, Vlan, Segment, Key, Value) = (kind, vlan, segment, key, value);
        FirstSeenNs = LastSeenNs = firstSeenNs;
    }

    /// <summary>What kind of thing.</summary>
    public BaselineKind Kind { get; }

    /// <summary>The innermost VLAN id, 0 when untagged.</summary>
    public ushort Vlan { get; }

    /// <summary>What is spoken of, printable.</summary>
    public string Key { get; }

    /// <summary>What is said of it, printable; empty where the kind has no value.</summary>
    public string Value { get; }

    /// <summary>Packet time of the first sight, nanoseconds.</summary>
    public long FirstSeenNs { get; }

    /// <summary>Packet time of the last sight, nanoseconds.</summary>
    public long LastSeenNs { get; private set; }

    /// <summary>Sights.</summary>
    public long Count { get; private set; }

    /// <summary>Different clients it was shown to, up to <see cref="CountedClients"/>; 0 for what is shown to everybody.</summary>
    public int Clients => _clients.Count;

    /// <summary>The segment it was first seen in.</summary>
    internal int Segment { get; }

    /// <summary>The address it leads to; default for none.</summary>
    internal IpAddress LeadsTo { get; private set; }

    /// <summary>Who said it, in order of first sight.</summary>
    internal IReadOnlyList<Host> Sources => _sources;

    internal void Meet(in BaselineFact fact, long timestampNs)
    {
        Count++;
        LastSeenNs = Math.Max(LastSeenNs, timestampNs);
        if (LeadsTo == default)
            LeadsTo = fact.LeadsTo;
        if (fact.Client != 0 && _clients.Count < CountedClients && !_clients.Contains(fact.Client))
            _clients.Add(fact.Client);
        if (_sources.Count < MaxSources && !_sources.Contains(fact.By))
            _sources.Add(fact.By);
    }
}
