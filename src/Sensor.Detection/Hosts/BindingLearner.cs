using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <summary>Teaches the host table which MAC has which address: ARP, NDP, DHCP and traffic.</summary>
internal sealed class BindingLearner(HostTable hosts) :
    IObserve<AddressSeen>, IObserve<AddressClaimed>, IObserve<NeighborAdvertised>, IObserve<NeighborSolicited>,
    IObserve<RouterAdvertised>, IObserve<LeaseAsked>, IObserve<LeaseOffered>, IObserve<Dhcpv6Offered>, IObserve<NameAnswered>,
    IObserve<NameRegistered>, IObserve<PacketRelayed>, IObserve<RouteRedirected>, IObserve<HttpRequested>, IObserve<HttpAnswered>
{
    private const byte DhcpRelease = 7, DhcpAck = 5;

    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<AddressSeen>(this);
        bus.Subscribe<AddressClaimed>(this);
        bus.Subscribe<NeighborAdvertised>(this);
        bus.Subscribe<NeighborSolicited>(this);
        bus.Subscribe<RouterAdvertised>(this);
        bus.Subscribe<LeaseAsked>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<Dhcpv6Offered>(this);
        bus.Subscribe<NameAnswered>(this);
        bus.Subscribe<NameRegistered>(this);
        bus.Subscribe<PacketRelayed>(this);
        bus.Subscribe<RouteRedirected>(this);
        bus.Subscribe<HttpRequested>(this);
        bus.Subscribe<HttpAnswered>(this);
    }

    public void Observe(in Observed<AddressSeen> seen)
    {
        hosts.Begin(in seen.At);
        if (seen.At.InTunnel || seen.At.SourceMac.IsNone)
            return;
        if (seen.Fact.ManySources)
            hosts.MarkRouter(in seen.At);
        else
            hosts.Bind(in seen.At, seen.At.Source, seen.At.SourceMac, BindingSource.Traffic);
    }

    public void Observe(in Observed<AddressClaimed> seen)
    {
        hosts.Begin(in seen.At);
        if (seen.Fact.IsProbe)
            hosts.Probe(in seen.At, seen.Fact.TargetAddress, seen.Fact.SenderMac);
        else
            hosts.Bind(in seen.At, seen.Fact.SenderAddress, seen.Fact.SenderMac, BindingSource.Claim);
    }

    public void Observe(in Observed<NeighborAdvertised> seen)
    {
        hosts.Begin(in seen.At);
        if (!seen.At.InTunnel)
            hosts.Bind(in seen.At, seen.Fact.Target, Either(seen.Fact.TargetMac, seen.At.SourceMac), BindingSource.Claim);
    }

    public void Observe(in Observed<NeighborSolicited> seen)
    {
        hosts.Begin(in seen.At);
        if (seen.At.InTunnel)
            return;
        if (seen.At.Source.IsUnspecified)
            hosts.Probe(in seen.At, seen.Fact.Target, seen.At.SourceMac);
        else
            hosts.Bind(in seen.At, seen.At.Source, Either(seen.Fact.SourceMac, seen.At.SourceMac), BindingSource.Claim);
    }

    public void Observe(in Observed<RouterAdvertised> seen)
    {
        hosts.Begin(in seen.At);
        if (!seen.At.InTunnel)
            hosts.Bind(in seen.At, seen.At.Source, Either(seen.Fact.SourceMac, seen.At.SourceMac), BindingSource.Claim);
    }

    public void Observe(in Observed<LeaseAsked> seen)
    {
        hosts.Begin(in seen.At);
        if (seen.Fact.MessageType == DhcpRelease)
            hosts.Release(in seen.At, seen.Fact.ClientAddress, seen.Fact.ClientMac);
    }

    public void Observe(in Observed<LeaseOffered> seen)
    {
        hosts.Begin(in seen.At);
        // Between relay and server the client is not on this link.
        if (seen.Fact.MessageType == DhcpAck && seen.Fact.RelayAddress.IsUnspecified && !seen.At.InTunnel)
            hosts.Bind(in seen.At, seen.Fact.YourAddress, seen.Fact.ClientMac, BindingSource.Lease);
    }

    // These bind nothing; the table only has to know that a later packet is being delivered.
    public void Observe(in Observed<Dhcpv6Offered> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<NameAnswered> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<NameRegistered> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<PacketRelayed> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<RouteRedirected> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<HttpRequested> seen) => hosts.Begin(in seen.At);

    public void Observe(in Observed<HttpAnswered> seen) => hosts.Begin(in seen.At);

    private static MacAddress Either(MacAddress option, MacAddress source) => option.IsNone ? source : option;
}
