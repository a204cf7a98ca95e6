using Sensor.Core.Observations;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>`wpad` questions that leave the organisation: asked of a public resolver, or devolved up to a public suffix.</summary>
public sealed class WpadNameLeak : ICatalogedDetector, IObserve<NameAsked>
{
    private readonly DetectionContext _context;

    private WpadNameLeak(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "wpad-name-leak",
        Sid = 1109,
        Severity = Severity.Low,
        Stage = Stage.Exposure,
        Techniques = ["T1590"],
        Title = "A question for wpad left the organisation",
        Attack =
            "Domains such as wpad.com or wpad.<new top-level domain> can be bought. A client that asks for them, because its suffix is not its " +
            "organisation's or because it strips labels until something answers, fetches its proxy configuration from a stranger, wherever it is.",
        Seen =
            "A DNS question for wpad.<something> to a resolver outside the home networks, unless the name lies under a domain DHCP handed out " +
            "here; and a question for wpad directly under a public suffix (wpad.com, wpad.co.uk), whoever is asked.",
        Benign =
            "Names under the domains of DHCP options 15 and 119, and all other names asked of resolvers inside the home networks, are quiet. " +
            "A laptop that searches its company's domain while abroad does leak the name: that is exposure, not an attack.",
        Limits = "Encrypted DNS and VPN tunnels are not seen. Second-level registries are known for the common cases only.",
        Verify = "tshark -r FILE -Y 'dns.flags.response == 0 && dns.qry.name matches \"^wpad\"' -T fields -e ip.src -e ip.dst -e dns.qry.name | sort | uniq -c",
        Stop =
            "Give clients a full primary DNS suffix and turn devolution off (Group Policy: Computer Configuration, Administrative Templates, " +
            "Network, DNS Client, \"Primary DNS suffix devolution\" = Disabled). Turn auto-discovery off (DisableWpad=1 under HKLM\\SOFTWARE\\Microsoft\\" +
            "Windows\\CurrentVersion\\Internet Settings\\WinHttp), and answer NXDOMAIN for wpad.* on your resolvers and firewalls.",
        References = ["US-CERT TA16-144A", "Chen et al., MitM Attack by Name Collision, IEEE S&P 2016", "CVE-2009-0093"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new WpadNameLeak(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this, NameTopics.Wpad & NameTopics.Dns);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAsked> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var name = seen.Text(fact.Name);
        var suffix = name.Length > 5 ? name[5..] : default;
        var isDevolved = PublicSuffixes.Contains(suffix);
        var isOutside = !_context.Trust.IsHome(seen.At.Destination)
            && !_context.Trust.IsResolver(_context.VlanOf(seen.At.Segment), seen.At.Destination);
        if (!isDevolved && (!isOutside || _context.Leases.Of(seen.At.Segment).IsUnderDomain(name)
            || _context.Trust.IsUnderOwnDomain(_context.VlanOf(seen.At.Segment), name)))
            return;
        var host = _context.Hosts.SenderOf(in seen.At);
        var key = new FindingKey(Info.Sid, host.Id, 0, fact.NameHash);
        if (!_context.Incidents.CountRepeat(in key, Info.Severity, Confidence.Likely, in seen.At))
            _context.Incidents.Raise(Compose(in seen, host, isDevolved));
    }

    private static Finding Compose(in Observed<NameAsked> seen, Host host, bool isDevolved)
    {
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var why = isDevolved
            ? "a name directly under a public suffix, which anybody may own"
            : $"of a resolver outside the home networks ({seen.At.Destination})";
        return new Finding
        {
            Detector = Info,
            Severity = Info.Severity,
            Confidence = Confidence.Likely,
            Suspect = host,
            Subject = seen.Fact.NameHash,
            At = seen.At,
            Frames = [FrameReference.Of(in seen.At)],
            Summary = $"{host} asked for \"{name}\", {why}.",
            RefutedBy = "The domain is yours and its public DNS is under your control.",
            NextSteps =
            [
                "Check whether the name exists in public DNS and who owns it.",
                $"Turn off proxy auto-discovery or fix the DNS suffix on {host}.",
            ],
            Metadata = [new("name", name), new("resolver", seen.At.Destination.ToString())],
        };
    }
}
