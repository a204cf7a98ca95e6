using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;

namespace Sensor.Commands;

/// <summary>How results are written.</summary>
public enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>Suricata's EVE JSON, one alert a line.</summary>
    Eve,

    /// <summary>Whole incidents as JSON, one a line.</summary>
    JsonLines,

    /// <summary>Elastic Common Schema, one document a line.</summary>
    Ecs,

    /// <summary>ArcSight's Common Event Format.</summary>
    Cef,

    /// <summary>IBM's Log Event Extended Format 2.0.</summary>
    Leef,

    /// <summary>OCSF Detection Finding, one object a line.</summary>
    Ocsf,

    /// <summary>STIX 2.1, one bundle a line.</summary>
    Stix,
}

/// <summary>What `sensor replay` was asked to do.</summary>
public sealed record ReplayArguments
{
    /// <summary>Files, directories, or "-" for standard input.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where configuration comes from.</summary>
    public ConfigurationSources Configuration { get; init; } = new(null, null, []);

    /// <summary>How to write results.</summary>
    public OutputFormat Format { get; init; }

    /// <summary>File to write results to, or null for standard output.</summary>
    public string? OutputPath { get; init; }

    /// <summary>File for the report, or null.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Directory for each incident's frames, proxy configurations and payloads, or null.</summary>
    public string? EvidencePath { get; init; }

    /// <summary>Whether the input is read a second time, for its frames.</summary>
    public bool ReadsTwice => EvidencePath is not null || ReportPath is not null;

    /// <summary>Whether findings below the alert threshold are shown too.</summary>
    public bool All { get; init; }

    /// <summary>Whether each file is a world of its own.</summary>
    public bool Separate { get; init; }

    /// <summary>Analysis workers.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>BPF expression, or null.</summary>
    public string? Filter { get; init; }

    /// <summary>What to do about wrong checksums.</summary>
    public ChecksumMode Checksums { get; init; }

    /// <summary>Whether to draw no progress even on a terminal.</summary>
    public bool NoProgress { get; init; }

    /// <summary>Severity from which on an alert makes the exit status 3, or null.</summary>
    public Severity? FailOn { get; init; }
}
