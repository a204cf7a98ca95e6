namespace Sensor.Output.Delivery.Bodies;

/// <summary>
/// What is left out of an over-long JSON body, first what comes first. Paths go through lists: "sensor.victims.stages" is that field of every
/// victim. Part of the format: docs/output.md shows the same lists.
/// </summary>
internal static class DropOrder
{
    private static readonly string[] Eve =
    [
        "sensor.techniques", "sensor.next_steps", "sensor.refuted_by", "sensor.victims.stages", "sensor.frames", "sensor.explained_by",
        "alert.metadata", "dns", "llmnr", "mdns", "tls", "http", "sensor.joined_incidents", "community_id", "ether", "sensor.suspect.names",
        "sensor.incident_severity", "sensor.incident_confidence", "in_iface", "app_proto", "vlan", "sensor.suspect", "sensor.victims",
        "sensor.fields", "sensor.summary",
    ];

    private static readonly string[] Ecs =
    [
        "rule.reference", "event.reason", "sensor.summary", "sensor.techniques", "sensor.next_steps", "sensor.refuted_by", "sensor.victims.stages",
        "sensor.frames", "sensor.explained_by", "threat", "related.hosts", "related", "tls", "file", "url", "user", "dns",
        "sensor.joined_incidents", "network.community_id", "sensor.suspect.names", "sensor.incident_severity", "sensor.incident_confidence",
        "observer.ingress", "sensor.suspect", "sensor.victims", "sensor.fields", "network", "message",
        "rule.category", "rule.ruleset", "rule.version", "event.module", "event.provider", "event.start", "event.end", "observer.version",
        "observer.vendor", "observer.type", "source.mac", "destination.mac", "source.address", "destination.address",
    ];

    private static readonly string[] Ocsf =
    [
        "remediation", "unmapped.sensor.techniques", "unmapped.sensor.next_steps", "unmapped.sensor.summary", "unmapped.sensor.refuted_by",
        "unmapped.sensor.victims.stages", "unmapped.sensor.frames", "unmapped.sensor.explained_by", "finding_info.desc", "finding_info.attacks",
        "resources", "evidences", "unmapped.sensor.joined_incidents", "unmapped.sensor.suspect", "unmapped.sensor.victims",
        "unmapped.sensor.fields", "metadata.log_name", "message",
        "finding_info.analytic", "finding_info.types", "finding_info.data_sources", "finding_info.first_seen_time", "finding_info.last_seen_time",
        "finding_info.created_time", "metadata.original_time", "metadata.log_provider", "unmapped.sensor.incident_severity",
        "unmapped.sensor.incident_confidence", "category_name", "class_name", "activity_name", "type_name", "severity", "confidence", "status",
        "status_id", "start_time", "end_time",
    ];

    /// <summary>The paths of <paramref name="format"/>.</summary>
    public static IReadOnlyList<string> Of(BodyFormat format) => format switch
    {
        BodyFormat.Ecs => Ecs,
        BodyFormat.Ocsf => Ocsf,
        _ => Eve,
    };
}
