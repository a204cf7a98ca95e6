using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>One host answers for many names that are not its own.</summary>
public sealed class NamePoisoner : ICatalogedDetector, IObserve<NameAnswered>, IKeepsState
{
    // Responders remembered: hosts that answer for names of others are few; beyond it new ones are not followed.
    private const int MaxResponders = 8192;

    // The half of a MAC that its maker gave to this one card.
    private const int DigitsOfMac = 6;

    private const ushort TypeA = 1, TypeAaaa = 28, TypeAny = 255, TypeNetBios = 0x20, RecursionAvailable = 0x0080;
    private const ulong AnotherHostsName = 0x6E616D65, AnotherHostsAddress = 0x61646472, Canary = 0x63616E61, OtherOwner = 0x6F776E72;

    private readonly DetectionContext _context;
    private readonly NamePoisonerSettings _settings;
    private readonly HashSet<ulong> _canaries;
    private readonly Dictionary<int, AnsweredNames> _responders = [];

    private NamePoisoner(DetectionContext context)
    {
        _context = context;
        _settings = context.Settings(Info.Id, new NamePoisonerSettings());
        _canaries = [.. _settings.CanaryNames.Select(static name => NameStem.Of(Encoding.UTF8.GetBytes(name)))];
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "name-poisoner",
        Sid = 1106,
        Severity = Severity.High,
        Stage = Stage.Lure,
        Techniques = ["T1557.001"],
        Title = "One host answers for names that are not its own",
        Attack =
            "When DNS does not know a name (a typing error, a server that is gone, a random name a browser tries), Windows asks the link by LLMNR, " +
            "NetBIOS or mDNS. A poisoner (Responder, Inveigh, bettercap …) answers every such question with its own address, and the client logs in to it.",
        Seen =
            "A host answers multicast or broadcast questions for three or more unrelated names it never gave itself (by DHCP host name, NetBIOS " +
            "registration, mDNS announcement or a uniqueness check); or for a name that another host owns, with its own address; or for a canary name; " +
            "or with a record whose name is not the one that was asked, as poisoners with a fixed answer name do.",
        Benign =
            "Hosts answering for their own name in any form (nas, NAS, nas.local) have one name. Bonjour sleep proxies and mDNS reflectors answer with the owner's " +
            "address, not their own. WINS servers are asked directly and set the recursion bit. A server with aliases that begin alike counts once.",
        Limits =
            "Answers are unicast: needs a mirror port. A poisoner that answers for one name only shows as llmnr-, nbns- or mdns-wpad-answer or not at " +
            "all. A server with several dissimilar aliases whose registration was not captured looks like a poisoner: list it under Trust:WinsServers.",
        Verify =
            "tshark -r FILE -Y '(udp.port == 5355 || udp.port == 137 || udp.port == 5353) && dns.flags.response == 1 && eth.src == MAC' -T fields -e dns.qry.name " +
            "-e dns.a. Ask the link for a name nobody has (`Resolve-DnsName -LlmnrOnly qzxkvw`): a poisoner answers that too.",
        Stop =
            "Isolate the host by its MAC; treat the logins of the victims as stolen and change them. Turn LLMNR off (Group Policy: DNS Client, " +
            "\"Turn off multicast name resolution\"), NetBIOS over TCP/IP off (NetbiosOptions=2), mDNS off on Windows (EnableMDNS=0 under " +
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Dnscache\\Parameters), and require SMB signing so that captured logins cannot be relayed.",
        References = ["RFC 4795", "RFC 1002 section 4.2.13", "RFC 6762", "MITRE ATT&CK T1557.001"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new NamePoisoner(context);

    void IKeepsState.Save(SnapshotWriter writer) => writer.List(_responders, static (to, known) =>
    {
        to.I32(known.Key);
        known.Value.Save(to);
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from => _responders[from.I32()] = AnsweredNames.Load(from));

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe(this, NameTopics.Positive & ~NameTopics.Dns);

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.IsWait || fact.IsGroup || fact.Addresses.IsEmpty)
            return;
        if (fact.Type is not (TypeA or TypeAaaa or TypeAny or TypeNetBios) || IsDirected(in seen) || IsAnnouncement(in seen))
            return;
        var name = seen.Text(fact.Name);
        var stem = NameStem.Of(name);
        var responder = ResponderOf(in seen.At);
        if (_canaries.Contains(stem) || IsProbed(stem, in seen))
        {
            Tell(in seen, responder, Canary, Severity.Critical, Confidence.Certain, null);
            return;
        }
        if (responder.OwnsName(stem) || BearsItsMac(name, in seen.At) || IsTrusted(in seen.At))
            return;
        if (BearsAnotherName(in seen, stem))
            TellOtherOwner(in seen, responder);
        Judge(in seen, responder, stem, name);
    }

    // Printers, cameras and phones are called after their MAC: BRN30055C112233, NPI44D0A1.
    private static bool BearsItsMac(ReadOnlySpan<byte> name, ref readonly Sighting at)
    {
        if (at.SourceMac.IsNone)
            return false;
        Span<byte> digits = stackalloc byte[DigitsOfMac];
        for (var i = 0; i < DigitsOfMac; i++)
            digits[i] = "0123456789abcdef"u8[(int)(at.SourceMac.Value >> (4 * (DigitsOfMac - 1 - i))) & 15];
        var label = NameStem.FirstLabel(name);
        for (var i = 0; i + DigitsOfMac <= label.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(label.Slice(i, DigitsOfMac), digits))
                return true;
        }
        return false;
    }

    private bool IsProbed(ulong stem, in Observed<NameAnswered> seen) => _context.Canaries?.Knows(stem, seen.At.TimestampNs) ?? false;

    private void Judge(in Observed<NameAnswered> seen, Host responder, ulong stem, ReadOnlySpan<byte> name)
    {
        var addresses = seen.Addresses(seen.Fact.Addresses);
        var owner = _context.Hosts.OwnerOfName(seen.At.Segment, stem, seen.At.TimestampNs);
        var isSelf = IsSelf(addresses, responder, in seen.At);
        if (owner is not null && owner != responder && LeadsTo(addresses, owner))
            return;
        if (!isSelf && !IsForeign(addresses, in seen.At, responder))
            return;
        var names = NamesOf(responder);
        if (names is not null && names.IsNew(stem))
            names.Add(stem, WireText.Printable(NameStem.FirstLabel(name)), addresses[0], isSelf, in _context.Questions.Current, in seen.At);
        if (isSelf && owner is not null && owner != responder)
            Tell(in seen, responder, AnotherHostsName, Severity.High, Confidence.Likely, owner);
        else if (!isSelf && seen.Fact.Protocol != NameProtocol.Mdns)
            Tell(in seen, responder, AnotherHostsAddress, Severity.Medium, Confidence.Possible, null);
        var unrelated = names?.Unrelated(isSelf ? IpAddress.None : addresses[0]) ?? 0;
        if (names is not null && unrelated >= _settings.LikelyNames)
        {
            var isCertain = unrelated >= _settings.CertainNames && names.IsOneAddress;
            Tell(in seen, responder, 0, Severity.High, isCertain ? Confidence.Certain : Confidence.Likely, null);
        }
    }

    // An answer's record bears the name that was asked. A record of another name answers nothing; only a program that gives every question the
    // same fixed name sends one. "nas" and "nas.local" are one name; aliases (CNAME) are followed by the analyzer.
    private static bool BearsAnotherName(in Observed<NameAnswered> seen, ulong stem) =>
        !seen.Fact.OtherOwner.IsEmpty && NameStem.Of(seen.Text(seen.Fact.OtherOwner)) != stem;

    private void TellOtherOwner(in Observed<NameAnswered> seen, Host responder)
    {
        // A careless program may give a question for an alias the host's own name.
        var isOwnName = responder.OwnsName(NameStem.Of(seen.Text(seen.Fact.OtherOwner)));
        if (isOwnName)
            Tell(in seen, responder, OtherOwner, Severity.Medium, Confidence.Possible, null);
        else
            Tell(in seen, responder, OtherOwner, Severity.High, Confidence.Likely, null);
    }

    // WINS and the like: the client asked this very server, and the answer sets the recursion bit.
    private bool IsDirected(in Observed<NameAnswered> seen)
    {
        if (seen.Fact.Protocol != NameProtocol.Nbns)
            return false;
        ref readonly var paired = ref _context.Questions.Current;
        if (paired.HasQuestion)
            return paired.Question.Destination == seen.At.Source;
        return (seen.Fact.Flags & RecursionAvailable) != 0;
    }

    private bool IsAnnouncement(in Observed<NameAnswered> seen) =>
        seen.Fact.Protocol == NameProtocol.Mdns && (seen.Fact.Ttl == 0 || (seen.At.Destination.IsMulticast && !_context.Questions.Current.HasQuestion));

    private Host ResponderOf(ref readonly Sighting at) =>
        at.SourceMac.IsNone || at.InTunnel ? _context.Hosts.SenderOf(in at) : _context.Hosts.Of(at.Segment, at.SourceMac, at.TimestampNs);

    private bool IsTrusted(ref readonly Sighting at) => _context.Trust.IsWinsServer(_context.VlanOf(at.Segment), at.Source);

    private static bool IsSelf(ReadOnlySpan<IpAddress> addresses, Host responder, ref readonly Sighting at)
    {
        foreach (var address in addresses)
        {
            if (address == at.Source || responder.Has(address))
                return true;
        }
        return false;
    }

    private static bool LeadsTo(ReadOnlySpan<IpAddress> addresses, Host owner)
    {
        foreach (var address in addresses)
        {
            if (owner.Has(address))
                return true;
        }
        return false;
    }

    // An address of the family the answer travelled in that is not the sender's: hosts answer with the addresses of the interface they
    // are asked on. What nobody knows of the other family may be its own.
    private bool IsForeign(ReadOnlySpan<IpAddress> addresses, ref readonly Sighting at, Host responder)
    {
        foreach (var address in addresses)
        {
            if (address.IsV4 == at.Source.IsV4 && !(address.IsLinkLocal && !at.Source.IsLinkLocal))
                return !responder.Is(HostRoles.SleepProxy) && (address.IsV4 || _context.Hosts.Find(at.Segment, address) is { } known && known != responder);
        }
        return false;
    }

    private AnsweredNames? NamesOf(Host responder)
    {
        if (_responders.TryGetValue(responder.Id, out var names))
            return names;
        if (_responders.Count >= MaxResponders)
            return null;
        names = new AnsweredNames();
        _responders.Add(responder.Id, names);
        return names;
    }

    private void Tell(in Observed<NameAnswered> seen, Host responder, ulong kind, Severity severity, Confidence confidence, Host? owner)
    {
        ref readonly var paired = ref _context.Questions.Current;
        // Who asks for a canary is this sensor, or somebody who looks for poisoners as well: no victim.
        var victim = kind == Canary ? null : paired.HasQuestion ? _context.Hosts.SenderOf(in paired.Question) : _context.Hosts.ReceiverOf(in seen.At);
        if (victim == responder)
            return;
        var subject = kind is 0 or Canary ? kind : kind ^ seen.Fact.NameHash;
        var key = new FindingKey(Info.Sid, responder.Id, victim?.Id ?? 0, subject);
        if (_context.Incidents.CountRepeat(in key, severity, confidence, in seen.At))
            return;
        var name = WireText.Printable(seen.Text(seen.Fact.Name));
        var address = seen.Addresses(seen.Fact.Addresses)[0].ToString();
        var borne = WireText.Printable(seen.Text(seen.Fact.OtherOwner));
        var names = _responders.GetValueOrDefault(responder.Id);
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = severity,
            Confidence = confidence,
            Suspect = responder,
            Victim = victim,
            Subject = subject,
            At = seen.At,
            Frames = FramesOf(kind, names, in paired, in seen.At),
            Summary = kind == OtherOwner
                ? $"{responder} answered a question for \"{name}\"{(victim is null ? "" : $" of {victim}")} with a record of another name, \"{borne}\", {address}."
                : kind == Canary ? CanarySummaryOf(in seen, in paired, responder, name, address)
                : SummaryOf(kind, responder, name, address, owner, names, victim),
            RefutedBy = $"{responder} is a server that has these names: its registrations, or its administrator, say so.",
            NextSteps =
            [
                $"Ask the link for a name that nobody has; if {responder} answers, isolate it at once.",
                victim is null ? "Find who used the answers." : $"On {victim} look for SMB, HTTP or LDAP logins to {address} after {PacketClock.Of(seen.At.TimestampNs)}; change those passwords.",
                "Turn off LLMNR and NetBIOS name resolution on the clients.",
            ],
            Metadata = [new("name", name), new("answer", address), new("names_answered", (names?.Count ?? 1).ToString(CultureInfo.InvariantCulture)),
                .. borne.Length == 0 ? (KeyValuePair<string, string>[])[] : [new("answered_as", borne)]],
        });
    }

    private static ImmutableArray<FrameReference> FramesOf(ulong kind, AnsweredNames? names, in PairedAnswer paired, in Sighting at)
    {
        if (kind != 0 || names is null)
            return PairedFrames.Of(in paired, in at);
        var last = FrameReference.Of(in at);
        return names.Frames.Contains(last) ? [.. names.Frames] : [.. names.Frames, last];
    }

    private static string SummaryOf(ulong kind, Host responder, string name, string address, Host? owner, AnsweredNames? names, Host? victim)
    {
        var whom = victim is null ? "" : $" {victim}";
        return kind switch
        {
            AnotherHostsName => $"{responder} answered{whom} that \"{name}\" is itself, {address}, but that name belongs to {owner}.",
            AnotherHostsAddress => $"{responder} answered{whom} that \"{name}\" is {address}, which is not its own address.",
            _ => $"{responder} answered{whom} for {names!.Count} names that are not its own with {address}: {Listed(names)}.",
        };
    }

    private static string CanarySummaryOf(in Observed<NameAnswered> seen, in PairedAnswer paired, Host responder, string name, string address)
    {
        if (!paired.HasQuestion)
            return $"{responder} answered for the canary name \"{name}\", which nobody has, with {address}.";
        var after = PacketClock.Lapse(seen.At.TimestampNs - paired.Question.TimestampNs);
        return $"Asked for \"{name}\", which does not exist: {responder} answered after {after} with {address}.";
    }

    private static string Listed(AnsweredNames names)
    {
        const int most = 8;
        var listed = string.Join(", ", names.Written.Take(most).Select(static name => $"\"{name}\""));
        return names.Count > most ? listed + " …" : listed;
    }
}
