using Sensor.Core.Wire;

namespace Sensor.Probing;

/// <summary>An answer to a probe.</summary>
/// <param name="Probe">What was asked.</param>
/// <param name="From">The address it came from.</param>
/// <param name="Mac">The hardware address it came from.</param>
/// <param name="Says">What it says, in words; texts from the wire are not yet made printable.</param>
/// <param name="AfterNs">Nanoseconds after the probe was sent.</param>
internal sealed record ProbeAnswer(Probe Probe, IpAddress From, MacAddress Mac, string Says, long AfterNs);
