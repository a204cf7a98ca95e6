using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Updates;

/// <summary>What is known about a host that answers for an update host.</summary>
/// <param name="Confidence">How sure it is that it should not.</param>
/// <param name="Severity">How bad that is.</param>
/// <param name="Reason">The strongest reason, as the end of a sentence.</param>
/// <param name="Because">Frame of an earlier fact the judgement rests on; default when none.</param>
/// <param name="By">Who is behind the host that answered, when it is another: the one who handed out the proxy.</param>
internal sealed record UpdateServerVerdict(Confidence Confidence, Severity Severity, string Reason, FrameReference Because, Host? By = null)
{
    /// <summary>The harmless reading that what is known of the network supports, as a sentence; null when there is none.</summary>
    public string? Harmless { get; init; }
}

/// <summary>
/// Judges hosts that answer for update hosts without a trust list: by what they were seen to be, and by who led clients to them. A private address
/// alone proves nothing: caches, peers and captive portals have one. Remembers which addresses were answered for update hosts.
/// </summary>
internal sealed class UpdateServerJudge(DetectionContext context) : IObserve<NameAnswered>
{
    /// <summary>Names and clients remembered: the update hosts of a few hundred clients. Beyond it the least recent make room.</summary>
    private const int NamedCapacity = 4096;

    /// <summary>Sids of the update detectors: none of them proves another.</summary>
    private const int FirstOwn = 1501, LastOwn = 1511;

    /// <summary>How long a DNS answer says something: clients keep no name longer.</summary>
    private const long Remembered = 60 * Span.Minute;

    private readonly RecentTable<(int Segment, IpAddress Client, ulong Name), Naming> _named = new(NamedCapacity);

    /// <summary>Whether names by their hash are update hosts, so that names that come again cost one look: hash and verdict bit.</summary>
    private readonly ulong[] _known = new ulong[4096];

    private bool _isSubscribed;

    /// <summary>Subscribes to name answers, once however many detectors ask.</summary>
    public void Subscribe(ObservationBus bus)
    {
        if (!_isSubscribed)
            bus.Subscribe<NameAnswered>(this, NameTopics.Positive & ~NameTopics.Mdns);
        _isSubscribed = true;
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Addresses.IsEmpty || !IsUpdateHost(fact.NameHash, seen.Text(fact.Name)))
            return;
        var key = (seen.At.Segment, seen.At.Destination, fact.NameHash);
        if (!_named.TryGet(key, out var naming))
            _named.Set(key, naming = new Naming());
        naming.Note(in seen, context.Hosts.SenderOf(seen.At));
    }

    /// <summary>
    /// The verdict about <paramref name="server"/>, which answered a client for <paramref name="name"/> (lower case) of
    /// <paramref name="product"/>, directly or as a proxy; null when nothing speaks against it.
    /// </summary>
    public UpdateServerVerdict? Judge(Host server, in Sighting at, ReadOnlySpan<byte> name, UpdateProduct? product, bool isProxy)
    {
        if (context.Updates.IsCache(at.Source) || (isProxy && context.Trust.IsProxy(context.VlanOf(at.Segment), at.Source)))
            return null;
        if (HasAttacked(server))
            return new(Confidence.Certain, Severity.Critical, "the same host is already a suspect", default);
        var naming = Find(in at, name);
        if (naming is not null && HasAttacked(naming.Responder) && naming.Contains(at.Source))
            return new(Confidence.Certain, Severity.Critical, $"the suspect {naming.Responder.Shown()} led the client there", naming.Frame);
        if (isProxy)
        {
            return context.BehindProxy(in at) is { } behind
                ? new(behind.Confidence, Severity.Critical, $"it is a proxy that the suspect {behind.Host.Shown()} handed out", behind.Frame, behind.Host)
                : null;
        }
        if (naming is { IsLocal: true } && naming.Contains(at.Source))
            return new(Confidence.Likely, Severity.High, $"{naming.Responder.Shown()} answered for the public name on the local link", naming.Frame);
        if (IsOtherMac(in at, out var owner))
            return new(Confidence.Likely, Severity.High, $"the answer came from {at.SourceMac}, while {at.Source} belongs to {owner.Mac}", owner.FirstFrame);
        return context.Trust.IsHome(at.Source) ? JudgeAtHome(server, in at, naming, product) : JudgeOutside(in at, naming, product);
    }

    /// <summary>Whether another detector than those of updates caught <paramref name="host"/> in a step of an attack.</summary>
    public bool HasAttacked(Host host)
    {
        if (context.Incidents.About(host) is not { } incident)
            return false;
        foreach (var recorded in incident.Findings)
        {
            var finding = recorded.Finding;
            if (finding is { Severity: >= Severity.Medium, Confidence: >= Confidence.Likely, Detector.Stage: not Stage.Exposure }
                && finding.Detector.Sid is < FirstOwn or > LastOwn)
                return true;
        }
        return false;
    }

    private static UpdateServerVerdict? JudgeAtHome(Host server, in Sighting at, Naming? naming, UpdateProduct? product)
    {
        if (server.IsWorkstation)
            return new(Confidence.Likely, Severity.High, "its address is private and it got it by DHCP like a workstation", default);
        if (naming is not null && !naming.Contains(at.Source))
            return new(Confidence.Likely, Severity.High, "its address is private, and DNS gave the client another one", naming.Frame);
        if (product is null or { IsCached: true })
            return null;
        return at.Source.IsLinkLocal
            ? new(Confidence.Possible, Severity.Medium, "its address is link-local", naming?.Frame ?? default)
            : new(Confidence.Possible, Severity.Low, "its address is private; a portal or a cache of the site would look the same", naming?.Frame ?? default)
            {
                Harmless = "A captive portal or a transparent cache of the site answers for update hosts from a private address.",
            };
    }

    private static UpdateServerVerdict? JudgeOutside(in Sighting at, Naming? naming, UpdateProduct? product) =>
        product is { Kind: UpdateKind.Metadata } && naming is not null && !naming.Contains(at.Source) && !naming.IsNear(at.Source)
            ? new(Confidence.Possible, Severity.Low, "DNS gave the client other addresses", naming.Frame)
            : null;

    private Naming? Find(in Sighting at, ReadOnlySpan<byte> name) =>
        _named.TryGet((at.Segment, at.Destination, name.StableHash()), out var naming) && at.TimestampNs - naming.LastNs < Remembered ? naming : null;

    private bool IsOtherMac(in Sighting at, out Binding owner)
    {
        owner = context.Hosts.BindingOf(at.Segment, at.Source);
        return owner.IsCurrent(at) && !at.SourceMac.IsNone && !at.InTunnel && owner.Mac != at.SourceMac && !owner.Mac.IsVirtualRouter
            && !at.SourceMac.IsVirtualRouter && !context.Hosts.IsRouterMac(at.Segment, at.SourceMac) && !owner.Mac.IsSiblingOf(at.SourceMac);
    }

    private bool IsUpdateHost(ulong hash, ReadOnlySpan<byte> name)
    {
        if (!context.Updates.Catalog.MayBeKnown(name))
            return false;
        ref var known = ref _known[hash % (ulong)_known.Length];
        if ((known | 1) == (hash | 1))
            return (known & 1) != 0;
        var isUpdate = context.Updates.Catalog.FindJudged(name) is not null;
        known = isUpdate ? hash | 1 : hash & ~1UL;
        return isUpdate;
    }

    /// <summary>What a client was told about one name: the addresses of all answers, the newest last.</summary>
    private sealed class Naming
    {
        /// <summary>Addresses kept: what two or three rotating answers hold.</summary>
        private const int MostAddresses = 32;

        private readonly List<IpAddress> _addresses = [];

        public Host Responder { get; private set; } = null!;

        public FrameReference Frame { get; private set; }

        public long LastNs { get; private set; }

        /// <summary>Whether it was answered by LLMNR or NetBIOS, where no public name belongs.</summary>
        public bool IsLocal { get; private set; }

        public void Note(in Observed<NameAnswered> seen, Host responder)
        {
            foreach (var address in seen.Addresses(seen.Fact.Addresses))
            {
                if (_addresses.Contains(address))
                    continue;
                if (_addresses.Count == MostAddresses)
                    _addresses.RemoveAt(0);
                _addresses.Add(address);
            }
            (Responder, Frame, LastNs, IsLocal) = (responder, FrameReference.Of(seen.At), seen.At.TimestampNs, seen.Fact.Protocol != NameProtocol.Dns);
        }

        public bool Contains(IpAddress address) => _addresses.Contains(address);

        /// <summary>Content networks answer from neighbouring addresses.</summary>
        public bool IsNear(IpAddress address) => _addresses.Exists(known => known.SharesPrefix(address, address.IsV4 ? 16 : 32));
    }
}
