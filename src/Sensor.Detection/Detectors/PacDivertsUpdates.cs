using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC sends update hosts to a proxy that is not trusted.</summary>
public sealed class PacDivertsUpdates : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacDivertsUpdates(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-diverts-updates",
        Sid = 1302,
        Severity = Severity.Critical,
        Stage = Stage.Pac,
        Techniques = ["T1557", "T1195.002"],
        Title = "A proxy configuration (PAC) sends update traffic to a proxy that is not trusted",
        Attack = "The last step before a forged update: the script makes the update service of the client ask the attacker's proxy. Flame "
            + "did it to Windows Update in 2012; today many programs still fetch updates in clear text or accept what is signed badly.",
        Seen = "The script is run in a sandbox for every host of the update catalogue, as the fetching client and at packet time; the first "
            + "entry of an answer counts, and the answer of FindProxyForURLEx too, which Windows services prefer. From a host that lured "
            + "clients it is certain and critical. Updates sent to a proxy while ordinary hosts are reached directly are likely by "
            + "themselves: that is the shape of Flame's file.",
        Benign = "A company's proxy for everything carries updates too: from a server nobody was lured to, that is recorded as low and "
            + "possible, and not at all for trusted proxies, servers, URLs and hashes; where Trust:Proxies lists any, a trusted server may name no "
            + "other. DIRECT, and dead ends on the client itself "
            + "(127.0.0.1), divert nothing. A cache for updates alone looks like the attack: put it under Trust:Proxies.",
        Limits = "Names resolve to what the capture showed, else to one fixed address; a script that asks for the answers of real DNS may "
            + "decide otherwise. A file that was not seen (TLS, loss) is not run. See pac-hostile for files that refuse to end.",
        Verify = "Export the file (tshark -r FILE --export-objects http,DIR) and run `sensor pac FILE --client VICTIM`: the section "
            + "\"update\" of the table shows each host. Then look for the victim's traffic to that proxy.",
        Stop = "Cut the server and the proxy off. Drop the cached script on the victims (restart the WinHTTP auto-proxy service) and check "
            + "what they installed since; see the payload detectors. Turn off proxy auto-detection for the computer account, not only for "
            + "users.",
        References = ["MITRE ATT&CK T1557", "MITRE ATT&CK T1195.002", "Microsoft Security Advisory 2718704"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacDivertsUpdates(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (!PacCase.TryOpen(_context, _judge, in seen, out var found, orForeignProxies: true) || found.Table.UpdateProxy is not { } proxy)
            return;
        var table = found.Table;
        var isApart = !table.UpdatesApart.IsEmpty;
        // Apart from other proxies is how companies build it too.
        var byItself = isApart && table.OrdinaryIsDirect ? (Severity.High, Confidence.Likely) : (Severity.Low, Confidence.Possible);
        var hosts = (isApart ? table.UpdatesApart : table.DivertedUpdates).Select(decision => decision.Probe.Host);
        var where = found.IsServer(proxy) ? $"{proxy}, the host that served it" : proxy.ToString();
        found.Raise(
            Info, found.Rate(Info.Severity, byItself),
            $"The proxy configuration {found.Subject} sends updates ({PacCase.Some(hosts)}) to {where}"
                + (isApart ? table.OrdinaryIsDirect ? ", while ordinary hosts are reached directly" : ", apart from the rest" : ""),
            "The proxy is the site's own, and its owner knows that updates go through it.",
            [
                $"Ask who runs {proxy.Host}; if nobody does, cut it off now.",
                $"Look for requests of {seen.At.Destination} to {proxy.Host} since, and for programs they delivered.",
                "If it is yours: list it under Trust:Proxies.",
            ],
            new("update_proxy", proxy.ToString()),
            new("update_hosts", PacCase.Some(hosts)));
    }
}
