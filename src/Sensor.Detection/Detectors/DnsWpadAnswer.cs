using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>A unicast DNS answer that leads `wpad` somewhere it should not.</summary>
public sealed class DnsWpadAnswer : ICatalogedDetector, IObserve<NameAnswered>, IKeepsState
{
    /// <summary>Denials remembered: a name or two for each domain and resolver of a site.</summary>
    private const int DenialCapacity = 1024;

    private const byte NoSuchName = 3;

    private readonly DetectionContext _context;
    private readonly WpadNames _names = new();
    private readonly RecentTable<(int Resolver, ulong Name), FrameReference> _denials = new(DenialCapacity);

    private DnsWpadAnswer(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "dns-wpad-answer",
        Sid = 1104,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "DNS led wpad to a host that is not known to serve proxy configuration",
        Attack =
            "Clients that look for a proxy by themselves ask DNS for wpad.<domain> before anything else. Who controls the answer (a rogue " +
            "resolver handed out by DHCP, DHCPv6 or router advertisements as mitm6 does, a record added to the zone, a spoofed answer) decides " +
            "which proxy configuration they get.",
        Seen =
            "A DNS answer with an address for a name whose first label is wpad. It is an attack step when the answered host is the answering " +
            "host and no established resolver or router; when it is a workstation; when it is link-local; when another resolver answered " +
            "otherwise before; when only this client uses the resolver while the others use another; when the resolver or the answered host " +
            "is a suspect already; when the same resolver said before that the name does not exist; or when the operator listed WPAD hosts and " +
            "this is none of them.",
        Benign =
            "A resolver of all that consistently names one server is how proxy auto-discovery is meant to work: recorded as low and possible, " +
            "never alerted. A home router that answers with itself likewise. NXDOMAIN, TXT-only reservations and sinkholes (0.0.0.0, ::, " +
            "127.0.0.0/8) are ignored. List your proxy servers under Trust:WpadHosts and any other answer becomes an alert.",
        Limits =
            "Encrypted DNS is not seen. With an empty trust section a record that an attacker added to the zone before the capture began looks " +
            "like any other record (Windows DNS servers refuse to answer wpad unless somebody allowed it, so ask who did).",
        Verify =
            "tshark -r FILE -Y 'dns.flags.response == 1 && dns.qry.name matches \"^wpad(\\\\.|$)\" && dns.a' -T fields -e frame.number -e ip.src -e eth.src " +
            "-e dns.qry.name -e dns.a. Ask your own resolver with `nslookup wpad.<domain> <resolver>` and compare; on a Windows DNS server look at " +
            "`Get-DnsServerGlobalQueryBlockList` and at who created the record.",
        Stop =
            "Remove the record or the resolver: on Windows DNS `Set-DnsServerGlobalQueryBlockList -List wpad,isatap` and delete the record; against " +
            "rogue resolvers turn on DHCP snooping, RA guard and DHCPv6 guard on the switches. Reserve wpad in every zone your clients search. " +
            "Where no auto-discovery is wanted set DisableWpad=1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\WinHttp.",
        References = ["RFC 1035", "MS-DNSP section 3.1.1.1.4", "KB934864", "US-CERT TA16-144A", "MS16-077 (KB3165191)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new DnsWpadAnswer(context);

    void IKeepsState.Save(SnapshotWriter writer) => _names.Save(writer);

    void IKeepsState.Load(SnapshotReader reader) => _names.Load(reader);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this, NameTopics.Wpad & NameTopics.Dns);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.IsNegative)
        {
            NoteDenial(in seen);
            return;
        }
        if (!TryPick(seen.Addresses(fact.Addresses), out var address))
            return;
        var vlan = _context.VlanOf(seen.At.Segment);
        var responder = _context.Hosts.SenderOf(in seen.At);
        if (_context.Trust.IsWpadHost(vlan, address))
        {
            _names.Learn(seen.At.Segment, fact.NameHash, address, responder);
            return;
        }
        var answered = HostAt(in seen.At, address, responder);
        var judged = Judge(in seen, vlan, address, responder, answered);
        // Lies are not what later answers are measured by.
        if (judged.Severity < Severity.High)
            _names.Learn(seen.At.Segment, fact.NameHash, address, responder);
        // What is most probably the site's own configuration is noted once a name, not once a client.
        var victim = judged.Severity == Severity.Low ? null : VictimOf(in seen.At);
        var key = new FindingKey(Info.Sid, judged.Suspect.Id, victim?.Id ?? 0, fact.NameHash);
        if ((victim is null || victim != judged.Suspect) && !_context.Incidents.CountRepeat(in key, judged.Severity, judged.Confidence, in seen.At))
            _context.Incidents.Raise(Compose(in seen, address, victim, in judged));
    }

    // Only "no such name": that there is no address of one family says nothing about the other.
    private void NoteDenial(in Observed<NameAnswered> seen)
    {
        if (seen.Fact.ResponseCode == NoSuchName)
            _denials.Set((_context.Hosts.SenderOf(in seen.At).Id, seen.Fact.NameHash), FrameReference.Of(in seen.At));
    }

    // The first address that leads anywhere; sinkholes lead nowhere.
    private static bool TryPick(ReadOnlySpan<IpAddress> addresses, out IpAddress picked)
    {
        foreach (var address in addresses)
        {
            picked = address;
            if (!address.IsUnspecified && !address.IsLoopback)
                return true;
        }
        picked = default;
        return false;
    }

    private Host HostAt(ref readonly Sighting at, IpAddress address, Host responder) =>
        address == at.Source || responder.Has(address) ? responder : _context.Hosts.Of(at.Segment, address, at.TimestampNs);

    private Host? VictimOf(ref readonly Sighting at)
    {
        ref readonly var paired = ref _context.Questions.Current;
        return paired.HasQuestion ? _context.Hosts.SenderOf(in paired.Question) : _context.Hosts.ReceiverOf(in at);
    }

    private Judged Judge(in Observed<NameAnswered> seen, ushort vlan, IpAddress address, Host responder, Host answered)
    {
        var isForged = IsForged(in seen.At);
        var isTrustedResolver = !isForged && _context.Trust.IsResolver(vlan, seen.At.Source);
        if (isForged)
        {
            // The card that sent it, whoever owns the address it bears.
            var forger = _context.LinkSender(in seen.At);
            return new(forger, Severity.High, Confidence.Likely, $"the answer came from {forger}, not from the resolver");
        }
        if (IsSuspect(responder) && !isTrustedResolver)
            return new(responder, Severity.High, Confidence.Likely, "the resolver is a suspect already");
        if (IsSuspect(answered))
            return new(answered, Severity.High, Confidence.Likely, "the answered host is a suspect already");
        if (answered == responder && !isTrustedResolver && !IsEstablished(in seen.At, responder))
            return new(responder, Severity.High, Confidence.Likely, "it answers with itself and is no resolver or router that others use");
        if (address.IsLinkLocal)
            return new(answered, Severity.High, Confidence.Likely, "no site keeps its proxy configuration at a link-local address");
        if (answered != responder && answered.Is(HostRoles.DhcpClient) && !Serves(answered))
            return new(answered, Severity.High, Confidence.Likely, "the answered host is a workstation that leases its address");
        if (_denials.TryGet((responder.Id, seen.Fact.NameHash), out var denial))
            return new(answered, Severity.Medium, Confidence.Likely, $"the same resolver said at {PacketClock.Of(denial.TimestampNs)} that there is no such name, so somebody added it since", denial);
        var earlier = _names.Find(seen.At.Segment, seen.Fact.NameHash);
        if (earlier is not null && !earlier.Fits(address))
            return JudgeChange(in seen.At, earlier, responder, answered);
        if (_context.Trust.KnowsWpadHosts(vlan, address))
            return new(answered, Severity.Medium, Confidence.Likely, "it is none of the WPAD hosts listed as trusted");
        if (!isTrustedResolver && _context.Trust.KnowsResolvers(vlan, seen.At.Source, seen.At.SourceMac))
            return new(responder, Severity.Medium, Confidence.Likely, "the resolver is none of those listed as trusted");
        if (!isTrustedResolver && IsOutsider(responder))
            return new(responder, Severity.High, Confidence.Likely, "only this client uses that resolver, all others use another");
        return _context.Trust.IsHome(address)
            ? new(answered, Severity.Low, Confidence.Possible, "nobody listed it as trusted, though the answers are consistent")
            : new(answered, Severity.Medium, Confidence.Possible, "the address is outside the home networks");
    }

    // One resolver that changes its mind may have been told to by its administrator; two that disagree have not. Of two the one that is
    // not everybody's is the odd one, whichever came first.
    private Judged JudgeChange(ref readonly Sighting at, WpadName earlier, Host responder, Host answered)
    {
        var first = earlier.FirstResponder;
        if (responder == first)
            return new(answered, Severity.High, Confidence.Possible, $"the same resolver answered {earlier.FirstAddress} before");
        var isEstablished = IsEstablished(in at, responder);
        var wasEstablished = first.AskersServed >= HostTable.AskersOfMany || first.Is(HostRoles.Router);
        var because = $"{first} answered {earlier.FirstAddress} before";
        if (isEstablished == wasEstablished)
            return new(answered, Severity.High, Confidence.Possible, because);
        return isEstablished
            ? new(first, Severity.High, Confidence.Likely, $"{first}, which others do not use, answered {earlier.FirstAddress} before")
            : new(responder, Severity.High, Confidence.Likely, because);
    }

    private bool IsSuspect(Host host) =>
        _context.Incidents.About(host) is { Severity: >= Severity.Medium, Confidence: >= Confidence.Likely } incident
        && incident.HasFromAnother(Info.Sid, Severity.Medium);

    // The packet bears an address that another card on the link owns.
    private bool IsForged(ref readonly Sighting at)
    {
        var binding = _context.Hosts.BindingOf(at.Segment, at.Source);
        return binding.IsKnown && !at.SourceMac.IsNone && binding.Mac != at.SourceMac && !_context.Hosts.IsRouterMac(at.Segment, at.SourceMac);
    }

    private bool IsEstablished(ref readonly Sighting at, Host responder) =>
        (responder.Roles & (HostRoles.Router | HostRoles.VirtualRouter)) != 0
        || responder.AskersServed >= HostTable.AskersOfMany || _context.Hosts.IsOnlyResolver(responder)
        || _context.Leases.Of(at.Segment).IsDnsServer(at.Source);

    private static bool Serves(Host host) => (host.Roles & (HostRoles.Router | HostRoles.Resolver | HostRoles.DhcpServer)) != 0;

    private bool IsOutsider(Host responder)
    {
        if (responder.AskersServed > 1)
            return false;
        return _context.Hosts.HasResolverOfMany(responder.Segment);
    }

    // A resolver that lies does so to thousands, and few of these findings are told one by one.
    private DeferredFinding Compose(in Observed<NameAnswered> seen, IpAddress address, Host? victim, in Judged judged)
    {
        ref readonly var paired = ref _context.Questions.Current;
        var question = paired.HasQuestion ? FrameReference.Of(in paired.Question) : default;
        var frames = Judgement.InOrder(judged.Earlier, question, FrameReference.Of(in seen.At));
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var whom = victim is null ? "" : $" to {victim}";
        var (because, resolver, time) = (judged.Because, seen.At.Source, seen.At.TimestampNs);
        return new DeferredFinding(
            Info, judged.Severity, judged.Confidence, judged.Suspect, victim, seen.Fact.NameHash, in seen.At, frames,
            () => Say(name, address, whom, because, resolver, time));
    }

    private static FindingWords Say(string name, IpAddress address, string whom, string because, IpAddress resolver, long timestampNs)
    {
        var where = address == resolver ? $"itself, {address}" : address.ToString();
        return new FindingWords(
            $"The DNS resolver {resolver} answered{whom} that \"{name}\" is {where}: {because}.",
            $"{address} is your proxy configuration server and {resolver} your resolver: list them under Trust:WpadHosts and Trust:Resolvers.",
            [
                $"Ask who runs {address} and who created the record \"{name}\" (on Windows DNS: is wpad off the global query block list, and why).",
                $"Look at how the client came to use {resolver} as its resolver: DHCP, DHCPv6 and router advertisements before {PacketClock.Of(timestampNs)}.",
                $"Look for requests for /wpad.dat to {address} and read what was served.",
            ],
            [new("name", name), new("answer", address.ToString()), new("resolver", resolver.ToString())]);
    }

    private readonly record struct Judged(Host Suspect, Severity Severity, Confidence Confidence, string Because, FrameReference Earlier = default);
}
