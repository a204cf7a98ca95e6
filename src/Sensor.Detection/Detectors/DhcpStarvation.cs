using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>Many new clients ask for leases in a short time, and none of them lives.</summary>
public sealed class DhcpStarvation
    : ICatalogedDetector, IPrefetch<LeaseAsked>, IPrefetch<LeaseOffered>, IObserve<AddressClaimed>, IObserve<AddressSeen>
{
    private const byte Discover = 1, Request = 3, Decline = 4, Ack = 5;

    /// <summary>Clients remembered, over all segments; a flood pushes out the longest silent.</summary>
    private const int ClientCapacity = 16_384;

    /// <summary>Makers and Ethernet sources remembered: a site has machines of a few hundred makers; a relay's clients come from one source.</summary>
    private const int MakerCapacity = 4096;

    private const long WindowNs = 10 * Span.Second, MinuteNs = Span.Minute;

    private readonly DetectionContext _context;
    private readonly DhcpStarvationSettings _settings;
    private readonly RecentTable<ulong, Client> _clients = new(ClientCapacity);
    private readonly RecentTable<ulong, bool> _makers = new(MakerCapacity);
    private readonly RecentTable<ulong, Source> _sources = new(MakerCapacity);
    private readonly Dictionary<int, Rates> _segments = [];

    private DhcpStarvation(DetectionContext context)
    {
        _context = context;
        _settings = context.Settings(Info.Id, new DhcpStarvationSettings());
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "dhcp-starvation",
        Sid = 1205,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1499"],
        Title = "A flood of new DHCP clients uses up the leases",
        Attack = "Asking for leases under made-up hardware addresses until the true server has none left makes room for a rogue "
            + "server, which then is the only one that answers.",
        Seen = "Clients (hardware address and client id) never seen before. Likely: one Ethernet source asks for a dozen others "
            + "within a minute or declines ten addresses; or forty appear within ten seconds, or a hundred within a minute, of which "
            + "hardly any is heard of again by ARP, traffic or a granted lease.",
        Benign = "A class-room in the morning: renewals of known clients do not count, people bring up a few machines a second, and "
            + "these then speak. A bridge or repeater asks for a few clients behind it. Relays bring many links together: the limits "
            + "are five times as high.",
        Limits = "An attacker who makes up addresses of one maker and takes each lease to its end, or a slow one, with a full frame header forged for each client, looks like visitors. In a "
            + "capture without ARP and traffic every client looks dead; the numbers alone then decide.",
        Verify = "tshark -r FILE -Y 'dhcp.option.dhcp==1' -T fields -e frame.time_relative -e eth.src -e dhcp.hw.mac_addr shows the "
            + "rate and who sends. On the server look at the lease table: leases that nobody uses.",
        Stop = "Shut the port; set port security (a few MACs a port), limit DHCP packets per second on access ports, let DHCP "
            + "snooping compare chaddr with the Ethernet source. Clear the made-up leases on the server.",
        References = ["RFC 2131", "MITRE ATT&CK T1499"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new DhcpStarvation(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<LeaseAsked>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<AddressClaimed>(this);
        bus.Subscribe<AddressSeen>(this);
    }

    /// <summary>
    /// A lease that was granted is a client's: asked for under its own, maker-given MAC, of a maker that others here have too. A flood makes
    /// its addresses up and has each from another maker.
    /// </summary>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        var mac = seen.Fact.ClientMac;
        if (seen.Fact.MessageType == Ack && !seen.At.InTunnel && _clients.TryGet(KeyOf(seen.At.Segment, mac), out var client) && client.IsPlausible)
            Alive(seen.At.Segment, mac, seen.At.TimestampNs);
    }

    /// <inheritdoc/>
    public void Prefetch(in Observed<LeaseOffered> seen) => _clients.Prefetch(KeyOf(seen.At.Segment, seen.Fact.ClientMac));

    /// <inheritdoc/>
    public void Prefetch(in Observed<LeaseAsked> seen)
    {
        _clients.Prefetch(KeyOf(seen.At.Segment, seen.Fact.ClientMac));
        _makers.Prefetch(MakerKeyOf(seen.At.Segment, seen.Fact.ClientMac));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<AddressClaimed> seen) => Alive(seen.At.Segment, seen.Fact.SenderMac, seen.At.TimestampNs);

    /// <inheritdoc/>
    public void Observe(in Observed<AddressSeen> seen) => Alive(seen.At.Segment, seen.At.SourceMac, seen.At.TimestampNs);

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseAsked> seen)
    {
        ref readonly var at = ref seen.At;
        ref readonly var fact = ref seen.Fact;
        if (at.InTunnel || fact.ClientMac.IsNone || fact.MessageType is not (Discover or Request or Decline))
            return;
        if (!_segments.TryGetValue(at.Segment, out var rates))
            _segments.Add(at.Segment, rates = new Rates());
        var isRelayed = !fact.RelayAddress.IsUnspecified;
        var source = SourceOf(at);
        if (fact.MessageType == Decline && !isRelayed && source.Declined(at.TimestampNs) >= _settings.DeclinedInMinute)
            Raise(in seen, source.Trail, Confidence.Likely, source.Declines, "addresses declined within a minute");
        // A renewing client knows its address; it takes no new one.
        if (fact.MessageType != Discover && !(fact.MessageType == Request && fact.ClientAddress.IsUnspecified))
            return;
        ref var client = ref _clients.GetOrAdd(KeyOf(at.Segment, fact.ClientMac), out _);
        if (client.IsKnownAs(fact.ClientIdHash))
            return;
        _makers.GetOrAdd(MakerKeyOf(at.Segment, fact.ClientMac), out var isFirstOfMaker);
        const ulong LocallyAdministered = 0x0200_0000_0000;
        var isGiven = (fact.ClientMac.Value & LocallyAdministered) == 0;
        client.Know(fact.ClientIdHash, at.TimestampNs, isPlausible: isGiven && !isFirstOfMaker && fact.ClientMac == at.SourceMac);
        rates.Add(at);
        var isSpokenFor = !isRelayed && !at.SourceMac.IsNone && (fact.ClientMac != at.SourceMac || source.HasClient);
        source.HasClient |= fact.ClientMac == at.SourceMac;
        if (isSpokenFor && source.Asked(at) >= _settings.BehindOneSource)
            Raise(in seen, source.Trail, Confidence.Certain, source.Clients, "clients within a minute from one Ethernet source");
        else
            JudgeRate(in seen, rates, isRelayed ? _settings.RelayFactor : 1);
    }

    private static ulong KeyOf(int segment, MacAddress mac) => mac.Value | ((ulong)segment << 48);

    private static ulong MakerKeyOf(int segment, MacAddress mac) => mac.Organisation | ((ulong)segment << 48);

    private void JudgeRate(in Observed<LeaseAsked> seen, Rates rates, int factor)
    {
        if (rates.InWindow < _settings.NewInTenSeconds * factor && rates.InMinute < _settings.NewInMinute * factor)
            return;
        var isDead = rates.Alive * 5 < rates.InMinute;
        var isFast = rates.InWindow >= 3 * _settings.NewInTenSeconds * factor;
        if (!isFast && rates.Alive * 2 >= rates.InMinute)
            return;
        Raise(in seen, rates.Trail, isDead || isFast ? Confidence.Likely : Confidence.Possible,
            rates.InMinute, "new clients within a minute", withAlive: true);
    }

    private void Alive(int segment, MacAddress mac, long nowNs)
    {
        if (!_clients.Contains(KeyOf(segment, mac)))
            return;
        ref var client = ref _clients.GetOrAdd(KeyOf(segment, mac), out _);
        if (client.IsAlive)
            return;
        client.IsAlive = true;
        if (nowNs - client.SinceNs < MinuteNs && _segments.TryGetValue(segment, out var rates))
            rates.Alive++;
    }

    private Source SourceOf(in Sighting at)
    {
        var key = KeyOf(at.Segment, at.SourceMac);
        if (!_sources.TryGet(key, out var source))
            _sources.Set(key, source = new Source());
        return source;
    }

    // A flood raises it with every packet, so nothing is put into words before it is known to be new.
    private void Raise(in Observed<LeaseAsked> seen, FrameTrail trail, Confidence confidence, int count, string ofWhat, bool withAlive = false)
    {
        // A flood with forged Ethernet sources has no single suspect: the segment's first flooding source stands for it.
        ref readonly var at = ref seen.At;
        var rates = _segments[at.Segment];
        var suspect = confidence == Confidence.Certain ? _context.LinkSender(at) : rates.Suspect ??= _context.LinkSender(at);
        var severity = confidence == Confidence.Possible ? Severity.Low : Info.Severity;
        const ulong Subject = 1205;
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, 0, Subject), severity, confidence, at))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Subject = Subject,
            At = at,
            Frames = trail.With(at),
            Summary = $"A flood of DHCP questions, last from {at.SourceMac} for {seen.Fact.ClientMac}: {count.Text()} {ofWhat}"
                + (withAlive ? $", of which {rates.Alive.Text()} were heard of again." : "."),
            RefutedBy = "So many machines were really switched on at once, and they hold and use their leases now.",
            NextSteps =
            [
                $"Find the switch port of {at.SourceMac} (or the port with very many MACs) and shut it.",
                "Clear the made-up leases on the DHCP server; look for a second DHCP server that appeared meanwhile (rogue-dhcp-server).",
            ],
            Metadata = [new("new_clients", rates.InMinute.Text()), new("heard_again", rates.Alive.Text())],
        });
    }

    /// <summary>A client by its MAC, the two client ids it used last (firmware and system have one each), and whether it was heard of after its lease.</summary>
    private struct Client
    {
        private ulong _id, _otherId;
        private bool _isKnown;

        public long SinceNs { get; private set; }

        /// <summary>Whether its MAC looks like one that a maker gave.</summary>
        public bool IsPlausible { get; private set; }

        public bool IsAlive { get; set; }

        /// <summary>Whether it asked under this id (a hash, 0 for none) before.</summary>
        public readonly bool IsKnownAs(ulong id) => _isKnown && (_id == id || _otherId == id);

        public void Know(ulong id, long sinceNs, bool isPlausible)
        {
            (_otherId, _id) = (_isKnown ? _id : id, id);
            (SinceNs, IsPlausible, IsAlive, _isKnown) = (sinceNs, isPlausible, false, true);
        }
    }

    /// <summary>New clients of a segment, counted in windows that begin with their first packet.</summary>
    private sealed class Rates
    {
        private long _windowNs, _minuteNs;

        public int InWindow { get; private set; }

        public int InMinute { get; private set; }

        public int Alive { get; set; }

        public Host? Suspect { get; set; }

        public FrameTrail Trail { get; } = new();

        public void Add(in Sighting at)
        {
            if (at.TimestampNs - _windowNs >= WindowNs)
                (_windowNs, InWindow) = (at.TimestampNs, 0);
            if (at.TimestampNs - _minuteNs >= MinuteNs)
            {
                (_minuteNs, InMinute, Alive, Suspect) = (at.TimestampNs, 0, 0, null);
                Trail.Clear();
            }
            InWindow++;
            InMinute++;
            Trail.Add(at);
        }
    }

    /// <summary>What one Ethernet source asked within a minute.</summary>
    private sealed class Source
    {
        private long _minuteNs, _declinesNs;

        public bool HasClient { get; set; }

        public int Clients { get; private set; }

        public int Declines { get; private set; }

        public FrameTrail Trail { get; } = new();

        public int Asked(in Sighting at)
        {
            if (at.TimestampNs - _minuteNs >= MinuteNs)
            {
                (_minuteNs, Clients) = (at.TimestampNs, 0);
                Trail.Clear();
            }
            Trail.Add(at);
            return ++Clients;
        }

        public int Declined(long nowNs)
        {
            if (nowNs - _declinesNs >= MinuteNs)
                (_declinesNs, Declines) = (nowNs, 0);
            return ++Declines;
        }
    }
}
