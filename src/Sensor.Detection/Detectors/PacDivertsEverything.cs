using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC sends all traffic, or sensitive hosts alone, to a proxy that is not trusted.</summary>
public sealed class PacDivertsEverything : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacDivertsEverything(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-diverts-everything",
        Sid = 1303,
        Severity = Severity.High,
        Stage = Stage.Pac,
        Techniques = ["T1557"],
        Title = "A proxy configuration (PAC) sends everything, or sensitive hosts, to a proxy that is not trusted",
        Attack = "Who is everybody's proxy reads clear text, injects into it, asks for credentials and sees every name behind TLS. Crimeware "
            + "is choosier: its script sends only banks or log-in pages to the attacker and everything else directly, so that nobody notices.",
        Seen = "The script is run in a sandbox for a fixed set of ordinary, internal, bank, sign-in and mail hosts, for hosts the script "
            + "names and for those the client asked for. Told: nine of ten public hosts go to one proxy, or sensitive hosts go to a proxy "
            + "that ordinary ones do not go to. From a host that lured clients it is certain; sensitive hosts apart from direct ordinary "
            + "ones are likely by themselves.",
        Benign = "A company that sends everything through its proxy does just this: from a server nobody was lured to, it is recorded as "
            + "low and possible, and not at all for trusted proxies, servers, URLs and hashes. Several proxies that share the load, and "
            + "exceptions that go directly, single nothing out.",
        Limits = "The set is fixed and public; a script may know it. Hosts that only its code builds up are found when the client asks for "
            + "them. A file that was not seen (TLS, loss) is not run.",
        Verify = "Export the file (tshark -r FILE --export-objects http,DIR) and run `sensor pac FILE --client VICTIM --host HOST` for hosts "
            + "that matter to you.",
        Stop = "Cut the server and the proxy off, drop the cached script on the victims, and change the passwords used through the proxy since.",
        References = ["MITRE ATT&CK T1557", "MITRE ATT&CK T1090", "US-CERT TA16-144A"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacDivertsEverything(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (!PacCase.TryOpen(_context, _judge, in seen, out var found))
            return;
        var table = found.Table;
        if ((table.SingledOut.IsEmpty ? table.Everything : table.SingledOut[0].Proxy) is not { } proxy)
            return;
        // Apart from other proxies is how companies build it too.
        var byItself = !table.SingledOut.IsEmpty && table.OrdinaryIsDirect
            ? (Severity.High, Confidence.Likely) : (Severity.Low, Confidence.Possible);
        var where = found.IsServer(proxy) ? $"{proxy}, the host that served it" : proxy.ToString();
        var what = table.SingledOut.IsEmpty ? "all or nearly all public hosts"
            : string.Join(" and ", table.SingledOut.Select(apart => $"{PacSignText.Of(apart.Kind)} hosts ({PacCase.Some(apart.Hosts)})"));
        found.Raise(
            Info, found.Rate(Info.Severity, byItself),
            $"The proxy configuration {found.Subject} sends {what} to {where}"
                + (table.SingledOut.IsEmpty ? ""
                    : table.OrdinaryIsDirect ? ", while ordinary hosts are reached directly" : ", apart from the rest"),
            "The proxy is the site's own.",
            [
                $"Ask who runs {proxy.Host}; if nobody does, cut it off now.",
                $"Look for requests of {seen.At.Destination} to {proxy.Host} since; what went through it in clear text is known to its owner.",
                "If it is yours: list it under Trust:Proxies.",
            ],
            new KeyValuePair<string, string>("diverted_to", proxy.ToString()));
    }
}
