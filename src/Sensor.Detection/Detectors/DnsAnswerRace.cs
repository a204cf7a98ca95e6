using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Detectors;

/// <summary>Two answers to one question that contradict each other.</summary>
public sealed class DnsAnswerRace : ICatalogedDetector, IObserve<NameAnswered>
{
    private const byte ServerFailure = 2, Refused = 5, FormatError = 1, NotImplemented = 4;
    private const ushort TypeA = 1, TypeAaaa = 28;

    // Copies of one packet differ by the routers between two mirror ports; senders differ by where they stand.
    private const int TtlSlack = 2;

    private readonly DetectionContext _context;

    private DnsAnswerRace(DetectionContext context) => _context = context;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "dns-answer-race",
        Sid = 1105,
        Severity = Severity.Medium,
        Stage = Stage.Lure,
        Techniques = ["T1557"],
        Title = "Two contradicting answers to one name question",
        Attack =
            "An attacker who can see a question, but not stop it, answers faster than the real server and in its name. The client takes the first " +
            "answer; the real one arrives a moment later and is dropped. Both are on the wire.",
        Seen =
            "Two answers with different content to the same question (same id, name, type, asker and server). For DNS both claim to come from the " +
            "same server; they are told apart by Ethernet source, TTL, private against public address, and by there being more answers than " +
            "questions. For LLMNR, NetBIOS and mDNS two hosts give different addresses for a name that only one can own. High for wpad and for " +
            "update hosts.",
        Benign =
            "The same set in another order, identical copies (a SPAN that shows frames twice), a resolver that gives another subset after a " +
            "retransmission, failures followed by success, questions to two resolvers at once, a forwarder's own question to its upstream, and " +
            "NetBIOS group names are all told apart and stay quiet or possible.",
        Limits =
            "The real answer must be visible too: an attacker who also stops it (ARP spoofing, a rogue resolver) causes no race. DNS over TCP, TLS or HTTPS is not raced.",
        Verify =
            "tshark -r FILE -Y 'dns.id == ID && udp.port == PORT' -T fields -e frame.number -e eth.src -e ip.src -e ip.ttl -e ip.id -e dns.a: compare " +
            "eth.src, ip.ttl and ip.id of the two answers with other packets of the same server.",
        Stop =
            "Isolate the machine behind the odd answer (Ethernet source, switch port). Use DNSSEC validation, DNS over TLS to the resolver, or DNS " +
            "cookies (RFC 7873); turn off LLMNR and NetBIOS; use dynamic ARP inspection so that nobody gets to see the question.",
        References = ["RFC 5452", "RFC 4795 section 4.1", "RFC 6762 section 9", "RFC 7873"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new DnsAnswerRace(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var paired = ref _context.Questions.Current;
        if (paired.Ordinal < 2 || !paired.DiffersFromEarlier || IsIncomplete(in seen.Fact, in paired))
            return;
        var verdict = seen.Fact.Protocol == NameProtocol.Dns ? JudgeDns(in seen, in paired) : JudgeLink(in seen, in paired);
        if (verdict is { } judged)
            Tell(in seen, in paired, judged);
    }

    // Failures come before successes when a resolver tries twice; a truncated answer is asked again by TCP.
    private static bool IsIncomplete(ref readonly NameAnswered fact, in PairedAnswer paired) =>
        fact.Truncated || fact.IsWait || Fails(fact.ResponseCode) || Fails(paired.FirstResponseCode)
        || fact.Type is not (TypeA or TypeAaaa or 255 or 0x20 or 65);

    private static bool Fails(byte responseCode) => responseCode is ServerFailure or Refused or FormatError or NotImplemented;

    private Judged? JudgeDns(in Observed<NameAnswered> seen, in PairedAnswer paired)
    {
        ref readonly var at = ref seen.At;
        if (at.Protocol == 6)
            return null;
        var addresses = seen.Addresses(seen.Fact.Addresses);
        var here = addresses.IsEmpty ? IpAddress.None : addresses[0];
        var there = paired.FirstAnswerAddress;
        var isOtherCard = !at.SourceMac.IsNone && at.SourceMac != paired.FirstAnswer.SourceMac && !AreBothRouters(in at, paired.FirstAnswer.SourceMac);
        var isOtherDistance = Math.Abs(at.Ttl - paired.FirstAnswer.Ttl) > TtlSlack;
        var isAskedAgain = paired.TimesAsked >= paired.Distinct;
        var isFlip = !here.IsUnspecified && !there.IsUnspecified && (IsInside(here) != IsInside(there));
        if (isOtherCard)
            return new(OddOne(in at, in paired, here, there), isAskedAgain ? Confidence.Likely : Confidence.Certain, "they came from different network cards");
        if (isAskedAgain)
            return isFlip ? new(OddOne(in at, in paired, here, there), Confidence.Possible, "one is inside the home networks, one outside") : null;
        if (isOtherDistance)
            return new(OddOne(in at, in paired, here, there), Confidence.Likely, "they came from different distances (TTL)");
        if (isFlip)
            return new(OddOne(in at, in paired, here, there), Confidence.Likely, "one is inside the home networks, one outside");
        if (here.IsUnspecified || there.IsUnspecified)
            return null;
        var isPrize = _context.Updates.Catalog.IsPrize(seen.Text(seen.Fact.Name));
        return new(OddOne(in at, in paired, here, there), isPrize ? Confidence.Likely : Confidence.Possible, "the question was asked once only");
    }

    private Judged? JudgeLink(in Observed<NameAnswered> seen, in PairedAnswer paired)
    {
        ref readonly var fact = ref seen.Fact;
        var addresses = seen.Addresses(fact.Addresses);
        var here = addresses.IsEmpty ? IpAddress.None : addresses[0];
        var there = paired.FirstAnswerAddress;
        var isSameCard = !seen.At.SourceMac.IsNone && seen.At.SourceMac == paired.FirstAnswer.SourceMac;
        if (fact.IsGroup || fact.IsNegative || here.IsUnspecified || there.IsUnspecified || isSameCard)
            return null;
        if (here.IsV4 != there.IsV4 || here == there || (seen.At.SourceMac.IsNone && seen.At.Source == paired.FirstAnswer.Source))
            return null;
        var first = _context.Hosts.SenderOf(in paired.FirstAnswer);
        var second = _context.Hosts.SenderOf(in seen.At);
        if (first == second)
            return null;
        var stem = NameStem.Of(seen.Text(fact.Name));
        var isPrize = _context.Updates.Catalog.IsPrize(seen.Text(fact.Name));
        var firstOwns = first.OwnsName(stem);
        var secondOwns = second.OwnsName(stem);
        var suspect = firstOwns == secondOwns ? MoreSuspect(first, second) : firstOwns ? second : first;
        // Two interfaces of one machine, or two machines that somebody gave the same name, look the same from here.
        var confidence = isPrize || (firstOwns != secondOwns && fact.Protocol != NameProtocol.Mdns) ? Confidence.Likely : Confidence.Possible;
        var because = firstOwns != secondOwns ? "one of the two owns the name, the other does not" : "only one host can own the name";
        return new(suspect, confidence, because);
    }

    private Host MoreSuspect(Host first, Host second) =>
        _context.Incidents.About(first) is not null ? first : _context.Incidents.About(second) is not null ? second : first;

    private bool AreBothRouters(ref readonly Sighting at, MacAddress first) =>
        _context.Hosts.IsRouterMac(at.Segment, at.SourceMac) && _context.Hosts.IsRouterMac(at.Segment, first);

    private bool IsInside(IpAddress address) => _context.Trust.IsHome(address);

    // The forged answer is the one whose card is not the one that brings this server's packets; of two from one card (the forger is
    // further away) all that is known is where the odd answer leads.
    private Host OddOne(ref readonly Sighting at, in PairedAnswer paired, IpAddress here, IpAddress there)
    {
        ref readonly var first = ref paired.FirstAnswer;
        if (at.SourceMac != first.SourceMac)
        {
            var binding = _context.Hosts.BindingOf(at.Segment, at.Source);
            var isSecondUsual = binding.Mac == at.SourceMac || _context.Hosts.IsRouterMac(at.Segment, at.SourceMac);
            var isFirstUsual = binding.Mac == first.SourceMac || _context.Hosts.IsRouterMac(at.Segment, first.SourceMac);
            var odd = isFirstUsual && !isSecondUsual ? at.SourceMac : first.SourceMac;
            return _context.Hosts.Of(at.Segment, odd, at.TimestampNs);
        }
        var lure = IsInside(there) || !IsInside(here) ? there : here;
        return lure.IsUnspecified ? _context.Hosts.SenderOf(in at) : _context.Hosts.Of(at.Segment, lure, at.TimestampNs);
    }

    private void Tell(in Observed<NameAnswered> seen, in PairedAnswer paired, Judged judged)
    {
        // On the link a weak sign may be two interfaces of one machine: it must not add up with others against an innocent host.
        var isWeak = judged.Confidence == Confidence.Possible && seen.Fact.Protocol != NameProtocol.Dns;
        var severity = _context.Updates.Catalog.IsPrize(seen.Text(seen.Fact.Name)) ? Severity.High : isWeak ? Severity.Low : Info.Severity;
        var victim = _context.Hosts.SenderOf(in paired.Question);
        var key = new FindingKey(Info.Sid, judged.Suspect.Id, victim.Id, seen.Fact.NameHash);
        if (!_context.Incidents.CountRepeat(in key, severity, judged.Confidence, in seen.At))
            _context.Incidents.Raise(Compose(in seen, in paired, severity, victim, judged));
    }

    private static Finding Compose(in Observed<NameAnswered> seen, in PairedAnswer paired, Severity severity, Host victim, Judged judged)
    {
        ref readonly var at = ref seen.At;
        ref readonly var first = ref paired.FirstAnswer;
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var addresses = seen.Addresses(seen.Fact.Addresses);
        var here = addresses.IsEmpty ? "no address" : addresses[0].ToString();
        var there = paired.FirstAnswerAddress.IsUnspecified ? "no address" : paired.FirstAnswerAddress.ToString();
        return new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = judged.Confidence,
            Suspect = judged.Suspect,
            Victim = victim,
            Subject = seen.Fact.NameHash,
            At = at,
            Frames = PairedFrames.Of(in paired, in at, withFirst: true),
            Summary =
                $"The question of {victim} for \"{name}\" was answered twice, with {there} from {first.Source} ({first.SourceMac}, TTL {first.Ttl}) at " +
                $"{PacketClock.Of(first.TimestampNs)} and with {here} from {at.Source} ({at.SourceMac}, TTL {at.Ttl}) at {PacketClock.Of(at.TimestampNs)}: {judged.Because}.",
            RefutedBy = "Both answers came from the real server: the same packets elsewhere show its TTL and Ethernet source in both.",
            NextSteps =
            [
                $"Find the machine behind {judged.Suspect} and isolate it.",
                $"Check which answer {victim} used: look for its connections to {there} and {here} after {PacketClock.Of(at.TimestampNs)}.",
                "Flush the client's name cache (ipconfig /flushdns) once the attacker is gone.",
            ],
            Metadata = [new("name", name), new("first_answer", there), new("second_answer", here)],
        };
    }

    private readonly record struct Judged(Host Suspect, Confidence Confidence, string Because);
}
