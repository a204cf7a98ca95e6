using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Proxies;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>A user's credential goes to a host that is suspected.</summary>
public sealed class CredentialsExposed : ICatalogedDetector, IObserve<CredentialsShown>, IKeepsState
{
    /// <summary>Hosts whose visitors are remembered until they turn out to be suspects: the servers of a large site.</summary>
    private const int HostCapacity = 2048;

    /// <summary>Different credentials remembered of one host, the first ones.</summary>
    private const int MaxOfHost = 16;

    private readonly DetectionContext _context;
    private readonly RecentTable<(int Segment, IpAddress Address), List<Handover>> _remembered = new(HostCapacity);

    private CredentialsExposed(DetectionContext context)
    {
        _context = context;
        context.Incidents.Recorded += Reconsider;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "credentials-exposed",
        Sid = 1403,
        Severity = Severity.Critical,
        Stage = Stage.Credentials,
        Techniques = ["T1187", "T1557.001"],
        Title = "A user's credential goes to a suspected host",
        Attack = "What a poisoner is after in most intrusions: a client that believes it is talking to its proxy or file server proves "
            + "who its user is. From an NTLM proof the password can be guessed off-line, or the log-in relayed to a true server at once; "
            + "Basic, LDAP simple binds and forms hand over the password itself.",
        Seen = "An NTLM AUTHENTICATE over HTTP, SMB 1 to 3 or LDAP (also inside SPNEGO); HTTP Basic and Digest; LDAP simple binds, SASL "
            + "PLAIN and DIGEST-MD5; SOCKS passwords; forms and JSON with a password field: to a host that is suspected by another "
            + "detector, or to a proxy that such a host made the client use, or through one that stands in the middle. User, domain and "
            + "workstation are named, the secret is never kept. Credentials that were shown before the host became a suspect are "
            + "remembered and told then.",
        Benign = "Credentials to everybody else: ordinary log-ins say nothing. Anonymous sessions, Kerberos tickets and LDAP binds "
            + "without a password expose nothing.",
        Limits = "Nothing inside TLS or a sealed LDAP session. The first sixteen credentials of each of 2,048 hosts are remembered. User "
            + "names in a form are not read: people type passwords into the wrong field.",
        Verify = "tshark -r FILE -Y 'ntlmssp.messagetype==3 or http.authbasic or ldap.simple' -T fields -e frame.number -e ip.src -e "
            + "ip.dst -e ntlmssp.auth.domain -e ntlmssp.auth.username -e ntlmssp.auth.hostname",
        Stop = "Change the password of each user named, now, and end the sessions. Look on the true servers for log-ins of these users "
            + "from the suspect (relaying). Demand SMB and LDAP signing and channel binding; restrict outgoing NTLM.",
        References = ["[MS-NLMP]", "RFC 4559", "RFC 7617", "RFC 4513", "MITRE ATT&CK T1187, T1557.001"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new CredentialsExposed(context);

    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_remembered, static (to, key, list) =>
    {
        to.I32(key.Segment);
        to.Address(key.Address);
        to.List(list, static (each, handover) => handover.Save(each));
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
        _remembered.Set((from.Segment(), from.Address()), [.. from.List(Handover.Load).OfType<Handover>()]));

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<CredentialsShown>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<CredentialsShown> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Step != CredentialStep.Authenticate || fact.IsAnonymous || fact.Scheme == CredentialScheme.Kerberos
            || seen.At.Source == seen.At.Destination)
            return;
        if (SuspectFor(seen.At) is { } suspicion)
            Raise(suspicion, Handover.Of(in seen, _context.Hosts.SenderOf(seen.At)), seen.At);
        else
            Remember(in seen);
    }

    /// <summary>Who gets what is sent by the packet, if he is suspected.</summary>
    private Suspicion? SuspectFor(in Sighting at)
    {
        if (_context.Proxies.InTheMiddle(at) is { } middle)
            return middle;
        if (_context.Hosts.Find(at.Segment, at.Destination) is { } receiver
            && Suspicion.Of(_context.Incidents, receiver, Stage.Credentials, Info.Sid) is { } itself)
            return itself;
        return _context.Proxies.Find(at.Segment, at.Destination) is { } proxy ? _context.Proxies.Behind(proxy) : null;
    }

    private void Remember(in Observed<CredentialsShown> seen)
    {
        var key = (seen.At.Segment, seen.At.Destination);
        var isKnown = _remembered.TryGet(key, out var list);
        if (isKnown && (list!.Count >= MaxOfHost || Contains(list, Handover.KeyOf(in seen))))
            return;
        if (!isKnown)
            _remembered.Set(key, list = []);
        list!.Add(Handover.Of(in seen, _context.Hosts.SenderOf(seen.At)));
    }

    private static bool Contains(List<Handover> list, ulong key)
    {
        foreach (var known in list)
        {
            if (known.Key == key)
                return true;
        }
        return false;
    }

    /// <summary>A host became a suspect: what was shown to it, and to proxies it sent clients to, is told.</summary>
    private void Reconsider(Finding finding)
    {
        if (!Suspicion.Counts(finding) || finding.Detector.Sid == Info.Sid)
            return;
        foreach (var address in finding.Suspect.Addresses.ToArray())
            Reconsider((finding.Suspect.Segment, address), finding.At);
        if (finding.Detector.Stage > Stage.Proxy)
            return;
        foreach (var proxy in _context.Proxies.InOrder())
        {
            if (_context.Proxies.NamingOf(proxy) is { } naming && (naming.Server == finding.Suspect || naming.Giver == finding.Suspect))
                Reconsider((proxy.Segment, proxy.Address), finding.At);
        }
    }

    private void Reconsider((int Segment, IpAddress Address) key, in Sighting now)
    {
        if (!_remembered.TryGet(key, out var list))
            return;
        foreach (var handover in list.ToArray())
        {
            if (SuspectFor(handover.At) is { } suspicion)
                Raise(suspicion, handover, now);
        }
    }

    private void Raise(Suspicion suspicion, Handover handover, in Sighting now)
    {
        if (suspicion.Host == handover.Client)
            return;
        var key = new FindingKey(Info.Sid, suspicion.Host.Id, handover.Client.Id, handover.Subject);
        if (_context.Incidents.CountRepeat(key, Info.Severity, suspicion.Confidence, now))
            return;
        _context.Incidents.Raise(new Finding
        {
            Detector = Info,
            Severity = Info.Severity,
            Confidence = suspicion.Confidence,
            Suspect = suspicion.Host,
            Victim = handover.Client,
            Subject = handover.Subject,
            At = now,
            Frames = Judgement.InOrder(suspicion.Frame, handover.FirstFrame, FrameReference.Of(handover.At), FrameReference.Of(now)),
            Summary = $"{handover.Client.Shown()} sent {handover.What} to {handover.At.Destination}:"
                + $"{((int)handover.At.DestinationPort).Text()} at {PacketClock.Of(handover.At.TimestampNs)}"
                + (suspicion.Host.Has(handover.At.Destination)
                    ? ", which is suspected" : $", in reach of the suspected {suspicion.Host.Shown()}")
                + " by other signs.",
            RefutedBy = "The host is the site's own server, and what speaks against it has another explanation.",
            NextSteps =
            [
                handover.User.Length > 0
                    ? $"Change the password of {handover.Account} now."
                    : $"Ask the user of {handover.Client.Shown()} which password was typed, and change it.",
                $"Look for log-ins of {(handover.User.Length > 0 ? handover.Account : "that user")} elsewhere since: "
                    + "the proof can be relayed.",
                $"Cut {suspicion.Host.Shown()} off.",
            ],
            Metadata = handover.Metadata,
        });
    }

    /// <summary>A credential that was shown: who, how and to whom, safe to show.</summary>
    private sealed record Handover(
        Sighting At, FrameReference FirstFrame, Host Client, CredentialCarrier Carrier, CredentialScheme Scheme, ulong Key)
    {
        private static readonly string[] Carriers = ["HTTP", "HTTP to a proxy", "SMB 1", "SMB 2", "LDAP", "SOCKS"];
        private static readonly string[] Schemes = ["ntlm", "kerberos", "basic", "digest", "password", "form"];

        private static readonly string[] Things =
        [
            "the NTLM proof", "the Kerberos ticket", "the password (Basic)", "a digest of the password", "the password",
            "a form with a password",
        ];

        public required string User { get; init; }

        public required string Domain { get; init; }

        public required string Workstation { get; init; }

        public required string Target { get; init; }

        public string Account => Domain.Length > 0 ? $"{Domain}\\{User}" : User;

        public string What
        {
            get
            {
                var of = User.Length > 0 ? $" of {Account}" : "";
                var on = Workstation.Length > 0 ? $" on {Workstation}" : "";
                return $"{Things[(int)Scheme]}{of}{on} ({Carriers[(int)Carrier]})";
            }
        }

        public ulong Subject =>
            ((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes($"{Carrier}|{Scheme}|{Account}|{At.Destination}")).StableHash();

        public ImmutableArray<KeyValuePair<string, string>> Metadata =>
        [
            .. new KeyValuePair<string, string>[]
            {
                new("credential_carrier", Carriers[(int)Carrier]), new("credential_scheme", Schemes[(int)Scheme]),
                new("user", User), new("domain", Domain), new("workstation", Workstation), new("credential_target", Target),
            }.Where(static pair => pair.Value.Length > 0),
        ];

        public static Handover Of(in Observed<CredentialsShown> seen, Host client) => new(
            seen.At, new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.At.TimestampNs), client,
            seen.Fact.Carrier, seen.Fact.Scheme, KeyOf(in seen))
        {
            User = Shown(in seen, seen.Fact.User),
            Domain = Shown(in seen, seen.Fact.Domain),
            Workstation = Shown(in seen, seen.Fact.Workstation),
            Target = Shown(in seen, seen.Fact.Target),
        };

        /// <summary>Writes all of it: who and how, since nothing secret is known here.</summary>
        public void Save(SnapshotWriter writer)
        {
            writer.At(At);
            writer.Frame(FirstFrame);
            writer.Host(Client);
            writer.U8((byte)Carrier);
            writer.U8((byte)Scheme);
            writer.U64(Key);
            foreach (var text in new[] { User, Domain, Workstation, Target })
                writer.Text(text);
        }

        /// <summary>Reads what <see cref="Save"/> wrote; null when its client is unknown.</summary>
        public static Handover? Load(SnapshotReader reader)
        {
            var (at, first, client) = (reader.At(), reader.Frame(), reader.Host());
            var (carrier, scheme, key) = (reader.U8(), reader.U8(), reader.U64());
            var texts = new[] { reader.Text(), reader.Text(), reader.Text(), reader.Text() };
            if (client is null || carrier >= Carriers.Length || scheme >= Things.Length)
                return null;
            return new Handover(at, first, client, (CredentialCarrier)carrier, (CredentialScheme)scheme, key)
            {
                User = texts[0] ?? "",
                Domain = texts[1] ?? "",
                Workstation = texts[2] ?? "",
                Target = texts[3] ?? "",
            };
        }

        /// <summary>The same for the same credential from the same client, made without allocation.</summary>
        public static ulong KeyOf(in Observed<CredentialsShown> seen)
        {
            const ulong Odd = 0x9E37_79B9_7F4A_7C15;
            var account = seen.Text(seen.Fact.User).StableHash() ^ (seen.Text(seen.Fact.Domain).StableHash() * Odd);
            return ((account ^ seen.At.Source.StableHash()) * Odd) ^ ((uint)seen.Fact.Carrier << 8) ^ (uint)seen.Fact.Scheme;
        }

        private static string Shown(in Observed<CredentialsShown> seen, OctetSlice slice) => WireText.Printable(seen.Text(slice));
    }
}
