using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Certificates;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Leases;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Detection.Proxies;
using Sensor.Detection.Trust;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>What every detector may use: trust, the tables that know the network, and where findings go.</summary>
public sealed class DetectionContext
{
    /// <summary>What the operator trusts, and what was learned and frozen beside it: one verdict of both.</summary>
    public required TrustPolicy Trust { get; set; }

    /// <summary>Who is who. Subscribed before any detector, so it already knows the fact a detector is being told.</summary>
    public required HostTable Hosts { get; init; }

    /// <summary>Questions waiting for answers. Subscribed before any detector: <see cref="QuestionTable.Current"/> pairs the answer being delivered.</summary>
    public required QuestionTable Questions { get; init; }

    /// <summary>DHCP transactions. Subscribed before any detector: LeaseTable knows the transaction of the message being delivered.</summary>
    public required LeaseTable Leases { get; init; }

    /// <summary>Certificates that TLS servers and signed files show.</summary>
    public required CertificateFeed Certificates { get; init; }

    /// <summary>Programs, packages and scripts that were delivered.</summary>
    public required PayloadStore Payloads { get; init; }

    /// <summary>Who is used as a proxy. Subscribed before any detector: it knows the use being delivered.</summary>
    public required ProxyTable Proxies { get; init; }

    /// <summary>PAC files. Subscribed before any detector: PacLibrary.Current is the one in the answer being delivered.</summary>
    public required PacLibrary Pacs { get; init; }

    /// <summary>The update catalogue, and what the operator says of updates.</summary>
    public UpdatePolicy Updates { get; init; } = UpdatePolicy.Default;

    /// <summary>Names that nobody has and that this sensor asked for; null where it asks for none, as in replay.</summary>
    public ICanaryLedger? Canaries { get; init; }

    /// <summary>Judges who answers for update hosts; shared, because it remembers what clients were told.</summary>
    internal UpdateServerJudge UpdateServers => field ??= new UpdateServerJudge(this);

    /// <summary>Judges who serves PAC files; shared, because it remembers what wpad was answered with, and eight detectors ask it.</summary>
    internal PacServerJudge PacServers => field ??= new PacServerJudge(this);

    /// <summary>Who handed out the proxy that sent the packet <paramref name="at"/>, when a suspect did; null for any other host.</summary>
    internal Suspicion? BehindProxy(in Sighting at) =>
        Proxies.Find(at.Segment, at.Source) is { } proxy && !Trust.IsProxy(VlanOf(at.Segment), at.Source) ? Proxies.Behind(proxy) : null;

    /// <summary>Where findings go.</summary>
    public required IncidentBook Incidents { get; init; }

    /// <summary>What the segment numbers stand for.</summary>
    public required SegmentTable Segments { get; init; }

    /// <summary>The VLAN whose trust lists hold in segment <paramref name="segment"/>: the innermost tag, 0 when untagged.</summary>
    public ushort VlanOf(int segment) => Segments.Describe(segment).InnermostVlan;

    /// <summary>The operator's settings for a detector, or its defaults. Set by the configuration reader; key is the detector's id.</summary>
    public SettingsReader SettingsFor { get; init; } = static (_, _) => null;

    /// <summary>The settings of detector <paramref name="id"/>: the operator's if given, else <paramref name="defaults"/>.</summary>
    public T Settings<[DynamicallyAccessedMembers(SettingsRecord.Members)] T>(string id, T defaults) where T : class =>
        (T?)SettingsFor(id, typeof(T)) ?? defaults;
}
