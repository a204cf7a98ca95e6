using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Proxies;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>A proxy sends update requests elsewhere, or out of TLS.</summary>
public sealed class ProxyRewrites : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;

    private ProxyRewrites(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "proxy-rewrites",
        Sid = 1405,
        Severity = Severity.High,
        Stage = Stage.Update,
        Techniques = ["T1557"],
        Title = "A proxy sends update requests elsewhere, or out of TLS",
        Attack = "The proxy need not forge an update itself: it answers the request with a redirect to a program of its own, or offers a "
            + "host that serves over TLS only as plain http, where everything can be changed.",
        Seen = "An answer through a proxy (to CONNECT or absolute form), or by a suspect, to a request for an update host: status 3xx to "
            + "a host outside the vendors' domains, or to plain http of a host that serves over TLS only; and a request in absolute form "
            + "in the clear for such a host that the proxy answers. Certain through a suspect's proxy; likely when what is redirected to "
            + "is a program, or CONNECT is answered with a redirect to http.",
        Benign = "Redirects among the vendors' own hosts and delivery networks. A block page of a proxy nobody suspects (a redirect to no "
            + "program) is recorded as medium and possible, of a proxy of several clients as low; a captive portal that redirects without "
            + "being a proxy is not counted; trusted proxies are quiet.",
        Limits = "What happens inside TLS is not seen. Links rewritten inside pages are not looked for, only redirects. The vendors' "
            + "domains are built in.",
        Verify = "tshark -r FILE -Y 'http.response.code>=300 and http.response.code<400' -T fields -e frame.number -e ip.src -e "
            + "http.response_for.uri -e http.location",
        Stop = "Cut the proxy off. Find out whether the client fetched and started what it was redirected to. Update it over a clean way.",
        References = ["MITRE ATT&CK T1557", "RFC 9110 section 15.4"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new ProxyRewrites(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<HttpAnswered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        var isRedirect = seen.Fact.Status is >= 300 and < 400 && !seen.Fact.Location.IsEmpty;
        var isAnswer = seen.Fact.Status is >= 200 and < 300;
        if ((!isRedirect && !isAnswer) || seen.Fact.Target.IsEmpty)
            return;
        var request = Request.Of(seen.Text(seen.Fact.Target), seen.Text(seen.Fact.Host));
        if (request.Host.IsEmpty || _context.Updates.Catalog.FindJudged(request.Host) is not { } product)
            return;
        var rewriting = isRedirect ? Redirected(in request, product, seen.Text(seen.Fact.Location)) : Rewriting.None;
        if (isAnswer && request is { IsAbsolute: true, IsClear: true } && UpdateRedirects.IsTlsOnly(request.Host))
            rewriting = Rewriting.AskedInTheClear;
        if (rewriting != Rewriting.None)
            Judge(in seen, in request, rewriting);
    }

    private Rewriting Redirected(in Request request, UpdateProduct product, ReadOnlySpan<byte> location)
    {
        if (!RequestTarget.TryReadAbsolute(location, out var target))
            return Rewriting.None;
        var isClear = location.Length > 5 && Ascii.EqualsIgnoreCase(location[..5], "http:"u8);
        if (isClear && (request.IsConnect || UpdateRedirects.IsTlsOnly(target.Host)))
            return Rewriting.OutOfTls;
        if (UpdateRedirects.StaysWithVendor(target.Host, request.Host) || _context.Updates.Catalog.Find(target.Host)?.Vendor == product.Vendor)
            return Rewriting.None;
        return UpdateRedirects.IsProgram(location) ? Rewriting.ToProgram : Rewriting.Elsewhere;
    }

    private void Judge(in Observed<HttpAnswered> seen, in Request request, Rewriting rewriting)
    {
        var asked = ProxyAsksCredentials.ClientsView(seen.At);
        var record = _context.Proxies.Find(asked.Segment, asked.Destination);
        var suspicion = record is not null ? _context.Proxies.Behind(record) : null;
        suspicion ??= _context.Proxies.InTheMiddle(asked) ?? Suspicion.Of(_context.Incidents, _context.Hosts.SenderOf(seen.At), Stage.Pac);
        if (suspicion is null && (!request.IsProxied || _context.Trust.IsProxy(_context.VlanOf(seen.At.Segment), seen.At.Source)))
            return;
        var isStrong = rewriting is Rewriting.ToProgram or Rewriting.OutOfTls;
        var (severity, confidence) = suspicion is { } known ? (Severity.High, known.Confidence)
            : isStrong ? (Severity.High, Confidence.Likely)
            : (record is { IsEstablished: true } ? Severity.Low : Severity.Medium, Confidence.Possible);
        Raise(in seen, in request, rewriting, suspicion, severity, confidence);
    }

    private void Raise(
        in Observed<HttpAnswered> seen, in Request request, Rewriting rewriting, Suspicion? suspicion, Severity severity,
        Confidence confidence)
    {
        var suspect = suspicion?.Host ?? _context.Hosts.SenderOf(seen.At);
        var victim = _context.Hosts.ReceiverOf(seen.At);
        var subject = request.Host.StableHash() ^ (ulong)rewriting;
        if (_context.Incidents.CountRepeat(new(Info.Sid, suspect.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            return;
        var host = WireText.Printable(request.Host);
        var location = WireText.Printable(seen.Text(seen.Fact.Location));
        var what = rewriting switch
        {
            Rewriting.AskedInTheClear => $"answered a request in the clear for {host}, which serves over TLS only",
            Rewriting.OutOfTls => $"sent the client from {host} out of TLS to {location}",
            _ => $"redirected the update request for {host} to {location}, outside the vendor's hosts",
        };
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = Judgement.InOrder(
            [
                suspicion?.Frame ?? default, new FrameReference(seen.At.Origin, seen.Fact.RequestFrameNumber, seen.Fact.FirstTimestampNs),
                new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.Fact.FirstTimestampNs), FrameReference.Of(seen.At),
            ]),
            Summary = $"{(request.IsProxied ? "The proxy " : "")}{Wording.Pair(seen.At.Source, seen.At.SourceMac)} {what}; "
                + $"the client is {seen.At.Destination}.",
            RefutedBy = "The site's proxy redirects updates on purpose, to a block page or to an update server of the site.",
            NextSteps =
            [
                $"See whether {seen.At.Destination} followed the redirect and what it got.",
                $"Ask who runs {seen.At.Source}; if it is yours, list it under Trust:Proxies.",
            ],
            Metadata = [new("update_host", host), new("redirected_to", location)],
        });
    }

    /// <summary>What the answer does to the request.</summary>
    private enum Rewriting : byte
    {
        None,
        Elsewhere,
        ToProgram,
        OutOfTls,
        AskedInTheClear,
    }

    /// <summary>The host that was asked for, and how.</summary>
    private readonly ref struct Request
    {
        public ReadOnlySpan<byte> Host { get; private init; }

        public bool IsConnect { get; private init; }

        public bool IsAbsolute { get; private init; }

        public bool IsClear { get; private init; }

        public bool IsProxied => IsConnect || IsAbsolute;

        public static Request Of(ReadOnlySpan<byte> target, ReadOnlySpan<byte> host)
        {
            if (RequestTarget.TryReadAbsolute(target, out var absolute))
                return new Request { Host = absolute.Host, IsAbsolute = true, IsClear = Ascii.EqualsIgnoreCase(target[..5], "http:"u8) };
            if (target[0] != '/')
            {
                return RequestTarget.TryReadAuthority(target, 443, out var authority)
                    ? new Request { Host = authority.Host, IsConnect = true } : default;
            }
            return RequestTarget.TryReadAuthority(host, 80, out var origin) ? new Request { Host = origin.Host, IsClear = true } : default;
        }
    }
}
