using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A host that is not trusted serves a PAC.</summary>
public sealed class RoguePacServer : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private RoguePacServer(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "rogue-pac-server",
        Sid = 1301,
        Severity = Severity.High,
        Stage = Stage.Pac,
        Techniques = ["T1557"],
        Title = "A host that is not trusted serves a proxy configuration (PAC)",
        Attack = "Who controls the PAC file controls where a browser, the update service and every WinHTTP program send their "
            + "requests. After luring a client by a false name answer, a rogue DHCP option 252 or a spoofed route, the attacker "
            + "serves a small script that sends all or chosen traffic through his own proxy.",
        Seen = "An HTTP answer with success whose body defines FindProxyForURL or FindProxyForURLEx, whatever its path, port or "
            + "content type; or any program about proxies where the path (/wpad.dat, *.pac), the Host header (wpad) or the content "
            + "type (application/x-ns-proxy-autoconfig) announce a PAC. What is known about the host decides: an open incident about "
            + "it, or about who named it, makes it certain and critical; an answer on the local link that led there, a workstation "
            + "that got its address by DHCP, an answer from another MAC than the owner's, or a bare wpad.<top-level domain> on the "
            + "internet make it likely.",
        Benign = "The site's own PAC server: put its address under Trust:WpadHosts, its URL under Trust:PacUrls, or pin the file's "
            + "SHA-256. Address and URL are trusted only as long as nobody lured the client there: not where a suspect named the server, or "
            + "another MAC bears its address. Without a trust list a server that nobody lured clients to is recorded as low and possible, "
            + "not alerted. 404 answers, redirects and the HTML of captive portals are no PAC. A web page or script library that merely mentions "
            + "FindProxyForURL is no PAC.",
        Limits = "A PAC over HTTPS or QUIC, from a file share or set by policy is not seen. A body over 1 MiB is judged by its first "
            + "MiB. With packet loss inside the body the file may be missed. The script is read, not run: see pac-diverts-updates "
            + "for what it does.",
        Verify = "tshark -r FILE -Y 'http.response and frame.number==N' -O http shows the file; tshark -r FILE -Y 'http.request.uri "
            + "contains \"wpad.dat\" or http.request.uri contains \".pac\"' shows who fetched it. Follow the client's name question "
            + "just before: tshark -r FILE -Y 'nbns or llmnr or mdns or dns.qry.name contains \"wpad\"'. Ask who runs the server; "
            + "look at the proxies named.",
        Stop = "Take the host off the network at its switch port. On the victims: turn off 'automatically detect settings', set "
            + "DisableWpad=1, restart the WinHTTP auto-proxy service to drop the cached script, then change passwords used since. "
            + "Point the name wpad in your own DNS zones at your own server or nowhere, keep the DNS global query block list on, and "
            + "disable LLMNR, NetBIOS and mDNS resolution.",
        References = ["MITRE ATT&CK T1557", "US-CERT TA16-144A", "MS16-077", "draft-ietf-wrec-wpad-01"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new RoguePacServer(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Body.IsEmpty)
            return;
        var exchange = new PacExchange(in seen);
        if (!exchange.ServesPac)
            return;
        var content = PacFingerprint.Of(exchange.Body);
        if (_judge.IsTrusted(in exchange, content))
            return;
        var server = _context.Hosts.SenderOf(seen.At);
        var verdict = _judge.Judge(server, in exchange);
        if (!exchange.IsAnnounced && verdict.Confidence == Confidence.Possible)
            return;
        var severity = verdict.Lured && verdict.Confidence == Confidence.Certain ? Severity.Critical
            : verdict.Confidence >= Confidence.Likely ? Severity.High : Severity.Low;
        var victim = _context.Hosts.ReceiverOf(seen.At);
        var subject = content.WithoutBlanks;
        if (!_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), severity, verdict.Confidence, seen.At))
            _context.Incidents.Raise(Compose(
                in exchange, server, victim, verdict, severity, content,
                _context.Pacs.Current?.Proxies(exchange.Body) ?? PacProxies.In(exchange.Body)));
    }

    private static Finding Compose(
        in PacExchange exchange, Host server, Host? victim, in PacServerVerdict verdict, Severity severity, in PacFingerprint content,
        ImmutableArray<PacProxy> proxies)
    {
        var sends = proxies.IsEmpty ? "" : $", which names {string.Join("; ", proxies.Take(3))},";
        var named = proxies.IsEmpty ? "the proxies named in it" : string.Join(", ", proxies.Take(3));
        return new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = verdict.Confidence,
            Suspect = server,
            Victim = victim,
            Subject = content.WithoutBlanks,
            At = exchange.At,
            Frames = Judgement.InOrder([verdict.Because, .. exchange.Frames]),
            Summary = $"{Wording.Pair(exchange.At.Source, exchange.At.SourceMac)} served the proxy configuration {exchange.Url}{sends} to "
                + $"{exchange.At.Destination}: {verdict.Reason}.",
            RefutedBy = "The address is the site's own WPAD host, or the file's SHA-256 is that of the PAC the site publishes.",
            NextSteps =
            [
                $"Read the file (SHA-256 {content.Sha256}) and ask who runs {exchange.At.Source}.",
                $"Look for traffic of {exchange.At.Destination} to {named} since.",
                "If nobody claims it: cut the server off, then clear the proxy settings of every client that fetched the file.",
                "If it is yours: add the address to Trust:WpadHosts or the hash to Trust:PacHashes.",
            ],
            Metadata =
            [
                new("pac_url", exchange.Url),
                new("pac_sha256", content.Sha256),
                new("pac_proxies", string.Join("; ", proxies)),
            ],
        };
    }
}
