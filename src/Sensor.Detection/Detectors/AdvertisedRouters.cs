using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>One source of router advertisements: address and Ethernet source together, because either may be forged.</summary>
internal sealed class AdvertisedRouter(IpAddress address, MacAddress mac, in Sighting first)
{
    /// <summary>Two advertisements closer than this are one frame that the mirror port shows twice.</summary>
    private const long DuplicateNs = Span.Second / 1000;

    /// <summary>RFC 4861 section 10: MIN_DELAY_BETWEEN_RAS is 3 seconds; faster, with room for jitter, is against the rules.</summary>
    private const long TooFastNs = 2 * Span.Second;

    /// <summary>Consecutive fast advertisements before they count as a beat; answers to solicitations come in small bursts.</summary>
    private const int FastBeats = 5;

    private int _fast;
    private IpAddress[] _prefixes = [];

    public IpAddress Address { get; } = address;

    public MacAddress Mac { get; } = mac;

    public long FirstNs { get; } = first.TimestampNs;

    public long LastNs { get; private set; } = first.TimestampNs;

    public int Count { get; private set; }

    public ushort Lifetime { get; private set; }

    public bool WasDefault { get; private set; }

    public sbyte Preference { get; private set; }

    /// <summary>Whether it advertised any prefix last.</summary>
    public bool GivesPrefixes => _prefixes.Length > 0;

    /// <summary>Whether it advertised a prefix last that <paramref name="other"/> advertises too: routers of one site do.</summary>
    public bool SharesPrefix(AdvertisedRouter other) => _prefixes.AsSpan().ContainsAny(other._prefixes);

    public ulong DnsServers { get; private set; }

    public FrameTrail Trail { get; } = new();

    /// <summary>Whether it beats faster than the standard allows.</summary>
    public bool IsTooFast => _fast >= FastBeats;

    /// <summary>Whether another router was already settled here when this one came.</summary>
    public bool CameLater { get; set; }

    /// <summary>Solicitations of hosts, seconds apart, that no router answered before this one came.</summary>
    public int UnansweredBefore { get; init; }

    /// <summary>Whether a host that heard it would still believe it is a default router at <paramref name="nowNs"/>.</summary>
    public bool IsLive(long nowNs) => WasDefault && nowNs - LastNs < Math.Clamp((int)Lifetime, 30, 1800) * Span.Second;

    public void Note(in Observed<RouterAdvertised> seen)
    {
        var since = seen.At.TimestampNs - LastNs;
        Trail.Add(seen.At);
        if (Count > 0 && since < DuplicateNs)
            return;
        if (Count > 0 && seen.At.Destination.IsMulticast)
            _fast = since < TooFastNs ? _fast + 1 : 0;
        Count++;
        LastNs = seen.At.TimestampNs;
        Lifetime = seen.Fact.RouterLifetime;
        WasDefault |= Lifetime > 0;
        Preference = seen.Fact.Preference;
        if (!seen.Addresses(seen.Fact.Prefixes).SequenceEqual(_prefixes))
            _prefixes = seen.Addresses(seen.Fact.Prefixes).ToArray();
        DnsServers = SetHash(seen.Addresses(seen.Fact.DnsServers));
    }

    /// <summary>Writes all but the beat of its advertisements.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Address(Address);
        writer.Mac(Mac);
        writer.I64(FirstNs);
        writer.I64(LastNs);
        writer.I32(Count);
        writer.U16(Lifetime);
        writer.Flag(WasDefault);
        writer.U8((byte)Preference);
        writer.List(_prefixes, static (to, prefix) => to.Address(prefix));
        writer.U64(DnsServers);
        writer.Flag(CameLater);
        writer.I32(UnansweredBefore);
        writer.Frames(Trail.All);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static AdvertisedRouter Load(SnapshotReader reader)
    {
        var router = new AdvertisedRouter(reader.Address(), reader.Mac(), new Sighting { TimestampNs = reader.I64() })
        {
            LastNs = reader.Time(),
            Count = reader.I32(),
            Lifetime = reader.U16(),
            WasDefault = reader.Flag(),
            Preference = (sbyte)reader.U8(),
            _prefixes = [.. reader.List(static from => from.Address())],
            DnsServers = reader.U64(),
            CameLater = reader.Flag(),
            UnansweredBefore = reader.I32(),
        };
        reader.Trail(router.Trail);
        return router;
    }

    private static ulong SetHash(ReadOnlySpan<IpAddress> addresses)
    {
        ulong hash = 0;
        foreach (var address in addresses)
            hash += address.StableHash() | 1;
        return hash;
    }
}

/// <summary>The sources of router advertisements of one segment, in order of first sight.</summary>
internal sealed class AdvertisedRouters(RogueRouterAdvertSettings settings, List<AdvertisedRouter>? earlier = null)
{
    /// <summary>No link has more honest routers; a flood of forged ones pushes out the longest silent.</summary>
    public const int Capacity = 32;

    private const long FloodWindowNs = 10 * Span.Second;

    private readonly List<AdvertisedRouter> _routers = earlier ?? [];
    private long _windowStartNs, _floodStartNs, _floodedNs;
    private int _newInWindow, _unanswered;
    private long _solicitedNs = long.MaxValue;
    private AdvertisedRouter? _opener;

    public IReadOnlyList<AdvertisedRouter> All => _routers;

    /// <summary>
    /// The router with which new ones began to appear faster than on any honest link, if <paramref name="router"/> is one of these; it
    /// stands for all of them. Null when there is no flood, and for routers that were there before it.
    /// </summary>
    public AdvertisedRouter? FloodOf(AdvertisedRouter router) =>
        _opener is not null && router.LastNs - _floodedNs < FloodWindowNs && router.FirstNs >= _floodStartNs ? _opener : null;

    /// <summary>A host asks for routers while none is there.</summary>
    public void Solicit(in Sighting at)
    {
        var nowNs = at.TimestampNs;
        _unanswered = UnansweredAt(nowNs);
        _solicitedNs = _routers.Exists(known => known.IsLive(nowNs)) ? long.MaxValue : nowNs;
    }

    private int UnansweredAt(long nowNs) => _unanswered + (nowNs - _solicitedNs >= RouterSolicited.AnswerNs ? 1 : 0);

    public AdvertisedRouter Of(in Sighting at)
    {
        foreach (var known in _routers)
        {
            if (known.Address == at.Source && known.Mac == at.SourceMac)
                return known;
        }
        if (at.TimestampNs - _windowStartNs >= FloodWindowNs)
            (_windowStartNs, _newInWindow) = (at.TimestampNs, 0);
        _newInWindow++;
        var router = new AdvertisedRouter(at.Source, at.SourceMac, at) { CameLater = HasSettled(at.TimestampNs), UnansweredBefore = UnansweredAt(at.TimestampNs) };
        _solicitedNs = long.MaxValue;
        NoteFlood(router, at.TimestampNs);
        // Who was heard once goes before who was heard again: a flood does not push out the link's own routers.
        if (_routers.Count == Capacity)
            _routers.Remove(_routers.MinBy(static known => (known.Count > 1, known.LastNs))!);
        _routers.Add(router);
        return router;
    }

    private void NoteFlood(AdvertisedRouter router, long nowNs)
    {
        if (_newInWindow < settings.NewRoutersInTenSeconds)
            return;
        if (_opener is null || nowNs - _floodedNs >= FloodWindowNs)
            (_opener, _floodStartNs) = (router, _windowStartNs);
        _floodedNs = nowNs;
    }

    private bool HasSettled(long nowNs) => _routers.Exists(known => known.Count >= 2 && known.IsLive(nowNs));

    /// <summary>
    /// The live default router, at another address and MAC, beside which <paramref name="router"/> is the one to explain itself: it came
    /// later, or it wants to be preferred.
    /// </summary>
    public AdvertisedRouter? LiveBeside(AdvertisedRouter router, long nowNs) => _routers.Find(known =>
        known.Address != router.Address && (known.Mac != router.Mac || known.Mac.IsNone) && known.IsLive(nowNs) && IsJunior(router, known));

    private static bool IsJunior(AdvertisedRouter router, AdvertisedRouter other) =>
        router.CameLater != other.CameLater ? router.CameLater
        : router.Preference != other.Preference ? router.Preference > other.Preference
        : router.FirstNs > other.FirstNs;

    /// <summary>Another source with the same address but another MAC.</summary>
    public AdvertisedRouter? SameAddress(AdvertisedRouter router) =>
        _routers.Find(known => known.Address == router.Address && known.Mac != router.Mac);
}
