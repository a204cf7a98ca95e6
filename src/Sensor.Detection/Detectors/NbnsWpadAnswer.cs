using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>A positive NetBIOS answer for WPAD by a host that is not trusted.</summary>
public sealed class NbnsWpadAnswer : ICatalogedDetector
{
    private readonly LocalWpadAnswer _judge;

    private NbnsWpadAnswer(DetectionContext context) => _judge = new LocalWpadAnswer(context, Info, NameProtocol.Nbns, "NetBIOS");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "nbns-wpad-answer",
        Sid = 1101,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.001"],
        Title = "A host answered for WPAD over NetBIOS",
        Attack =
            "Windows and other clients that look for a proxy by themselves broadcast the NetBIOS name WPAD when DNS does not know it. Whoever " +
            "answers first becomes the place the client fetches its proxy configuration from, and with it the man in the middle of its web and " +
            "update traffic. Flame spread this way in 2012; Responder and its kin still use it to collect logins.",
        Seen =
            "A positive name query response on UDP 137 for WPAD with any suffix byte, paired by transaction id with the broadcast question. " +
            "No particular tool, flag or lifetime is required.",
        Benign =
            "Negative responses and wait acknowledgements are ignored. A WINS server or a proxy server that is really called WPAD is quiet once " +
            "listed under Trust:WinsServers or Trust:WpadHosts. A computer somebody named \"WPAD\" is told as an attack, because it works as one.",
        Limits =
            "Answers are unicast: a sensor on an ordinary access port sees the questions but not the answers; use a mirror port. Networks that " +
            "block NetBIOS show nothing here and lose nothing.",
        Verify =
            "tshark -r FILE -Y 'nbns.name contains \"WPAD\" && nbns.flags.response == 1 && nbns.flags.rcode == 0' shows the answers; " +
            "`ip.src` and `eth.src` of the answer are the suspect. Ask from a spare machine with `nbtscan` or `nmblookup WPAD`: nobody should answer.",
        Stop =
            "Take the answering machine off the network by its MAC (switch port, 802.1X). Then close the hole: disable NetBIOS over TCP/IP " +
            "(DHCP option 43 vendor option 1 = 2, or NetbiosOptions=2 under HKLM\\SYSTEM\\CurrentControlSet\\Services\\NetBT\\Parameters\\Interfaces\\Tcpip_*), " +
            "disable WPAD (DisableWpad=1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\WinHttp), install MS16-077, " +
            "and reserve the names WPAD and \"WPAD.\" in WINS where WINS is in use.",
        References = ["RFC 1001", "RFC 1002 section 4.2.13", "MS16-077 (KB3165191)", "KB934864", "CVE-2016-3213", "US-CERT TA16-144A"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new NbnsWpadAnswer(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _judge.Subscribe(bus);
}
