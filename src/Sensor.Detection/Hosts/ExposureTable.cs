using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Hosts;

/// <summary>
/// The inventory of hosts that could be lured: who still looks for WPAD, by which protocol and when last, who asks the link for names at
/// all, and how hosts ask for updates (UpdatePollTable). One look-up a question, nothing allocated for a host that is known. Bounded.
/// </summary>
public sealed class ExposureTable : IPrefetch<NameAsked>, IObserve<LeaseAsked>, IKeepsState
{
    /// <summary>Addresses kept, as many as hosts. Beyond it new ones are counted, not listed: the inventory is then long enough to act on.</summary>
    public const int Capacity = HostTable.MaxHosts;

    private static readonly ExposureKinds[] AskedBy = [0, ExposureKinds.Llmnr, ExposureKinds.Mdns, ExposureKinds.Nbns];

    private static readonly ExposureKinds[] WpadBy =
        [ExposureKinds.WpadByDns, ExposureKinds.WpadByLlmnr, ExposureKinds.WpadByMdns, ExposureKinds.WpadByNbns];

    // What was noted within the same minute need not be looked up again: a small array in front of the big one, 16 Ki × 32 octets. A group has eight
    // places that are compared at once; the newest address comes first and pushes out the one that came first of the eight. With four to a group one
    // address of fourteen would be pushed out again and again by its neighbours where fifty thousand ask.
    private const int RecentBits = 14, MinuteShift = 36;

    private readonly Vector256<uint>[] _recent = new Vector256<uint>[1 << RecentBits];
    private readonly HostTable _hosts;
    private readonly UpdatePollTable _polls;
    private readonly ExposureLines _lines = new();

    // What is to be written down waits for others like it: a line is seldom in a cache, and so the waits of all of them are one.
    private readonly Waiting[] _waiting = new Waiting[32];
    private int _waitingCount;
    private long _overflowed;

    internal ExposureTable(HostTable hosts, UpdatePollTable polls)
    {
        _hosts = hosts;
        _polls = polls;
    }

    /// <summary>Questions of hosts that found no room.</summary>
    public long Overflowed
    {
        get
        {
            WriteDown();
            return _overflowed;
        }
    }

    /// <summary>The inventory: one line a host, ordered by its segment and first address.</summary>
    public IReadOnlyList<ExposedHost> All => Summarise();

    /// <summary>Subscribes to questions.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NameAsked>(this, NameTopics.Wpad | ~NameTopics.Dns);
        bus.Subscribe<LeaseAsked>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAsked> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var protocol = (int)fact.Protocol;
        var kinds = AskedBy[protocol] | (fact.IsWpad ? WpadBy[protocol] : ExposureKinds.None);
        if (!seen.At.Source.IsUnspecified && !seen.At.InTunnel)
            Note(new AddressKey(seen.At.Segment, seen.At.Source), seen.At.SourceMac, kinds, in seen.At);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseAsked> seen)
    {
        if (seen.Fact.AsksWpad && !seen.Fact.ClientMac.IsNone && !seen.At.InTunnel)
            Note(KeyOf(seen.At.Segment, seen.Fact.ClientMac), seen.Fact.ClientMac, ExposureKinds.WpadByDhcp, in seen.At);
    }

    /// <inheritdoc/>
    public void Prefetch(in Observed<NameAsked> seen) =>
        CacheLine.PrefetchAll(in _recent[Hash(new AddressKey(seen.At.Segment, seen.At.Source)) >> (64 - RecentBits)]);

    // A client that asks for a lease has no address yet: its MAC stands in, in a prefix no host has (ffff::/16).
    private static AddressKey KeyOf(int segment, MacAddress mac) => new(segment, new IpAddress(ulong.MaxValue, mac.Value));

    private void Note(AddressKey key, MacAddress mac, ExposureKinds kinds, ref readonly Sighting at)
    {
        var hash = Hash(key);
        // What is always noted leaves the others their places: a flood of clients would push them all out.
        if ((kinds & ExposureKinds.AnyLinkName) != 0 && WasNoted(hash, at.TimestampNs, kinds))
            return;
        _lines.Prefetch(hash);
        _waiting[_waitingCount++] = new Waiting { Key = key, Hash = hash, Mac = mac, Kinds = kinds, TimestampNs = at.TimestampNs };
        if (_waitingCount == _waiting.Length)
            WriteDown();
    }

    private void WriteDown()
    {
        ReadOnlySpan<Waiting> waiting = _waiting.AsSpan(0, _waitingCount);
        _waitingCount = 0;
        foreach (ref readonly var note in waiting)
            _lines.PrefetchLine(note.Hash);
        foreach (ref readonly var note in waiting)
            WriteDown(in note);
    }

    private void WriteDown(ref readonly Waiting note)
    {
        ref var line = ref _lines.GetOrAdd(note.Key, note.Hash, out var isFull);
        if (isFull)
        {
            _overflowed++;
            return;
        }
        line.Mac = note.Mac;
        line.Kinds |= note.Kinds;
        line.LastSeenNs = Math.Max(line.LastSeenNs, note.TimestampNs);
        if ((note.Kinds & ExposureKinds.AnyWpad) != 0)
            line.LastWpadNs = Math.Max(line.LastWpadNs, note.TimestampNs);
    }

    /// <summary>
    /// Whether these kinds were noted of the address within the minute; from now on they are. A place holds 21 bits of the address's hash, 8 of the
    /// minute and 3 for the kinds that ask names at all: questions for wpad are always noted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool WasNoted(ulong hash, long timestampNs, ExposureKinds kinds)
    {
        const uint KindBits = 7;
        const int FirstKind = 5;
        var asked = (uint)kinds >> FirstKind & KindBits;
        var tag = ((uint)(hash >> 16) & ~0x7FFu) | ((uint)(timestampNs >> MinuteShift) & 0xFF) << 3;
        ref var group = ref _recent[(int)(hash >> (64 - RecentBits))];
        var same = Vector256.Equals(group & Vector256.Create(~KindBits), Vector256.Create(tag));
        if (same == Vector256<uint>.Zero)
        {
            group = Vector256.Shuffle(group, Vector256.Create(0u, 0u, 1u, 2u, 3u, 4u, 5u, 6u)).WithElement(0, tag | asked);
            return false;
        }
        var isKnown = (group & same & Vector256.Create(asked)) == (same & Vector256.Create(asked));
        group |= same & Vector256.Create(asked);
        return isKnown && (kinds & ExposureKinds.AnyWpad) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(AddressKey key) => (key.Address.StableHash() ^ (uint)key.Segment) * 0x9E3779B97F4A7C15UL;

    void IKeepsState.Save(SnapshotWriter writer)
    {
        WriteDown();
        writer.I32(_lines.All.Length);
        foreach (ref readonly var line in _lines.All)
        {
            writer.I32(line.Key.Segment);
            writer.Address(line.Key.Address);
            writer.Mac(line.Mac);
            writer.U16((ushort)line.Kinds);
            writer.I64(line.LastWpadNs);
            writer.I64(line.LastSeenNs);
        }
    }

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
    {
        var line = new ExposureLine
        {
            Key = new AddressKey(from.Segment(), from.Address()),
            Mac = from.Mac(),
            Kinds = (ExposureKinds)from.U16(),
            LastWpadNs = from.Time(),
            LastSeenNs = from.Time(),
        };
        if (line.Kinds == ExposureKinds.None)
            return;
        ref var place = ref _lines.GetOrAdd(line.Key, Hash(line.Key), out var isFull);
        if (!isFull)
            place = line;
    });

    private List<ExposedHost> Summarise()
    {
        WriteDown();
        var byHost = new Dictionary<int, ExposedHost>();
        foreach (var line in _lines.All.ToArray()
            .OrderBy(static line => line.Key.Segment).ThenBy(static line => line.Key.Address))
        {
            var host = HostOf(in line);
            Merge(byHost, new ExposedHost(host, line.Kinds, line.LastWpadNs, line.LastSeenNs));
        }
        foreach (var (key, habit) in _polls.InOrder())
        {
            Merge(byHost, new ExposedHost(_hosts.Of(key.Segment, key.Address, habit.LastNs), habit.Kinds, 0, habit.LastNs)
            {
                LastUpdateNs = habit.LastNs,
                LastPollNs = habit.LastPollNs,
            });
        }
        return [.. byHost.Values.OrderBy(exposed => exposed.Host.Segment)
            .ThenBy(exposed => exposed.Host.Addresses.Count == 0)
            .ThenBy(exposed => exposed.Host.Addresses.Count == 0 ? default : exposed.Host.Addresses.Min())
            .ThenBy(exposed => exposed.Host.Id)];
    }

    private static void Merge(Dictionary<int, ExposedHost> byHost, ExposedHost line)
    {
        byHost[line.Host.Id] = !byHost.TryGetValue(line.Host.Id, out var known) ? line : known with
        {
            Kinds = known.Kinds | line.Kinds,
            LastWpadNs = Math.Max(known.LastWpadNs, line.LastWpadNs),
            LastSeenNs = Math.Max(known.LastSeenNs, line.LastSeenNs),
            LastUpdateNs = Math.Max(known.LastUpdateNs, line.LastUpdateNs),
            LastPollNs = Math.Max(known.LastPollNs, line.LastPollNs),
        };
    }

    private Host HostOf(in ExposureLine line)
    {
        var isMacOnly = line.Key.Address.High == ulong.MaxValue;
        if (isMacOnly || (!line.Mac.IsNone && !_hosts.IsRouterMac(line.Key.Segment, line.Mac) && _hosts.Find(line.Key.Segment, line.Key.Address) is null))
            return _hosts.Of(line.Key.Segment, line.Mac, line.LastSeenNs);
        return _hosts.Of(line.Key.Segment, line.Key.Address, line.LastSeenNs);
    }

    private struct Waiting
    {
        public AddressKey Key;
        public ulong Hash;
        public MacAddress Mac;
        public long TimestampNs;
        public ExposureKinds Kinds;
    }
}
