using Sensor.Detection.Incidents;

namespace Sensor.Output.Formats;

/// <summary>Severity and confidence as numbers, in the scale of each format. They are part of the formats and never change.</summary>
internal static class Scales
{
    private static readonly int[] CefSeverities = [1, 3, 6, 8, 10];
    private static readonly int[] EcsSeverities = [1, 21, 47, 73, 99];
    private static readonly int[] StixConfidences = [15, 50, 85];

    /// <summary>CEF counts from 0 to 10 (0–3 low, 4–6 medium, 7–8 high, 9–10 very high); LEEF from 1 to 10, in the same sense.</summary>
    public static int Cef(Severity severity) => CefSeverities[(int)severity];

    /// <summary>
    /// ECS leaves the scale to the source; these are the risk scores Elastic's own rules give low, medium, high and critical.
    /// </summary>
    public static int Ecs(Severity severity) => EcsSeverities[(int)severity];

    /// <summary>OCSF severity_id: 1 informational, 2 low, 3 medium, 4 high, 5 critical.</summary>
    public static int Ocsf(Severity severity) => (int)severity + 1;

    /// <summary>OCSF confidence_id: 1 low, 2 medium, 3 high.</summary>
    public static int Ocsf(Confidence confidence) => (int)confidence + 1;

    /// <summary>STIX 2.1 appendix A, the scale None/Low/Med/High: the middle of each range.</summary>
    public static int Stix(Confidence confidence) => StixConfidences[(int)confidence];
}
