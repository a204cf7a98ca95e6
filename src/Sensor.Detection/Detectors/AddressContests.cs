using System.Numerics;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>
/// Who claims which address, for ARP and neighbour discovery alike. An honest move is one move after which the old holder is silent; a
/// lie is told again and again while the owner lives, to hosts that did not ask, for several owners' addresses.
/// </summary>
internal sealed class AddressContests(DetectionContext context, AddressSpoofingSettings settings)
{
    /// <summary>Addresses watched: a large site's /16. Claims of addresses that nobody uses push out the longest unused.</summary>
    private const int AddressCapacity = 65_536;

    /// <summary>MACs whose breadth is counted.</summary>
    private const int SpeakerCapacity = 16_384;

    /// <summary>Hosts whose last hop is remembered.</summary>
    private const int HopCapacity = 16_384;

    /// <summary>Owners whose address somebody else claims to single hosts; more at once than a /22 has.</summary>
    private const int DeniedCapacity = 1024;

    private const long HopMemoryNs = 10 * Span.Minute, ToldMemoryNs = 5 * Span.Minute;

    /// <summary>Traffic of a host is told about once a minute: who was heard within two was there.</summary>
    private const long HeardNs = 2 * Span.Minute;

    private readonly RecentTable<(int Segment, IpAddress Address), AddressContest> _contests = new(AddressCapacity);
    private readonly RecentTable<(int Segment, MacAddress Mac), Speaker> _speakers = new(SpeakerCapacity);
    private readonly RecentTable<(int Segment, IpAddress Host), LastHop> _hops = new(HopCapacity);
    private readonly RecentTable<(int Segment, MacAddress Owner), AddressContest> _denied = new(DeniedCapacity);
    private readonly RecentTable<(int Segment, IpAddress Host), (AddressContest Contest, Claimant By)> _told = new(HopCapacity);

    /// <summary>Asks for what a claim of <paramref name="address"/> or a question for it will need.</summary>
    public void Prefetch(int segment, IpAddress address) => _contests.Prefetch((segment, address));

    /// <summary>Asks for what <see cref="Live"/> will need.</summary>
    public void PrefetchLive(in Sighting at)
    {
        if (IsOffLink(in at))
            _hops.Prefetch((at.Segment, at.Destination));
        else
            _contests.Prefetch((at.Segment, at.Source));
    }

    /// <summary>Somebody asked who has <paramref name="address"/>.</summary>
    public void Ask(in Sighting at, IpAddress address) => Contest(at, address).Asked(at);

    /// <summary>Whether <paramref name="told"/> asked for <paramref name="address"/> just now.</summary>
    public bool WasAsked(in Sighting at, IpAddress address, MacAddress told) =>
        _contests.TryGet((at.Segment, address), out var contest) && contest.WasAskedBy(told, at.TimestampNs);

    /// <summary>
    /// Whether a question of <paramref name="mac"/> that bears <paramref name="address"/> as its sender is a lie, which whoever is asked believes
    /// (RFC 826 updates caches from questions as well): the address is another's, and not the only one it has or asks as. Who has an address
    /// twice by accident has no other.
    /// </summary>
    public bool AsksFalsely(in Sighting at, IpAddress address, MacAddress mac)
    {
        var binding = context.Hosts.BindingOf(at.Segment, address);
        if (!binding.IsCurrent(at) || binding.Mac == mac || address.IsUnspecified)
            return false;
        var hasAnother = context.Hosts.Find(at.Segment, mac) is { } host && host.HasOtherV4Than(address);
        return SpeakerOf(at.Segment, mac).AskAs(address) || hasAnother;
    }

    /// <summary>
    /// <paramref name="mac"/> claims <paramref name="address"/>; <paramref name="told"/> is the host that was told, none for all. The
    /// verdict is null while nothing is wrong. <paramref name="feignsAnswer"/>: it bears the mark of an answer (S flag), rightly or not.
    /// </summary>
    public SpoofVerdict? Claim(in Sighting at, IpAddress address, MacAddress mac, ClaimManner manner, IpAddress told,
        bool feignsAnswer = false)
    {
        if (address.IsUnspecified || address.IsMulticast || mac.IsNone || mac.IsGroup || mac.IsLoadBalanced)
            return null;
        var contest = Contest(at, address);
        // The true MAC in a frame of another host: a liar that restores the truth at its end, or a proxy. It says nothing against the MAC.
        if (at.SourceMac != mac && !at.SourceMac.IsNone && context.Hosts.BindingOf(at.Segment, address).Mac == mac)
            return null;
        var claimant = contest.Of(mac, at);
        if (!claimant.Note(at, manner, told, feignsAnswer && manner != ClaimManner.Asked))
            return null;
        if (manner == ClaimManner.Told)
        {
            SpeakerOf(at.Segment, mac).Tell(address, told, at.TimestampNs);
            _told.Set((at.Segment, told), (contest, claimant));
        }
        return Judge(at, contest, claimant);
    }

    /// <summary>An IP packet with this source came from this MAC: its owner lives, or somebody forwards for it.</summary>
    public SpoofVerdict? Live(in Sighting at)
    {
        var mac = at.SourceMac;
        if (mac.IsNone || mac.IsGroup || at.Source.IsUnspecified || at.Source.IsMulticast)
            return null;
        if (IsOffLink(at))
            return Forwarded(at) ?? LivesOn(at) ?? BringsStill(at);
        if (PassesOn(at) is { } drawn)
            return drawn;
        var contest = Contest(at, at.Source);
        var holder = contest.Of(mac, at);
        if (_speakers.TryGet((at.Segment, mac), out var speaker) && speaker.HasContested(at.Source))
            return null;
        holder.Live(at);
        return contest.IsContested ? Judge(at, contest, holder) : null;
    }

    private static bool IsOffLink(in Sighting at) =>
        !at.Source.IsPrivate && !at.Source.IsLinkLocal && !at.Destination.IsMulticast && !at.Source.IsNear(at.Destination);

    /// <summary>A packet from outside reached a host through another MAC than before: did that MAC tell the host so, unasked?</summary>
    private SpoofVerdict? Forwarded(in Sighting at)
    {
        var key = (at.Segment, at.Destination);
        var isKnown = _hops.TryGet(key, out var hop);
        if (isKnown && hop.Mac == at.SourceMac)
        {
            _hops.Set(key, hop with { LastNs = at.TimestampNs });
            return null;
        }
        _hops.Set(key, new LastHop(at.SourceMac, at.TimestampNs, FrameReference.Of(at)));
        if (!isKnown || at.TimestampNs - hop.LastNs > HopMemoryNs || hop.Mac.IsVirtualRouter || at.SourceMac.IsVirtualRouter)
            return null;
        if (!_speakers.TryGet((at.Segment, at.SourceMac), out var speaker) || speaker.ToldTo(at.Destination) is not { } lie
            || at.TimestampNs - lie.AtNs > ToldMemoryNs || hop.Mac.IsSiblingOf(at.SourceMac))
            return null;
        var liar = Contest(at, lie.Address).Of(at.SourceMac, at);
        liar.Trail.Add(at);
        var victim = context.Hosts.Find(at.Segment, at.Destination);
        return new SpoofVerdict(lie.Address, liar, hop.Mac, hop.Frame, victim, Severity.High, Confidence.Certain, SpoofSigns.TookOver, at.Destination);
    }

    /// <summary>
    /// A host's own packets come from the MAC that told the host unasked to be another: they go through it, on their way out.
    /// </summary>
    private SpoofVerdict? PassesOn(in Sighting at)
    {
        if (!_speakers.TryGet((at.Segment, at.SourceMac), out var speaker) || speaker.ToldTo(at.Source) is not { } lie
            || at.TimestampNs - lie.AtNs > ToldMemoryNs || lie.Address == at.Source || at.SourceMac.IsVirtualRouter
            || IsTrusted(at.Segment, at.SourceMac))
            return null;
        var own = context.Hosts.BindingOf(at.Segment, at.Source);
        if (!own.IsCurrent(at) || own.Mac == at.SourceMac || own.Mac.IsSiblingOf(at.SourceMac))
            return null;
        var liar = Contest(at, lie.Address).Of(at.SourceMac, at);
        liar.Trail.Add(at);
        var victim = context.Hosts.Of(at.Segment, own.Mac, at.TimestampNs);
        var owner = context.Hosts.BindingOf(at.Segment, lie.Address).Mac;
        return new SpoofVerdict(lie.Address, liar, owner == liar.Mac ? default : owner, own.FirstFrame, victim, Severity.High, Confidence.Certain,
            SpoofSigns.PassesOn, at.Source);
    }

    /// <summary>
    /// Another MAC than the one that goes on bringing a host its packets from outside has told the host, again and again and unasked, that
    /// it is some address nobody else was seen with: the gateway's, which never had to speak for itself.
    /// </summary>
    private SpoofVerdict? BringsStill(in Sighting at)
    {
        if (!_told.TryGet((at.Segment, at.Destination), out var told))
            return null;
        var (contest, liar) = told;
        if (liar.Mac == at.SourceMac || liar.ToldOne < settings.ToldOften || liar.LastTold != at.Destination || liar.Mac.IsVirtualRouter
            || at.TimestampNs - liar.ClaimedNs > ToldMemoryNs || contest.IsContested || IsTrusted(at.Segment, liar.Mac)
            || liar.Mac.IsSiblingOf(at.SourceMac) || !WasHeard(at.Segment, liar) || IsOwn(at.Segment, contest, liar)
            || !_hops.TryGet((at.Segment, at.Destination), out var hop))
            return null;
        return new SpoofVerdict(contest.Address, liar, at.SourceMac, hop.Frame, Victim(at, liar, default), Severity.High, Confidence.Likely,
            SpoofSigns.OtherBrings, at.Destination);
    }

    /// <summary>
    /// Whether the host that was told is itself seen sending. Where it is not, its questions are not seen either, and what looks unasked
    /// may answer a poller (link monitoring of a bond, a keep-alive).
    /// </summary>
    private bool WasHeard(int segment, Claimant liar)
    {
        var told = context.Hosts.BindingOf(segment, liar.LastTold);
        // Cooked captures have no destination MAC: there the address has to do.
        return told.IsKnown && (told.Mac == liar.LastToldMac || liar.LastToldMac.IsNone) && liar.FirstToldNs - told.LastSeenNs < HeardNs;
    }

    /// <summary>Whether the claimant really has the address: it sends with it or leased it.</summary>
    private bool IsOwn(int segment, AddressContest contest, Claimant liar)
    {
        var binding = context.Hosts.BindingOf(segment, contest.Address);
        return liar.HasTraffic || (binding.ByLease && binding.Mac == liar.Mac);
    }

    private SpoofVerdict? Judge(in Sighting at, AddressContest contest, Claimant present)
    {
        var (liar, owner) = contest.Sides(present, context.Hosts.BindingOf(at.Segment, contest.Address));
        if (liar is null || liar.Mac.IsVirtualRouter || IsTrusted(at.Segment, liar.Mac))
            return null;
        if (owner is not null)
        {
            if (owner.Mac.IsVirtualRouter || owner.Mac.IsLoadBalanced || liar.Mac.IsSiblingOf(owner.Mac))
                return null;
            if (liar.Told > 0 || liar.Announced >= settings.AnnouncedOften)
                _denied.Set((at.Segment, owner.Mac), contest);
            if (liar.Unasked > 0)
                SpeakerOf(at.Segment, liar.Mac).Contest(contest.Address);
        }
        var host = context.Hosts.Of(at.Segment, liar.Mac, at.TimestampNs);
        if (host.Is(HostRoles.SleepProxy))
            return null;
        var victim = Victim(at, liar, owner?.Mac ?? default);
        if (owner is null && IsInsistent(at, contest, liar))
        {
            return new SpoofVerdict(contest.Address, liar, default, default, victim == host ? null : victim, Severity.Medium, Confidence.Likely,
                SpoofSigns.Insists);
        }
        return Weigh(in at, contest, liar, owner, victim == host ? null : victim);
    }

    /// <summary>A router whose own address is claimed by another is alive when it goes on forwarding.</summary>
    private SpoofVerdict? LivesOn(in Sighting at)
    {
        if (!_denied.TryGet((at.Segment, at.SourceMac), out var contest))
            return null;
        var owner = contest.Of(at.SourceMac, at);
        owner.Forwards(at);
        return Judge(at, contest, owner);
    }

    /// <summary>
    /// Whether a claimant repeats itself to one host as only a tool does, with no owner in sight. Who sends with the address, has it by
    /// lease or is a router may be answering questions that the mirror port does not show.
    /// </summary>
    private bool IsInsistent(in Sighting at, AddressContest contest, Claimant liar)
    {
        if (!contest.Address.IsV4 || liar.ToldOne < settings.ToldOneOften || !liar.IsSteady)
            return false;
        return !IsOwn(at.Segment, contest, liar) && WasHeard(at.Segment, liar) && !context.Hosts.IsRouterMac(at.Segment, liar.Mac);
    }

    private SpoofVerdict? Weigh(in Sighting at, AddressContest contest, Claimant liar, Claimant? owner, Host? victim)
    {
        _speakers.TryGet((at.Segment, liar.Mac), out var speaker);
        var signs = SpoofSigns.None;
        Add(liar.Interleaved > 0, SpoofSigns.OwnerLives);
        Add(liar.Told >= settings.ToldOften, SpoofSigns.Told);
        Add(speaker is { IsCross: true } && liar.Told > 1, SpoofSigns.Cross);
        Add(liar.IsSteady, SpoofSigns.Steady);
        Add(liar.FalseAnswers >= settings.ToldOften, SpoofSigns.Feigned);
        Add(speaker is { Contested: > 1 }, SpoofSigns.Several);
        var (isInterleaved, isTold, isCross) = (Has(SpoofSigns.OwnerLives), Has(SpoofSigns.Told), Has(SpoofSigns.Cross));
        if (owner is null && !isCross)
            return null;
        var isImportant = IsImportant(at.Segment, contest.Address);
        var strong = BitOperations.PopCount((uint)signs);
        var persists = isTold || (Has(SpoofSigns.Feigned) && liar.IsSteady)
            || (isInterleaved && liar.Announced >= settings.AnnouncedOften && isImportant) || isCross;
        var insists = isInterleaved && (liar.IsSteady || Has(SpoofSigns.Several)) && liar.Unasked > 1;
        if ((persists || insists) && (strong >= 2 || isImportant))
            return Verdict(Severity.High, strong >= 3 && isInterleaved ? Confidence.Certain : Confidence.Likely);
        if (isImportant && liar.Interleaved > 1)
            return Verdict(Severity.Medium, Confidence.Likely);
        if (isInterleaved || (isTold && owner is not null))
            return Verdict(Severity.Low, Confidence.Possible);
        return null;

        bool Has(SpoofSigns sign) => (signs & sign) != 0;

        void Add(bool holds, SpoofSigns sign) => signs |= holds ? sign : SpoofSigns.None;

        SpoofVerdict Verdict(Severity severity, Confidence confidence) => new(contest.Address, liar, owner?.Mac ?? default,
            owner?.Trail.First ?? default, victim, severity, confidence, signs, Contested: speaker?.Contested ?? 0);
    }

    /// <summary>Whether many depend on the address.</summary>
    private bool IsImportant(int segment, IpAddress address)
    {
        var vlan = context.VlanOf(segment);
        var leases = context.Leases.Of(segment);
        return leases.IsRouter(address) || leases.IsDnsServer(address)
            || context.Trust.IsRouter(vlan, address, default) || context.Trust.IsResolver(vlan, address)
            || context.Trust.IsWpadHost(vlan, address)
            || context.Hosts.Find(segment, address) is { IsInfrastructure: true } or { Roles: HostRoles.WpadHost };
    }

    private bool IsTrusted(int segment, MacAddress mac) => context.Trust.IsRouter(context.VlanOf(segment), default, mac);

    /// <summary>
    /// Who was told, by the MAC the lie was sent to: the address may be contested itself. The owner where all were told.
    /// </summary>
    private Host? Victim(in Sighting at, Claimant liar, MacAddress owner) =>
        liar.Told > 0 && !liar.LastToldMac.IsNone ? context.Hosts.Told(at.Segment, liar.LastToldMac, liar.LastTold, at.TimestampNs)
        : liar.Told > 0 && !liar.LastTold.IsUnspecified ? context.Hosts.Of(at.Segment, liar.LastTold, at.TimestampNs)
        : owner.IsNone ? null : context.Hosts.Find(at.Segment, owner);

    private AddressContest Contest(in Sighting at, IpAddress address)
    {
        if (!_contests.TryGet((at.Segment, address), out var contest))
            _contests.Set((at.Segment, address), contest = new AddressContest(address));
        return contest;
    }

    private Speaker SpeakerOf(int segment, MacAddress mac)
    {
        if (!_speakers.TryGet((segment, mac), out var speaker))
            _speakers.Set((segment, mac), speaker = new Speaker());
        return speaker;
    }

    private readonly record struct LastHop(MacAddress Mac, long LastNs, FrameReference Frame);
}
