using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Proxies;

namespace Sensor.Detection.Detectors;

/// <summary>Clients send their traffic to a proxy that is not the site's.</summary>
public sealed class RogueProxy : ICatalogedDetector, IObserve<ProxyUsed>
{
    private readonly DetectionContext _context;

    private RogueProxy(DetectionContext context)
    {
        _context = context;
        context.Incidents.Recorded += Reconsider;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-proxy",
        Sid = 1401,
        Severity = Severity.Medium,
        Stage = Stage.Proxy,
        Techniques = ["T1090", "T1557"],
        Title = "Clients send their traffic to a proxy that is not the site's",
        Attack = "The aim of the lure: once a client believes the attacker's proxy configuration, every request of its browsers and of "
            + "Windows itself goes to the attacker first, who reads, changes or answers it, and can demand credentials.",
        Seen = "HTTP CONNECT, HTTP requests in absolute form, and SOCKS 4, 4a and 5 on any port. Critical when the proxy's host lured "
            + "clients or served a PAC it should not have; when a PAC from a suspect names it, also by a name that was answered later, or "
            + "a PAC whose URL a suspect gave by DHCP option 252; and when the packets for an honest proxy go to the MAC of a suspect. "
            + "Clients that used it before the suspicion are named then.",
        Benign = "Trusted proxies (Trust:Proxies). A proxy that three clients, or two over ten minutes, used while nothing was known "
            + "against it is the site's own: a rogue PAC that names it too changes nothing. Any other proxy is recorded as low and "
            + "possible, that on a workstation as medium and possible: no alert. A program that asks a server in absolute form for that "
            + "server's own address uses no proxy.",
        Limits = "A transparent proxy is not seen to be one. A proxy over TLS (HTTPS in a PAC) hides what is asked of it. Where the lure "
            + "was not captured and the attacker had three clients before the capture began, he looks like the site's proxy: list "
            + "yours under Trust:Proxies.",
        Verify = "tshark -r FILE -Y 'http.request.method==CONNECT or http.request.uri matches \"^[a-z]+://\" or socks.command' -T fields "
            + "-e frame.number -e ip.src -e ip.dst -e tcp.dstport -e http.request.uri; then see who answered wpad for these clients.",
        Stop = "Cut the proxy's host off. On each client named: clear the proxy settings (netsh winhttp reset proxy, Internet Options), "
            + "end the browsers, turn proxy auto-detection off. Treat passwords that were typed since as known to the attacker.",
        References = ["RFC 9110 section 9.3.6", "RFC 9112 section 3.2.2", "RFC 1928", "MITRE ATT&CK T1090, T1557"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RogueProxy(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<ProxyUsed>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<ProxyUsed> seen)
    {
        ref readonly var at = ref seen.At;
        if (!ProxyTable.IsProxyUse(in seen) || _context.Proxies.Find(at.Segment, at.Destination) is not { } record)
            return;
        var verdict = ProxyJudge.Judge(_context, record, at);
        var client = _context.Hosts.SenderOf(at);
        if (verdict.Suspect is null || verdict.Suspect == client || IsRepeat(record, in verdict, client, at))
            return;
        var target = $"{WireText.Printable(seen.Text(seen.Fact.Host))}:{seen.Fact.Port}";
        Raise(record, in verdict, new ProxyUse(at, seen.Fact.FirstFrameNumber, seen.Fact.Protocol, target, client), at);
    }

    /// <summary>A host became a suspect: those who used its proxy before are its victims too.</summary>
    private void Reconsider(Finding finding)
    {
        if (!finding.Counts || finding.Detector.Stage > Stage.Pac)
            return;
        foreach (var record in _context.Proxies.InOrder())
        {
            var isOwn = _context.Proxies.IsOf(record, finding.Suspect) || _context.Proxies.NamingOf(record) is { } naming
                && (naming.Server == finding.Suspect || naming.Giver == finding.Suspect);
            if (!isOwn)
                continue;
            foreach (var use in record.Uses)
            {
                var verdict = ProxyJudge.Judge(_context, record, use.At);
                if (verdict.IsLured && verdict.Suspect != use.Client && !IsRepeat(record, in verdict, use.Client, finding.At))
                    Raise(record, in verdict, use, finding.At);
            }
        }
    }

    private bool IsRepeat(ProxyRecord record, in ProxyVerdict verdict, Host client, in Sighting at) => _context.Incidents.CountRepeat(
        new(Info.Sid, verdict.Suspect!.Id, client.Id, Judgement.Subject(record.Address)), verdict.Severity, verdict.Confidence, at);

    private void Raise(ProxyRecord record, in ProxyVerdict verdict, ProxyUse use, in Sighting now)
    {
        var proxy = $"{record.Address}:{((int)use.At.DestinationPort).Text()}";
        var own = Judgement.InOrder(new FrameReference(use.At.Origin, use.FirstFrameNumber, use.At.TimestampNs), FrameReference.Of(use.At));
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = verdict.Severity,
            Confidence = verdict.Confidence,
            Suspect = verdict.Suspect!,
            Victim = use.Client,
            Subject = Judgement.Subject(record.Address),
            At = now,
            Frames = Judgement.InOrder([.. verdict.Because, .. own, FrameReference.Of(now)]),
            Summary = $"{use.Client.Shown()} uses {proxy} as a proxy ({ProtocolName(use.Protocol)}, at "
                + $"{PacketClock.Of(use.At.TimestampNs)} for {use.Target}): {verdict.Reason}.",
            RefutedBy = "The proxy is run by the site, and the clients were told to use it.",
            NextSteps = verdict.IsLured
                ?
                [
                    $"Cut {verdict.Suspect!.Shown()} off, and block {proxy}.",
                    $"On {use.Client.Shown()} clear the proxy settings and turn proxy auto-detection off.",
                    "See what passed through: update requests, log-ins, downloads since that time.",
                ]
                :
                [
                    $"Ask who runs {proxy} and whether {use.Client.Shown()} should use it.",
                    "If it is yours: list it under Trust:Proxies.",
                ],
            Metadata = [new("proxy", proxy), new("proxy_protocol", ProtocolName(use.Protocol)), new("proxy_target", use.Target),
                new("proxy_clients", record.Clients.Text())],
        });
    }

    private static string ProtocolName(ProxyProtocol protocol) => protocol switch
    {
        ProxyProtocol.HttpConnect => "HTTP CONNECT",
        ProxyProtocol.HttpAbsolute => "HTTP absolute form",
        ProxyProtocol.Socks4 => "SOCKS 4",
        _ => "SOCKS 5",
    };
}
