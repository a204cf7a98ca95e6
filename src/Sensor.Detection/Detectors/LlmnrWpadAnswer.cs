using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>An LLMNR answer for `wpad` by a host that is not trusted.</summary>
public sealed class LlmnrWpadAnswer : ICatalogedDetector
{
    private readonly LocalWpadAnswer _judge;

    private LlmnrWpadAnswer(DetectionContext context) => _judge = new LocalWpadAnswer(context, Info, NameProtocol.Llmnr, "LLMNR");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "llmnr-wpad-answer",
        Sid = 1102,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.001"],
        Title = "A host answered for wpad over LLMNR",
        Attack =
            "A Windows client whose DNS does not know `wpad` asks the whole link by LLMNR, over IPv4 and IPv6. Any host on the link can answer; " +
            "the client then fetches http://wpad/wpad.dat from it and sends its web traffic, and often a login, through the proxy named there.",
        Seen =
            "A response on port 5355 (UDP or TCP, IPv4 or IPv6, A or AAAA) for `wpad` or `wpad.<anything>`, paired with the multicast question " +
            "by id and asker. Case, compression, lifetime and flags do not matter.",
        Benign =
            "Empty and negative responses are ignored. A proxy server that is meant to answer is quiet once listed under Trust:WpadHosts. " +
            "A host answering for its own name, whatever it is called except wpad, is not looked at here.",
        Limits =
            "Answers are unicast: a mirror port is needed to see them. Without one only the questions are seen; they are in the exposure inventory.",
        Verify =
            "tshark -r FILE -Y 'udp.port == 5355 && dns.flags.response == 1 && dns.qry.name contains \"wpad\"' shows the answers; eth.src is the " +
            "suspect's card even where it forges its address. Send a question for a random name on the link: if the same host answers that too, it is a poisoner.",
        Stop =
            "Take the answering machine off the network by its MAC. Then turn LLMNR off by Group Policy (Computer Configuration, Administrative " +
            "Templates, Network, DNS Client, \"Turn off multicast name resolution\" = Enabled; registry EnableMulticast=0 under " +
            "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient) and WPAD off (DisableWpad=1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\" +
            "CurrentVersion\\Internet Settings\\WinHttp). Client isolation or private VLANs keep clients from answering each other.",
        References = ["RFC 4795", "MS-LLMNRP", "MS16-077 (KB3165191)", "CVE-2016-3236", "US-CERT TA16-144A"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new LlmnrWpadAnswer(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _judge.Subscribe(bus);
}
