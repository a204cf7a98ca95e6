using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>NetBIOS answers that come in from outside the home networks (BadTunnel).</summary>
public sealed class NbnsOffLink : ICatalogedDetector, IObserve<NameAnswered>
{
    private const ushort TypeNodeStatus = 0x21;

    private readonly DetectionContext _context;

    private NbnsOffLink(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "nbns-off-link",
        Sid = 1108,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.001"],
        Title = "A NetBIOS name answer came from outside the home networks",
        Attack =
            "A link in a mail or page makes Windows send a NetBIOS status request to a host on the Internet. That opens UDP 137 through the " +
            "firewall in both directions, and since Windows takes any answer with the right transaction id, which it counts up, the outsider can " +
            "answer the victim's own broadcast question for WPAD (BadTunnel, 2016).",
        Seen =
            "A NetBIOS name answer or node status response whose source is outside the home networks and whose destination is inside. Name " +
            "answers are told as high and likely, for WPAD or unasked ones as certain; a node status answer that somebody inside asked for is possible.",
        Benign =
            "WINS across sites stays inside the home networks: list public address space of your own under Trust:HomeNetworks. Negative answers are ignored. " +
            "Network managers that query status of outside hosts cause the possible finding only.",
        Limits = "Needs a sensor where the outside traffic passes. Home networks are private address space unless configured.",
        Verify = "tshark -r FILE -Y 'udp.port == 137 && nbns.flags.response == 1 && !(ip.src == 10.0.0.0/8 || ip.src == 172.16.0.0/12 || ip.src == 192.168.0.0/16)'",
        Stop =
            "Block UDP 137 and 138 and TCP 139 and 445 at the border in both directions, install MS16-077, disable NetBIOS over TCP/IP on clients, " +
            "and look for what made the victim contact the outsider (a file: or UNC link in a mail or document).",
        References = ["MS16-077 (KB3165191)", "CVE-2016-3213", "CVE-2016-3299", "RFC 1002 sections 4.2.13, 4.2.18"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new NbnsOffLink(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this, NameTopics.Nbns);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.IsWait || fact.ResponseCode != 0 || !CrossesInward(in seen.At))
            return;
        var isStatus = fact.Type == TypeNodeStatus;
        if (!isStatus && fact.IsNegative)
            return;
        ref readonly var paired = ref _context.Questions.Current;
        var isWpad = fact.IsWpad;
        var confidence = isStatus && paired.HasQuestion ? Confidence.Possible
            : isWpad || (!isStatus && !paired.HasQuestion) ? Confidence.Certain
            : Confidence.Likely;
        var suspect = _context.Hosts.Of(seen.At.Segment, seen.At.Source, seen.At.TimestampNs);
        var victim = _context.Hosts.ReceiverOf(in seen.At);
        var key = new FindingKey(Info.Sid, suspect.Id, victim?.Id ?? 0, fact.NameHash);
        if (!_context.Incidents.CountRepeat(in key, Info.Severity, confidence, in seen.At))
            _context.Incidents.Raise(Compose(in seen, suspect, victim, confidence, isStatus));
    }

    // A site on public addresses answers itself: neighbours are no outsiders. Tunnels between sites end inside.
    private bool CrossesInward(ref readonly Sighting at) =>
        !_context.Trust.IsHome(at.Source) && _context.Trust.IsHome(at.Destination) && !at.Source.IsUnspecified && !at.InTunnel
        && !_context.Trust.IsWinsServer(_context.VlanOf(at.Segment), at.Source);

    private Finding Compose(in Observed<NameAnswered> seen, Host suspect, Host? victim, Confidence confidence, bool isStatus)
    {
        ref readonly var paired = ref _context.Questions.Current;
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var what = isStatus ? "a NetBIOS status response" : $"a NetBIOS answer for \"{name}\"";
        var asked = paired.HasQuestion ? "" : " that nobody was seen to ask for";
        return new Finding
        {
            Detector = Info,
            Severity = Info.Severity,
            Confidence = confidence,
            Suspect = suspect,
            Victim = victim,
            Subject = seen.Fact.NameHash,
            At = seen.At,
            Frames = PairedFrames.Of(in paired, in seen.At),
            Summary = $"{suspect}, outside the home networks, sent {what}{asked} to {seen.At.Destination}.",
            RefutedBy = $"{suspect} is one of your own hosts: list its network under Trust:HomeNetworks or the server under Trust:WinsServers.",
            NextSteps =
            [
                "Block UDP 137 at the border, both directions.",
                $"On {seen.At.Destination} find what contacted {seen.At.Source} (mail, document or page with a UNC link) before {PacketClock.Of(seen.At.TimestampNs)}.",
                $"Look for a request for /wpad.dat from {seen.At.Destination} afterwards.",
            ],
            Metadata = [new("name", name), new("answer", First(seen.Addresses(seen.Fact.Addresses)))],
        };
    }

    private static string First(ReadOnlySpan<IpAddress> addresses) => addresses.IsEmpty ? "" : addresses[0].ToString();
}
