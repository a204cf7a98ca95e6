using System.Globalization;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>A host claims the name wpad for itself: NBNS, mDNS, DNS UPDATE, or as its DHCP host name.</summary>
public sealed class WpadRegistered : ICatalogedDetector, IObserve<NameRegistered>, IObserve<NameAnswered>, IObserve<LeaseAsked>
{
    // Three ways of one name are three findings; an NBNS refresh is a registration again.
    private const ulong ByNbns = 1, ByMdns = 2, ByUpdate = 3, ByDhcp = 4;

    /// <summary>Names under which DNS leads to a WPAD host, remembered: one or two for each domain of a site.</summary>
    private const int GivenCapacity = 1024;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, ulong Name), IpAddress> _given = new(GivenCapacity);

    private WpadRegistered(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "wpad-registered",
        Sid = 1107,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "A host registered the name wpad for itself",
        Attack =
            "Instead of answering questions, an attacker can make others answer for him: register WPAD with the WINS server, add wpad or a " +
            "wildcard to the DNS zone by dynamic update (any domain user may, by default, in Active Directory), announce wpad.local by mDNS, or " +
            "simply call itself wpad in DHCP, which many routers turn into a DNS record.",
        Seen =
            "An NBNS registration or refresh of WPAD (any suffix), an mDNS probe or announcement of wpad.local, a DNS UPDATE that adds wpad or " +
            "\"*\" to a zone, or a DHCP host name \"wpad\".",
        Benign =
            "The proxy server itself, listed under Trust:WpadHosts. A host to which DNS led the name already, and which no lease shows to be a workstation, " +
            "renews its record: recorded as low and possible. Releases, deletions and refused registrations are ignored. DHCP servers that update DNS for " +
            "their clients are not the suspect: the client is.",
        Limits =
            "Secure dynamic updates (GSS-TSIG) travel in clear and are seen; changes made through LDAP or the management console are not. What was " +
            "registered before the capture began is found by dns-wpad-answer.",
        Verify =
            "tshark -r FILE -Y '(nbns.flags.opcode == 5 || nbns.flags.opcode == 8) && nbns.name contains \"WPAD\" || dns.flags.opcode == 5 && " +
            "dns.resp.name contains \"wpad\" || dhcp.option.hostname == \"wpad\"'. Then look at the record: `nslookup wpad.<zone>`, and in Active " +
            "Directory at the owner and creation time of the dnsNode object.",
        Stop =
            "Delete the record, keep wpad on the global query block list (`Set-DnsServerGlobalQueryBlockList -List wpad,isatap`), allow only secure " +
            "updates and take \"Create all child objects\" on the zone from Authenticated Users, reserve WPAD and \"WPAD.\" in WINS, and on routers " +
            "turn off DNS names from DHCP or update their firmware.",
        References = ["RFC 1002 section 4.2.2", "RFC 2136", "RFC 6762 section 8", "KB934864", "MS-DNSP section 3.1.1.1.4", "US-CERT TA16-144A"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new WpadRegistered(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NameRegistered>(this);
        bus.Subscribe<NameAnswered>(this, NameTopics.Wpad & NameTopics.Dns & NameTopics.Positive);
        bus.Subscribe<LeaseAsked>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        var addresses = seen.Addresses(seen.Fact.Addresses);
        // Who first said where the name leads is measured by; a later answer may be the lie.
        if (!addresses.IsEmpty && !_given.TryGet((seen.At.Segment, seen.Fact.NameHash), out _))
            _given.Set((seen.At.Segment, seen.Fact.NameHash), addresses[0]);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameRegistered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var way = WayOf(fact.Kind);
        var name = seen.Text(fact.Name);
        var isWildcard = way == ByUpdate && name.StartsWith("*."u8);
        if (way == 0 || (!NameStem.IsWpad(name) && !isWildcard))
            return;
        var addresses = seen.Addresses(fact.Addresses);
        if (addresses.IsEmpty && fact.Target.IsEmpty && way == ByUpdate)
            return;
        var sender = _context.Hosts.SenderOf(in seen.At);
        var suspect = SuspectOf(sender, addresses, way, in seen.At);
        if (IsTrusted(in seen.At, addresses))
            return;
        var leads = addresses.IsEmpty ? seen.Fact.Target.IsEmpty ? "itself" : WireText.Printable(seen.Text(fact.Target)) : addresses[0].ToString();
        var renews = !isWildcard && addresses.Length == 1 && Renews(in seen, suspect, addresses[0]);
        Tell(in seen.At, suspect, way, fact.NameHash, name, HowOf(way, in seen.At), leads, renews);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseAsked> seen)
    {
        var name = seen.Text(seen.Fact.HostName);
        if (!NameStem.IsWpad(name) || seen.Fact.ClientMac.IsNone || seen.Fact.ClientMac.IsGroup)
            return;
        var vlan = _context.VlanOf(seen.At.Segment);
        var client = _context.Hosts.Of(seen.At.Segment, seen.Fact.ClientMac, seen.At.TimestampNs);
        foreach (var address in client.Addresses)
        {
            if (_context.Trust.IsWpadHost(vlan, address))
                return;
        }
        if (!_context.Trust.IsWpadHost(vlan, seen.Fact.RequestedAddress) && !_context.Trust.IsWpadHost(vlan, seen.Fact.ClientAddress))
            Tell(in seen.At, client, ByDhcp, NameStem.Of(name), name, "as its host name with DHCP", "itself", renews: false);
    }

    // The address is its own, DNS named it for this very name before, and nothing else is known against it.
    private bool Renews(in Observed<NameRegistered> seen, Host suspect, IpAddress address) =>
        suspect.Has(address) && !suspect.IsWorkstation && !_context.IsLuring(suspect, Info.Sid, Info.Sid)
        && _given.TryGet((seen.At.Segment, seen.Fact.NameHash), out var given) && given == address;

    private static ulong WayOf(RegistrationKind kind) => kind switch
    {
        RegistrationKind.NbnsRegistration or RegistrationKind.NbnsRefresh => ByNbns,
        RegistrationKind.MdnsProbe or RegistrationKind.MdnsAnnouncement => ByMdns,
        RegistrationKind.DnsUpdateAdd => ByUpdate,
        _ => 0,
    };

    private static string HowOf(ulong way, ref readonly Sighting at) => way switch
    {
        ByNbns => at.Destination.IsBroadcast || at.DestinationMac.IsGroup ? "over NetBIOS" : $"with the WINS server {at.Destination}",
        ByMdns => "over mDNS",
        _ => $"in DNS by an update to {at.Destination}",
    };

    // A DHCP server updates DNS for its clients.
    private Host SuspectOf(Host sender, ReadOnlySpan<IpAddress> addresses, ulong way, ref readonly Sighting at)
    {
        var isProxied = way == ByUpdate && sender.Is(HostRoles.DhcpServer) && !addresses.IsEmpty && !sender.Has(addresses[0]);
        return isProxied ? _context.Hosts.Of(at.Segment, addresses[0], at.TimestampNs) : sender;
    }

    private bool IsTrusted(ref readonly Sighting at, ReadOnlySpan<IpAddress> addresses)
    {
        var vlan = _context.VlanOf(at.Segment);
        if (addresses.IsEmpty)
            return _context.Trust.IsWpadHost(vlan, at.Source);
        foreach (var address in addresses)
        {
            if (!_context.Trust.IsWpadHost(vlan, address))
                return false;
        }
        return true;
    }

    private void Tell(ref readonly Sighting at, Host suspect, ulong way, ulong nameHash, ReadOnlySpan<byte> name, string how, string leads, bool renews)
    {
        var key = new FindingKey(Info.Sid, suspect.Id, 0, nameHash ^ way);
        var (severity, confidence) = renews ? (Severity.Low, Confidence.Possible) : (Info.Severity, Confidence.Likely);
        if (_context.Incidents.CountRepeat(in key, severity, confidence, in at))
            return;
        var shown = WireText.Printable(name);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Subject = key.Subject,
            At = at,
            Frames = [FrameReference.Of(in at)],
            Summary = $"{suspect} claimed the name \"{shown}\" {how}, leading to {leads}{(renews ? ", where DNS led before" : "")}.",
            RefutedBy = $"{suspect} is your proxy configuration server: then list its address under Trust:WpadHosts.",
            NextSteps =
            [
                $"Check whether the name now resolves: ask the servers for \"{shown}\", and delete the record if it leads to {leads}.",
                string.Create(CultureInfo.InvariantCulture, $"Look for hosts that ask for wpad and fetch /wpad.dat from {leads} after {PacketClock.Of(at.TimestampNs)}."),
                $"Find and isolate {suspect}.",
            ],
            Metadata = [new("name", shown), new("answer", leads)],
        });
    }
}
