using System.Collections.Immutable;

namespace Sensor.Detection.Detectors;

/// <summary>A catalogue line: the documentation and the factory of one detector.</summary>
public sealed record DetectorEntry(DetectorInfo Info, Func<DetectionContext, IDetector> Create);

/// <summary>All detectors there are, in the order of DETECTIONS. Adding one is one line here.</summary>
public static class DetectorCatalog
{
    /// <summary>The detectors, by sid.</summary>
    public static ImmutableArray<DetectorEntry> All { get; } =
    [
        Of<NbnsWpadAnswer>(),
        Of<LlmnrWpadAnswer>(),
        Of<MdnsWpadAnswer>(),
        Of<DnsWpadAnswer>(),
        Of<DnsAnswerRace>(),
        Of<NamePoisoner>(),
        Of<WpadRegistered>(),
        Of<NbnsOffLink>(),
        Of<WpadNameLeak>(),
        Of<RogueDhcpWpad>(),
        Of<RogueDhcpServer>(),
        Of<DhcpWpadMalformed>(),
        Of<DhcpIdentityMismatch>(),
        Of<DhcpStarvation>(),
        Of<RogueDhcpv6Dns>(),
        Of<RogueRouterAdvert>(),
        Of<RoguePacServer>(),
        Of<PacDivertsUpdates>(),
        Of<PacDivertsEverything>(),
        Of<PacChanged>(),
        Of<PacSuspiciousCode>(),
        Of<PacHostile>(),
        Of<PacKnownTool>(),
        Of<PacAsksCredentials>(),
        Of<RogueProxy>(),
        Of<ProxyAsksCredentials>(),
        Of<CredentialsExposed>(),
        Of<ResponseInjected>(),
        Of<ProxyRewrites>(),
        Of<UpdatePayloadUntrusted>(),
        Of<RevokedCertificate>(),
        Of<CertificateMisused>(),
        Of<CollisionCertificate>(),
        Of<UpdateContentDiffers>(),
        Of<UpdateFromImpostor>(),
        Of<UpdateTlsImpostor>(),
        Of<WsusPlaintext>(),
        Of<WsusImpostor>(),
        Of<FlameReplication>(),
        Of<UpdateKnownTool>(),
        Of<ArpSpoofing>(),
        Of<NdpSpoofing>(),
        Of<IcmpRedirect>(),
        Of<RelayedFrames>(),
        Of<GatewayChanged>(),
    ];

    private static DetectorEntry Of<T>() where T : ICatalogedDetector => new(T.Info, T.Create);
}
