using System.Runtime.CompilerServices;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Detectors;

/// <summary>DHCP option 252 from a server that should not give it, or with a URL that should not be.</summary>
public sealed class RogueDhcpWpad : ICatalogedDetector, IObserve<LeaseOffered>
{
    private const byte Offer = 2, Ack = 5;

    private readonly DetectionContext _context;
    private readonly RogueDhcpWpadSettings _settings;
    private readonly LeaseServerJudge _judge;

    private RogueDhcpWpad(DetectionContext context)
    {
        _context = context;
        _judge = new LeaseServerJudge(context);
        _settings = context.Settings(Info.Id, new RogueDhcpWpadSettings());
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-dhcp-wpad",
        Sid = 1201,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.003"],
        Title = "A proxy configuration URL (DHCP option 252) that this network's server does not give",
        Attack = "Windows asks DHCP for the URL of the proxy configuration (option 252) before it asks for the name wpad. A forged "
            + "OFFER, ACK or answer to an INFORM hands it the attacker's URL, and with it the proxy for all web and update traffic.",
        Seen = "Option 252 in any server message, put together from split options and the overloaded sname and file fields (option "
            + "52). Certain or likely: another server answered the same transaction without it or with another URL; the server "
            + "answers with another's identity from a foreign MAC; it came after others had served; it is a workstation; its own URL "
            + "changed; it is not on the operator's list. Alone, two weak signs together: a lease of under a minute, a DNS server of "
            + "0.0.0.0, a URL on the server although router and DNS are others.",
        Benign = "The one consistent server that has given one URL from the beginning: recorded as low and possible, an exposure. "
            + "Fail-over pairs with the same URL; trailing NUL, CR, LF and space, which some servers add; an empty value, which "
            + "means no proxy.",
        Limits = "ACK and OFFER are often unicast and then need a mirror port. A rogue that was the only server of the whole capture, "
            + "with ordinary lease times, looks like the network's own; list yours under Trust:DhcpServers or Trust:PacUrls.",
        Verify = "tshark -r FILE -Y 'dhcp.option.type==252' -T fields -e frame.number -e eth.src -e ip.src -e "
            + "dhcp.option.dhcp_server_id -e dhcp.option.private_proxy_autodiscovery -e dhcp.id; then filter on that dhcp.id and see "
            + "who else answered.",
        Stop = "Shut the server's port; turn on DHCP snooping. On clients clear the lease (ipconfig /release), the WinHTTP proxy "
            + "cache, and turn off proxy auto-detection where it is not needed (DisableWpad=1).",
        References = ["RFC 2131", "RFC 3396", "draft-ietf-wrec-wpad-01", "MITRE ATT&CK T1557.003"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RogueDhcpWpad(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<LeaseOffered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        if (seen.At.InTunnel || seen.Fact.MessageType is not (Offer or Ack))
            return;
        if (_context.Leases.Current.Other is not null || !seen.Fact.Wpad.IsEmpty)
            Judge(in seen);
    }

    // Apart, since what it writes down when it finds something would be cleared on the stack for every offer.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Judge(in Observed<LeaseOffered> seen)
    {
        ref readonly var exchange = ref _context.Leases.Current;
        var url = DhcpWpadMalformed.ValueOf(seen.Text(seen.Fact.Wpad));
        var impersonated = LeaseServerJudge.Impersonated(in exchange, seen.At);
        var contradicted = exchange.Other is not null && exchange.Plan.Wpad != exchange.OtherPlan.Wpad
            && exchange.Plan.Given != PlanParts.None && exchange.OtherPlan.Given != PlanParts.None;
        if (contradicted)
        {
            var rogue = RogueOfTwo(in exchange, seen.At, impersonated);
            if (rogue.Server == exchange.Server ? url.IsEmpty : exchange.OtherPlan.Wpad == 0 || rogue.Server.Wpad is null or "")
                return;
            if (_judge.IsTrusted(rogue.Server, rogue.Server == exchange.Server && impersonated is not null))
                return;
            var confidence = rogue.Points >= ServerCase.Clear || (exchange.Contradicts & (PlanParts.Routers | PlanParts.Dns)) != 0
                ? Confidence.Certain : Confidence.Likely;
            var shownUrl = rogue.Server.Wpad ?? "";
            var what = "another server answered the same question "
                + (exchange.Plan.Wpad == 0 || exchange.OtherPlan.Wpad == 0 ? "without it" : "with another URL");
            Raise(in seen, rogue.Server, rogue.Host, Severity.High, confidence, shownUrl, Join(what, rogue.Reasons),
                Judgement.InOrder(FrameReference.Of(exchange.OtherAnswer), FrameReference.Of(seen.At)));
            return;
        }
        if (!url.IsEmpty && !IsTrusted(in seen, in exchange, url, impersonated))
            JudgeAlone(in seen, in exchange, url, impersonated);
    }

    private bool IsTrusted(in Observed<LeaseOffered> seen, in LeaseExchange exchange, ReadOnlySpan<byte> url, LeaseServer? impersonated)
    {
        var vlan = _context.VlanOf(seen.At.Segment);
        var isServer = _judge.IsTrusted(exchange.Server, impersonated is not null);
        var isUrl = _context.Trust.IsPacUrl(vlan, url);
        return isServer || (isUrl && !_context.Trust.KnowsDhcpServers(vlan));
    }

    /// <summary>Of two servers the rogue; where nothing else tells, the one that gives a URL where the other gives none.</summary>
    private ServerCase RogueOfTwo(in LeaseExchange exchange, in Sighting at, LeaseServer? impersonated)
    {
        var rogue = _judge.Rogue(in exchange, at, impersonated);
        var other = _judge.Weigh(rogue.Server == exchange.Server ? exchange.Other! : exchange.Server, rogue.Server, null, at);
        var onlyOneGives = (exchange.Plan.Wpad == 0) != (exchange.OtherPlan.Wpad == 0);
        var givesNone = rogue.Server == exchange.Server ? exchange.Plan.Wpad == 0 : exchange.OtherPlan.Wpad == 0;
        return onlyOneGives && givesNone && rogue.Points - other.Points < 2 && !_judge.IsTrusted(other.Server, false) ? other : rogue;
    }

    private void JudgeAlone(in Observed<LeaseOffered> seen, in LeaseExchange exchange, ReadOnlySpan<byte> url, LeaseServer? impersonated)
    {
        var server = exchange.Server;
        var settled = server.AnsweredByOthersBefore >= LeaseServerJudge.Settled ? _judge.SettledBeside(server, seen.At) : null;
        var found = _judge.Weigh(server, settled, impersonated, seen.At);
        var points = found.Points - (server.AnsweredByOthersBefore >= LeaseServerJudge.Settled && settled is null ? 2 : 0);
        var isEqual = settled is not null && settled.Plan.Wpad == exchange.Plan.Wpad;
        var isChanged = (exchange.Changed & PlanParts.Wpad) != 0;
        var (weak, signs) = WeakSigns(in seen, in exchange, url);
        if (isEqual && points < 3)
            return;
        var confidence = points >= ServerCase.Clear ? Confidence.Certain
            : points >= 2 || isChanged || weak >= 2 ? Confidence.Likely : Confidence.Possible;
        var severity = confidence == Confidence.Possible ? Severity.Low : Info.Severity;
        var reason = confidence == Confidence.Possible
            ? "the only server, and it has given this URL from the beginning; perhaps the site's own"
            : Join(Join(isChanged ? "it gave another URL before" : "", found.Reasons), signs);
        Raise(in seen, server, found.Host, severity, confidence, server.Wpad ?? Encoding.ASCII.GetString(url), reason,
            Judgement.InOrder(exchange.HasQuestion ? FrameReference.Of(exchange.Question) : default, settled?.FirstFrame ?? default,
                FrameReference.Of(seen.At)));
    }

    private (int Count, string Signs) WeakSigns(in Observed<LeaseOffered> seen, in LeaseExchange exchange, ReadOnlySpan<byte> url)
    {
        var signs = new List<string>();
        var server = exchange.Server;
        if (seen.Fact.LeaseSeconds is > 0 && seen.Fact.LeaseSeconds < _settings.ShortLeaseSeconds)
            signs.Add($"a lease of only {((long)seen.Fact.LeaseSeconds).Text()} s");
        var dns = seen.Addresses(seen.Fact.DnsServers);
        if (!dns.IsEmpty && dns[0].IsUnspecified)
            signs.Add("a DNS server of 0.0.0.0");
        var host = HostOf(url);
        var isSelf = host == server.Source || host == server.Identifier
            || _context.Hosts.BindingOf(seen.At.Segment, host).Mac == server.Mac;
        if (!host.IsUnspecified && isSelf && exchange.Plan.FirstRouter != host && exchange.Plan.FirstDns != host
            && !exchange.Plan.FirstRouter.IsUnspecified)
            signs.Add("the URL is on the server itself, which is neither router nor DNS server of the plan");
        if (!host.IsUnspecified && isSelf && _judge.LeaserOf(seen.Fact.ClientMac, server, seen.At) is { } leaser
            && leaser.Plan.Wpad != exchange.Plan.Wpad)
            signs.AddRange(["the URL is on the server itself", $"the client's lease is from {leaser.Identifier}, which does not give it"]);
        if (!host.IsUnspecified && _context.Hosts.Find(seen.At.Segment, host) is { IsWorkstation: true })
            signs.AddRange(["the URL is on a workstation", "which got its address by DHCP"]);
        return (signs.Count, string.Join("; ", signs));
    }

    /// <summary>The numeric host of a URL, or none.</summary>
    private static IpAddress HostOf(ReadOnlySpan<byte> url)
    {
        var start = url.IndexOf("://"u8);
        if (start < 0)
            return default;
        var rest = url[(start + 3)..];
        var end = rest.IndexOfAny((byte)'/', (byte)':');
        var host = end < 0 ? rest : rest[..end];
        return host.Length <= 39 && IpAddress.TryParse(Encoding.ASCII.GetString(host), out var address) ? address : default;
    }

    private static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : $"{first}; {second}";

    private void Raise(
        in Observed<LeaseOffered> seen, LeaseServer server, Host host, Severity severity, Confidence confidence, string url, string reason,
        System.Collections.Immutable.ImmutableArray<FrameReference> frames)
    {
        var victim = confidence > Confidence.Possible && seen.Fact.RelayAddress.IsUnspecified
            ? _context.Hosts.Of(seen.At.Segment, seen.Fact.ClientMac, seen.At.TimestampNs) : null;
        if (victim == host)
            victim = null;
        var subject = server.Plan.Wpad;
        if (_context.Incidents.CountRepeat(new(Info.Sid, host.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = host,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = frames,
            Summary = $"The DHCP server {Wording.Pair(server.Source, server.Mac)} gives clients the proxy configuration {url}"
                + (victim is null ? "" : $" ({seen.Fact.ClientMac} among them)") + $": {reason}.",
            RefutedBy = "The server and the URL are the site's own.",
            NextSteps =
            [
                $"Ask the network's owner whether {url} is his; fetch and read it from a safe host.",
                $"Look up {server.Mac} in the switches' MAC tables; shut the port if it is no DHCP server of yours.",
                "See which clients fetched the URL afterwards (rogue-pac-server), and clear their proxy settings.",
                "If it is yours, list it under Trust:DhcpServers or Trust:PacUrls.",
            ],
            Metadata = [new("wpad_url", url), new("server_identifier", server.Identifier.ToString()),
                new("server_mac", server.Mac.ToString())],
        });
    }
}
