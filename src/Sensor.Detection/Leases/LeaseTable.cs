using Sensor.Core.Observations;

namespace Sensor.Detection.Leases;

/// <summary>DHCPv4 and DHCPv6 transactions by xid and client, and what each server has offered over time. Bounded.</summary>
public sealed class LeaseTable
{
    /// <summary>Subscribes to lease observations.</summary>
    public void Subscribe(ObservationBus bus) => throw new NotImplementedException();
}
