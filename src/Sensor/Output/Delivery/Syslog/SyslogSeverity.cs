using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Syslog;

/// <summary>Severities as syslog counts them (RFC 5424 section 6.2.1): critical 2, error 3, warning 4, notice 5, informational 6.</summary>
internal static class SyslogSeverity
{
    private static readonly int[] Numbers = [6, 5, 4, 3, 2];

    /// <summary>The severity number.</summary>
    public static int Of(Severity severity) => Numbers[(int)severity];

    /// <summary>PRI: facility times eight plus severity.</summary>
    public static int Priority(SyslogFacility facility, Severity severity) => ((int)facility * 8) + Of(severity);
}
