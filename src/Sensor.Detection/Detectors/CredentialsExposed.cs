using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
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
        if (SuspectFor(seen.At) is not { } suspicion)
        {
            Remember(in seen);
            return;
        }
        var client = _context.Hosts.SenderOf(seen.At);
        if (!IsTold(in suspicion, client, Handover.SubjectOf(in seen), seen.At))
            Raise(in suspicion, Handover.Of(in seen, client), seen.At);
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
        if (!finding.Counts || finding.Detector.Sid == Info.Sid)
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
            {
                if (!IsTold(in suspicion, handover.Client, handover.Subject, now))
                    Raise(in suspicion, handover, now);
            }
        }
    }

    /// <summary>Whether nothing is to be told: a repeat, which is counted, or the suspect's own credential.</summary>
    private bool IsTold(in Suspicion suspicion, Host client, ulong subject, in Sighting now) =>
        suspicion.Host == client || _context.Incidents.CountRepeat(
            new FindingKey(Info.Sid, suspicion.Host.Id, client.Id, subject), Info.Severity, suspicion.Confidence, now);

    private void Raise(in Suspicion suspicion, Handover handover, in Sighting now)
    {
        // Who tries passwords makes thousands of these, few of which are told one by one.
        var (client, suspect, isItself) = (handover.Client.Shown(), suspicion.Host.Shown(), suspicion.Host.Has(handover.At.Destination));
        _context.Incidents.Raise(new DeferredFinding(
            Info, Info.Severity, suspicion.Confidence, suspicion.Host, handover.Client, handover.Subject, in now,
            Judgement.InOrder(suspicion.Frame, handover.FirstFrame, FrameReference.Of(handover.At), FrameReference.Of(now)),
            () => Say(handover, client, suspect, isItself)));
    }

    private static FindingWords Say(Handover handover, string client, string suspect, bool isItself)
    {
        var hasUser = handover.User.Length > 0;
        return new FindingWords(
            $"{client} sent {handover.What} to {handover.At.Destination}:{((int)handover.At.DestinationPort).Text()} at "
                + $"{PacketClock.Of(handover.At.TimestampNs)}{(isItself ? ", which is suspected" : $", in reach of the suspected {suspect}")} by other signs.",
            "The host is the site's own server, and what speaks against it has another explanation.",
            [
                hasUser ? $"Change the password of {handover.Account} now."
                    : $"Ask the user of {client} which password was typed, and change it.",
                $"Look for log-ins of {(hasUser ? handover.Account : "that user")} elsewhere since: the proof can be relayed.",
                $"Cut {suspect} off.",
            ],
            handover.Metadata);
    }
}
