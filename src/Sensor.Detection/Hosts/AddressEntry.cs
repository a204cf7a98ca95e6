using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Hosts;

/// <summary>How a binding came to be known.</summary>
internal enum BindingSource : byte
{
    /// <summary>ARP, NDP or a router advertisement says so.</summary>
    Claim,

    /// <summary>IP packets came from there.</summary>
    Traffic,

    /// <summary>A DHCP server gave the address.</summary>
    Lease,
}

/// <summary>A MAC on a link and its host.</summary>
internal sealed class LinkMac(MacAddress mac, Host host)
{
    public MacAddress Mac { get; } = mac;

    public Host Host { get; } = host;

    /// <summary>Forwards for others: what comes from this MAC is not its own unless it claimed the address.</summary>
    public bool IsRouter { get; set; }
}

/// <summary>
/// What is known of an address in a segment. Most addresses are behind a router or were only spoken of: they cost no object of their own.
/// </summary>
/// <param name="Remote">The host known by this address only.</param>
/// <param name="Bound">The MAC it is bound to; null for one that never was on the link.</param>
internal record struct KnownAddress(Host? Remote, AddressEntry? Bound)
{
    /// <summary>Who has it: its owner on the link, else the host behind it; null while it was not asked for.</summary>
    public readonly Host? Host => Bound is { IsOnLink: true } bound ? bound.Owner!.Host : Remote;

    /// <summary>When it was heard of last, as owner or as somebody far away.</summary>
    public readonly long LastSeenNs => Math.Max(Bound?.LastSeenNs ?? 0, Remote?.LastSeenNs ?? 0);

    /// <summary>Whether the host that has it is being forgotten.</summary>
    public readonly bool IsLeaving => Bound?.Owner is { } owner ? owner.Host.IsLeaving : Remote is { IsLeaving: true };
}

/// <summary>An address of the link: the MAC it is bound to.</summary>
internal sealed class AddressEntry(AddressKey key)
{
    public AddressKey Key { get; } = key;

    public LinkMac? Owner { get; private set; }

    public long FirstSeenNs { get; private set; }

    public long LastSeenNs { get; private set; }

    public bool ByClaim { get; private set; }

    public bool ByTraffic { get; private set; }

    public bool ByLease { get; private set; }

    /// <summary>RFC 5227: who probed for the address last.</summary>
    public MacAddress ProbeMac { get; set; }

    private FrameReference FirstFrame { get; set; }

    // Most addresses are given once and never move.
    private FormerBinding? Former { get; set; }

    private long ChangedOrdinal { get; set; } = long.MinValue;

    /// <summary>Whether the owner is the MAC's host itself, not somebody behind it.</summary>
    public bool IsOnLink => Owner is { } owner && (!owner.IsRouter || ByClaim || ByLease);

    public Binding Current => Owner is { } owner
        ? new Binding(owner.Mac, FirstSeenNs, LastSeenNs, ByTraffic, ByLease, FirstFrame)
        : default;

    /// <summary>The binding before the packet with this ordinal.</summary>
    public Binding Before(long ordinal) => ChangedOrdinal == ordinal ? Former?.Binding ?? default : Current;

    /// <summary>Gives the address to <paramref name="owner"/>.</summary>
    public void MoveTo(LinkMac? owner, long ordinal, FrameReference frame)
    {
        if (ChangedOrdinal != ordinal)
            Former = Owner is null ? null : new FormerBinding(Current);
        ChangedOrdinal = ordinal;
        Owner = owner;
        owner?.Host.Meet(Key.Address);
        FirstSeenNs = LastSeenNs = frame.TimestampNs;
        FirstFrame = frame;
        ByClaim = ByTraffic = ByLease = false;
    }

    /// <summary>Writes all but what the frame being delivered changed.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Mac(Owner?.Mac ?? MacAddress.None);
        writer.I64(FirstSeenNs);
        writer.I64(LastSeenNs);
        writer.Flag(ByClaim);
        writer.Flag(ByTraffic);
        writer.Flag(ByLease);
        writer.Mac(ProbeMac);
        writer.Frame(FirstFrame);
    }

    /// <summary>Reads what <see cref="Save"/> wrote of the address <paramref name="key"/>; <paramref name="linkOf"/> finds MACs by segment. Null: it never was bound.</summary>
    public static AddressEntry? Load(SnapshotReader reader, AddressKey key, Func<int, MacAddress, LinkMac?> linkOf)
    {
        var entry = new AddressEntry(key) { Owner = linkOf(key.Segment, reader.Mac()) };
        entry.Owner?.Host.Meet(key.Address);
        (entry.FirstSeenNs, entry.LastSeenNs) = (reader.I64(), reader.Time());
        (entry.ByClaim, entry.ByTraffic, entry.ByLease) = (reader.Flag(), reader.Flag(), reader.Flag());
        (entry.ProbeMac, entry.FirstFrame) = (reader.Mac(), reader.Frame());
        return entry is { Owner: null, LastSeenNs: 0, ProbeMac.IsNone: true } ? null : entry;
    }

    /// <summary>The owner showed it is alive with this address.</summary>
    public void Confirm(BindingSource source, long timestampNs)
    {
        LastSeenNs = Math.Max(LastSeenNs, timestampNs);
        ByClaim |= source == BindingSource.Claim;
        ByTraffic |= source == BindingSource.Traffic;
        ByLease |= source == BindingSource.Lease;
    }
}

/// <summary>The binding of an address before it moved.</summary>
internal sealed class FormerBinding(Binding binding)
{
    /// <summary>That binding.</summary>
    public Binding Binding { get; } = binding;
}

/// <summary>An address in its segment.</summary>
internal readonly record struct AddressKey(int Segment, IpAddress Address)
{
    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Address.StableHash() >> 7) ^ (Segment * 0x61C88647);
}
