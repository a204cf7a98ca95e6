using Sensor.Core.Observations;

namespace Sensor.Detection.Leases;

/// <summary>
/// DHCPv4 and DHCPv6 transactions by xid and client, and what each server has offered over time, a segment each. Bounded, deterministic, and
/// without allocation for what was seen before. Subscribed before the detectors, so that <see cref="Current"/> describes the message a detector
/// is being told.
/// </summary>
public sealed class LeaseTable : IObserve<LeaseAsked>, IObserve<LeaseOffered>, IObserve<Dhcpv6Asked>, IObserve<Dhcpv6Offered>
{
    /// <summary>The server message being delivered. Valid only while a LeaseOffered or Dhcpv6Offered is delivered.</summary>
    public ref readonly LeaseExchange Current => throw new NotImplementedException();

    /// <summary>What DHCP told the hosts of segment <paramref name="segment"/>; <see cref="SegmentLeases.Empty"/> when nothing was seen.</summary>
    public SegmentLeases Of(int segment) => throw new NotImplementedException();

    /// <summary>All servers in the order of first sight.</summary>
    public IReadOnlyList<LeaseServer> Servers => throw new NotImplementedException();

    /// <summary>Transactions pushed out by newer ones while they were still young.</summary>
    public long TransactionsEvicted => throw new NotImplementedException();

    /// <summary>Servers and values not kept because a bound was reached.</summary>
    public long NotKept => throw new NotImplementedException();

    /// <summary>Subscribes to lease observations.</summary>
    public void Subscribe(ObservationBus bus) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseAsked> seen) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Asked> seen) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Offered> seen) => throw new NotImplementedException();
}
