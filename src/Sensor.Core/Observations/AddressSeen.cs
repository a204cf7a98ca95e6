namespace Sensor.Core.Observations;

/// <summary>
/// An IP packet came from this MAC with this source address (both in the sighting): the binding that traffic itself shows. Observed at first
/// sight and then about once a minute a binding; not for MACs that send for very many addresses (routers), see <see cref="ManySources"/>.
/// </summary>
public struct AddressSeen
{
    /// <summary>This MAC has sent for more addresses than a host owns within the last minute; further addresses are not reported for a while.</summary>
    public bool ManySources;
}
