namespace Sensor.Output.Delivery;

/// <summary>Who the messages come from.</summary>
/// <param name="HostName">The machine's name, where a target names no other.</param>
/// <param name="ProcessId">The process, or empty: PROCID of syslog.</param>
public sealed record SensorIdentity(string HostName, string ProcessId)
{
    /// <summary>This machine and this process.</summary>
    public static SensorIdentity OfThisProcess() => new(
        Environment.MachineName, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
