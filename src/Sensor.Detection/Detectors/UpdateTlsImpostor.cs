using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>The certificate shown for an update host is not one the vendor would show.</summary>
public sealed class UpdateTlsImpostor : ICatalogedDetector, IObserve<TlsAnswered>, IKeepsState
{
    /// <summary>Chains whose verdict is remembered: update clients ask the same few hosts again and again.</summary>
    private const int VerdictCapacity = 256;

    /// <summary>Handshakes remembered that showed nothing wrong: the update hosts of a few hundred clients.</summary>
    private const int HonestCapacity = 4096;

    /// <summary>An issuer that signs for so many other sites is the site's inspection, not somebody after updates.</summary>
    private const int SitesOfInspection = 3;

    private const string Inspection = "; the same issuer signs for many other sites, like an inspection of the site's own";

    private readonly DetectionContext _context;
    private readonly UpdateServerJudge _judge;
    private readonly IssuerTable _issuers;
    private readonly RecentTable<ulong, ChainVerdict> _verdicts = new(VerdictCapacity);

    /// <summary>
    /// Who passed the vendor's own certificate on to whom for which host, and when. By client, since an inspection may leave some clients out.
    /// </summary>
    private readonly RecentTable<(int Segment, IpAddress Server, IpAddress Client, ulong Host), FrameReference> _honest = new(HonestCapacity);

    private UpdateTlsImpostor(DetectionContext context)
    {
        _context = context;
        _judge = context.UpdateServers;
        _issuers = new IssuerTable(context.Updates);
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "update-tls-impostor",
        Sid = 1502,
        Severity = Severity.Critical,
        Stage = Stage.Update,
        Techniques = ["T1557"],
        Title = "The certificate shown for an update host is not one the vendor would show",
        Attack = "Who answers for an update host over TLS needs a certificate. He makes one himself, has an interception tool make them, or uses one of "
            + "another host; careless update programs do not look.",
        Seen = "Handshakes up to TLS 1.2 with a host of the update catalogue. The chain is judged without the network: an authority of an interception tool, "
            + "a withdrawn or forged certificate, a self-signed one, one for another host, or, where the vendor pins its issuers, another issuer.",
        Benign = "TLS inspection of the site's own: its authority signs for many other sites too, which is seen, and the finding is then low and possible; "
            + "name the authority under Updates:InspectionIssuers and nothing is said. A proxy that passed the vendor's certificate on "
            + "before and then shows such a one is named all the same (high, likely): it began to intercept. Microsoft's update authority is in no public list: it is judged by "
            + "name. Expired certificates and unknown roots alone are recorded as low.",
        Limits = "TLS 1.3 hides certificates: only who answers can then be judged (update-from-impostor). A clever impostor with a certificate of a public "
            + "authority is seen only where the vendor's issuers are pinned. The pinned issuers end in 2027: add their successors under Updates:Catalog.",
        Verify = "tshark -r FILE -Y 'tls.handshake.type==11 and frame.number==N' -O tls shows the chain; compare the issuer with what another network shows.",
        Stop = "Cut the suspect off or fix the inspecting proxy: update hosts must be exempt from inspection. Check the victims' updates since, and their list "
            + "of trusted roots for the authority that signed.",
        References = ["RFC 5280 section 6", "RFC 9525", "Microsoft: Windows Update security", "MITRE ATT&CK T1557"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new UpdateTlsImpostor(context);

    void IKeepsState.Save(SnapshotWriter writer) => _issuers.Save(writer);

    void IKeepsState.Load(SnapshotReader reader) => _issuers.Load(reader);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        _issuers.Subscribe(bus);
        bus.Subscribe<TlsAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var name = seen.Text(fact.ServerName);
        if (fact.Certificates.IsEmpty || name.IsEmpty || _context.Updates.Catalog.FindJudged(name) is not { } product)
            return;
        var verdict = VerdictOf(in seen, name, product);
        if (verdict.Leaf is null || IsInspection(verdict))
            return;
        var key = (seen.At.Segment, seen.At.Source, seen.At.Destination, name.StableHash());
        if (verdict.Standing != Standing.Invalid && !verdict.Has(ChainProblemKind.SelfSigned))
        {
            _honest.Set(key, FrameReference.Of(seen.At));
            return;
        }
        var server = _context.Hosts.SenderOf(seen.At);
        var (severity, confidence, why) = Rate(in seen, verdict, server);
        // Who passed the vendor's certificate on before and now shows another's has begun to intercept, trusted or not.
        if (severity < Severity.High && !IsOnlyOld(verdict) && _honest.TryGet(key, out var honest))
            (severity, confidence, why) = (Severity.High, Confidence.Likely, $"; it had passed the vendor's own on at {PacketClock.Of(honest.TimestampNs)}");
        var victim = confidence >= Confidence.Likely ? _context.Hosts.ReceiverOf(seen.At) : null;
        var subject = ((ReadOnlySpan<byte>)verdict.Leaf.Issuer.Octets).StableHash();
        if (!_context.Incidents.CountRepeat(new(Info.Sid, server.Id, victim?.Id ?? 0, subject), severity, confidence, seen.At))
            _context.Incidents.Raise(Compose(in seen, verdict, product, server, victim, (severity, confidence, why), subject));
    }

    private (Severity Severity, Confidence Confidence, string Why) Rate(in Observed<TlsAnswered> seen, ChainVerdict verdict, Hosts.Host server)
    {
        if (_judge.HasAttacked(server))
            return (Severity.Critical, Confidence.Certain, ", and the host is already a suspect");
        var isProof = verdict.Has(ChainProblemKind.Revoked) || verdict.Has(ChainProblemKind.Collision) || verdict.Has(ChainProblemKind.BadSignature);
        if (isProof || IsByTool(verdict))
            return (Severity.Critical, isProof ? Confidence.Certain : Confidence.Likely, "");
        var sites = _issuers.OtherSites(seen.At.Segment, seen.Text(seen.Fact.Certificates));
        if (IsOnlyOld(verdict))
            return (Severity.Low, Confidence.Possible, "");
        return sites >= SitesOfInspection
            ? (Severity.Low, Confidence.Possible, Inspection)
            : (Severity.Critical, Confidence.Likely, "");
    }

    private static bool IsOnlyOld(ChainVerdict verdict) => !verdict.Has(ChainProblemKind.SelfSigned)
        && verdict.Problems.All(problem => problem.IsDoubt || problem.Kind is ChainProblemKind.OutOfDate or ChainProblemKind.WeakHash);

    /// <summary>Whether an authority of an attacker's or tester's tool signed. Inspection products call themselves that; no site inspects with the others.</summary>
    private static bool IsByTool(ChainVerdict verdict)
    {
        foreach (var certificate in verdict.Path)
        {
            if (InterceptionAuthorities.Find(certificate.Issuer) is { } shown && !shown.EndsWith("inspection", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Judging a chain costs some signatures: once for the same certificates and name.</summary>
    private ChainVerdict VerdictOf(in Observed<TlsAnswered> seen, ReadOnlySpan<byte> name, UpdateProduct product)
    {
        var octets = seen.Text(seen.Fact.Certificates);
        var key = octets.StableHash() ^ (name.StableHash() * 3);
        if (_verdicts.TryGet(key, out var known))
            return known;
        var chain = new List<byte[]>();
        var list = new CertificateList(octets);
        while (list.MoveNext())
            chain.Add(list.Certificate.ToArray());
        var policy = new ChainPolicy
        {
            Purpose = CertificatePurpose.Server,
            Host = Encoding.Latin1.GetString(name),
            ExpectedIssuers = product.Issuers,
        };
        var verdict = CertificateChain.Judge(chain, seen.At.TimestampNs, policy);
        _verdicts.Set(key, verdict);
        return verdict;
    }

    private bool IsInspection(ChainVerdict verdict) =>
        verdict.Path.Any(certificate => CertificateRules.IsExpected(certificate, verdict.Leaf!, _context.Updates.InspectionIssuers));

    private static Finding Compose(
        in Observed<TlsAnswered> seen, ChainVerdict verdict, UpdateProduct product, Hosts.Host server, Hosts.Host? victim,
        (Severity Severity, Confidence Confidence, string Why) rated, ulong subject)
    {
        ref readonly var at = ref seen.At;
        var name = WireText.Printable(seen.Text(seen.Fact.ServerName));
        return new Finding
        {
            Detector = Info,
            Severity = rated.Severity,
            Confidence = rated.Confidence,
            Suspect = server,
            Victim = victim,
            Subject = subject,
            At = at,
            Frames = Judgement.InOrder(
                new FrameReference(at.Origin, seen.Fact.AskedFrameNumber, seen.Fact.FirstTimestampNs),
                new FrameReference(at.Origin, seen.Fact.FirstFrameNumber, seen.Fact.FirstTimestampNs), FrameReference.Of(at)),
            Summary = $"{Wording.Pair(at.Source, at.SourceMac)} showed {at.Destination} for {name} ({product.Shown}) the certificate "
                + $"{verdict.PathShown}, {verdict.Shown}{rated.Why}.",
            Explanation = rated.Why == Inspection ? "TLS inspection of the site's own: one authority signs for all sites." : null,
            RefutedBy = "The issuer is the site's own TLS inspection, or the vendor changed its issuers: another network shows the same certificate.",
            NextSteps =
            [
                $"Find out who signs as {verdict.Leaf!.Issuer.Shown}; if it is no inspection of your own, cut {at.Source} off.",
                $"Check what {at.Destination} was offered as updates since, and whether it trusts that issuer.",
            ],
            Metadata =
            [
                new("update_host", name), new("update_product", product.Shown), new("certificate_issuer", verdict.Leaf.Issuer.Shown),
                new("certificate_subject", verdict.Leaf.Subject.Shown), new("certificate_sha256", verdict.Leaf.Sha256),
                new("chain", verdict.Shown),
            ],
        };
    }
}
