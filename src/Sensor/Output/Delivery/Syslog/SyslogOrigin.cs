namespace Sensor.Output.Delivery.Syslog;

/// <summary>Who speaks, as syslog wants it.</summary>
/// <param name="Facility">Facility of every message.</param>
/// <param name="HostName">The machine.</param>
/// <param name="AppName">The program.</param>
/// <param name="ProcessId">The process, or empty.</param>
internal sealed record SyslogOrigin(SyslogFacility Facility, string HostName, string AppName, string ProcessId);
