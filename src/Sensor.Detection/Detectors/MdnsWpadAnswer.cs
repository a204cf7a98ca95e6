using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>An mDNS answer for wpad.local by a host that is not trusted.</summary>
public sealed class MdnsWpadAnswer : ICatalogedDetector
{
    private readonly LocalWpadAnswer _judge;

    private MdnsWpadAnswer(DetectionContext context) => _judge = new LocalWpadAnswer(context, Info, NameProtocol.Mdns, "mDNS");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "mdns-wpad-answer",
        Sid = 1103,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.001"],
        Title = "A host answered for wpad.local over mDNS",
        Attack =
            "Clients that look for a proxy by themselves also ask for wpad.local by multicast DNS (Apple, Linux with Avahi, Windows 10 and later). " +
            "Any host on the link can answer and so decide which proxy configuration the client gets.",
        Seen =
            "An mDNS answer for wpad.local (or another name whose first label is wpad), multicast, to a question that wants unicast, or to a " +
            "legacy question from another port; paired with the question by name, type and asker, because mDNS has no ids.",
        Benign =
            "Goodbyes (lifetime 0) and negative answers are ignored. A proxy server that announces itself as wpad is quiet once listed under " +
            "Trust:WpadHosts. Reflectors repeat what others say: the host they repeat is then the one to look for.",
        Limits =
            "Multicast answers are seen on any port of the link, unicast answers on a mirror port only. A reflector hides which link the answer came from.",
        Verify =
            "tshark -r FILE -Y 'udp.port == 5353 && dns.flags.response == 1 && dns.resp.name contains \"wpad\"'. From a spare machine: " +
            "`avahi-resolve -n wpad.local` or `dns-sd -G v4 wpad.local` should find nothing.",
        Stop =
            "Take the answering machine off the network by its MAC. Turn off proxy auto-discovery on clients (macOS: System Settings, Network, " +
            "Proxies, Auto Proxy Discovery; Windows: DisableWpad=1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\WinHttp). " +
            "Windows clients need no mDNS: EnableMDNS=0 under HKLM\\SYSTEM\\CurrentControlSet\\Services\\Dnscache\\Parameters. On Wi-Fi use client isolation.",
        References = ["RFC 6762 sections 5.4, 6, 6.7, 10.2", "US-CERT TA16-144A"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new MdnsWpadAnswer(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => _judge.Subscribe(bus);
}
