using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>A host that is not the vendor's answers for an update host.</summary>
public sealed class UpdateFromImpostor : ICatalogedDetector, IObserve<HttpAnswered>, IObserve<TlsAnswered>
{
    private const ushort PeerPort = 7680;

    private readonly DetectionContext _context;
    private readonly UpdateServerJudge _judge;

    private UpdateFromImpostor(DetectionContext context)
    {
        _context = context;
        _judge = context.UpdateServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "update-from-impostor",
        Sid = 1501,
        Severity = Severity.High,
        Stage = Stage.Update,
        Techniques = ["T1557", "T1195.002"],
        Title = "A host that is not the vendor's answers for an update host",
        Attack = "After luring a client to itself (a false name answer, a rogue proxy, a spoofed route) the attacker answers the requests for "
            + "updates and offers programs of his own. Flame did it to Windows Update in 2012, evilgrade does it to dozens of programs.",
        Seen = "An HTTP answer to a request for, or a TLS handshake with, a host of the update catalogue, from an open suspect or from where a suspect "
            + "led the client (critical, certain); from an address on the premises that belongs to a workstation, that DNS did not give the client, "
            + "that another MAC owns, or that was answered by LLMNR or NetBIOS (high, likely). Through a proxy only a suspect counts.",
        Benign = "Windows Update files come over plain HTTP from content networks, Connected Cache, LAN caches and peers on port 7680 by design: for "
            + "such hosts a private address alone says nothing. Captive portals answer with redirects, pages or 127.0.0.1. A private address alone for "
            + "other update hosts is recorded as low and possible. List your caches under Updates:Caches.",
        Limits = "An attacker beyond the router with a public address that DNS gave looks like the vendor; then certificates "
            + "(update-tls-impostor) and signatures (update-payload-untrusted) decide. QUIC is seen only as far as the client's hello.",
        Verify = "tshark -r FILE -Y 'http.response and frame.number==N' -O http; ask a resolver you trust for the name and compare; look whether the "
            + "server is a cache that somebody runs on purpose.",
        Stop = "Cut the suspect off. Check the victims for programs installed since; force updates over TLS with pinned certificates where the product "
            + "can; close the lure that led there.",
        References = ["MITRE ATT&CK T1557", "MITRE ATT&CK T1195.002", "Microsoft: Windows Update security", "evilgrade (github.com/infobyte/evilgrade)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new UpdateFromImpostor(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
        bus.Subscribe<TlsAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var request = new UpdateRequest(seen.Text(fact.Target), seen.Text(fact.Host));
        if (request.Host.IsEmpty || seen.At.SourcePort == PeerPort || _context.Updates.Catalog.FindJudged(request.Host) is not { } product)
            return;
        // What turns the client away delivers nothing: portals do, and caches that lack the file.
        var delivers = fact.Status is >= 200 and < 300 && !IsPage(seen.Text(fact.ContentType));
        if (Judge(in seen.At, request.Host, product, request.IsThroughProxy, delivers) is not { } judged)
            return;
        Raise(in seen.At, request.Host, product, in judged, $"the request for {request.Shown}",
            new FrameReference(seen.At.Origin, fact.RequestFrameNumber, fact.FirstTimestampNs),
            new FrameReference(seen.At.Origin, fact.FirstFrameNumber, fact.FirstTimestampNs));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var name = seen.Text(fact.ServerName);
        if (name.IsEmpty || _context.Updates.Catalog.FindJudged(name) is not { } product)
            return;
        if (Judge(in seen.At, name, product, fact.TunnelExchangeId != 0, delivers: true) is not { } judged)
            return;
        Raise(in seen.At, name, product, in judged, $"the TLS handshake for {WireText.Printable(name)}",
            new FrameReference(seen.At.Origin, fact.AskedFrameNumber, fact.FirstTimestampNs),
            new FrameReference(seen.At.Origin, fact.FirstFrameNumber, fact.FirstTimestampNs));
    }

    private static bool IsPage(ReadOnlySpan<byte> contentType) => contentType.Length >= 9 && Ascii.EqualsIgnoreCase(contentType[..9], "text/html"u8);

    /// <summary>Who is to be accused of what; null when nobody is, or a repeat was counted.</summary>
    private Judged? Judge(in Sighting at, ReadOnlySpan<byte> host, UpdateProduct product, bool isProxy, bool delivers)
    {
        var server = _context.Hosts.SenderOf(at);
        Span<byte> lower = stackalloc byte[256];
        if (_judge.Judge(server, in at, UpdateRequest.Normalize(host, lower), product, isProxy) is not { } verdict)
            return null;
        if (!delivers && verdict.Confidence < Confidence.Certain)
            return null;
        // A proxy on a third machine is the affair of whoever sent the clients there.
        server = verdict.By ?? server;
        var victim = verdict.Confidence >= Confidence.Likely ? _context.Hosts.ReceiverOf(at) : null;
        var subject = ((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(product.Shown)).StableHash();
        if (_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), verdict.Severity, verdict.Confidence, at))
            return null;
        return new Judged(verdict, server, victim, subject);
    }

    private void Raise(
        in Sighting at, ReadOnlySpan<byte> host, UpdateProduct product, in Judged judged, string what, FrameReference asked, FrameReference first)
    {
        var (verdict, name) = (judged.Verdict, WireText.Printable(host));
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = verdict.Severity,
            Confidence = verdict.Confidence,
            Suspect = judged.Server,
            Victim = judged.Victim,
            Subject = judged.Subject,
            At = at,
            Frames = Judgement.InOrder(verdict.Because, asked, first, FrameReference.Of(at)),
            Summary = $"{Wording.Pair(at.Source, at.SourceMac)} answered {what} ({product.Shown}) of {at.Destination}: {verdict.Reason}.",
            Explanation = verdict.Harmless,
            RefutedBy = "The host is a cache, a mirror or a proxy that the site runs on purpose; a trusted resolver gives the same address for the name.",
            NextSteps =
            [
                $"Find out what {at.Source} is; if nobody runs it as a cache, cut it off.",
                $"Look on {at.Destination} for what {product.Product} fetched and installed since.",
            ],
            Metadata = [new("update_host", name), new("update_product", product.Shown)],
        });
    }

    private readonly record struct Judged(UpdateServerVerdict Verdict, Host Server, Host? Victim, ulong Subject);
}
