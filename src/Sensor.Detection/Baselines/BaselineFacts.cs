using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Baselines;

/// <summary>
/// Reads what a network shows about itself out of the observations: address plans and routers here, names and the web in the other parts. Told
/// after the tables, which it asks who is who. Allocates nothing for what is known.
/// </summary>
internal sealed partial class BaselineFacts :
    IObserve<LeaseOffered>, IObserve<Dhcpv6Offered>, IObserve<RouterAdvertised>, IObserve<AddressClaimed>, IObserve<AddressSeen>,
    IObserve<NameAnswered>, IObserve<NameRegistered>, IObserve<HttpAnswered>, IObserve<ProxyUsed>, IObserve<TlsAnswered>, IObserve<RedundancyAdvertised>
{
    private const byte Offer = 2, Ack = 5, Advertise = 2, Reply = 7;

    private readonly DetectionContext _context;
    private readonly IBaselineSink _sink;

    public BaselineFacts(DetectionContext context, IBaselineSink sink) => (_context, _sink) = (context, sink);

    /// <summary>Subscribes to everything it reads.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<Dhcpv6Offered>(this);
        bus.Subscribe<RouterAdvertised>(this);
        bus.Subscribe<AddressClaimed>(this);
        bus.Subscribe<AddressSeen>(this);
        bus.Subscribe<NameAnswered>(this);
        bus.Subscribe<NameRegistered>(this);
        bus.Subscribe<HttpAnswered>(this);
        bus.Subscribe<ProxyUsed>(this);
        bus.Subscribe<TlsAnswered>(this);
        bus.Subscribe<RedundancyAdvertised>(this);
    }

    public void Observe(in Observed<LeaseOffered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.MessageType is not (Offer or Ack))
            return;
        var server = fact.ServerIdentifier.IsUnspecified ? seen.At.Source : fact.ServerIdentifier;
        var isRelayed = !fact.RelayAddress.IsUnspecified || seen.At.SourceMac.IsNone || seen.At.InTunnel;
        var plan = new Plan
        {
            Server = server,
            By = isRelayed ? HostAt(in seen.At, server) : _context.Hosts.Of(seen.At.Segment, seen.At.SourceMac, seen.At.TimestampNs),
            Client = fact.ClientMac.Value,
        };
        Take(BaselineKind.DhcpServer, in plan, isRelayed ? MacAddress.None : seen.At.SourceMac, in seen.At);
        var url = PlanText.TrimValue(seen.Text(fact.Wpad));
        if (!url.IsEmpty)
            Take(BaselineKind.DhcpWpad, in plan, url, in seen.At);
        TakeEach(BaselineKind.DhcpRouter, in plan, seen.Addresses(fact.Routers), in seen.At);
        TakeEach(BaselineKind.DhcpDns, in plan, seen.Addresses(fact.DnsServers), in seen.At);
        TakeEach(BaselineKind.DhcpWins, in plan, seen.Addresses(fact.WinsServers), in seen.At);
        TakeNames(in plan, seen.Text(fact.Domain), in seen.At);
        TakeNames(in plan, seen.Text(fact.SearchList), in seen.At);
    }

    public void Observe(in Observed<Dhcpv6Offered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.MessageType is not (Advertise or Reply) || seen.At.Source.IsUnspecified)
            return;
        var isRelayed = fact.RelayHops > 0 || seen.At.SourceMac.IsNone || seen.At.InTunnel;
        var plan = new Plan
        {
            Server = seen.At.Source,
            By = isRelayed ? HostAt(in seen.At, seen.At.Source) : _context.Hosts.Of(seen.At.Segment, seen.At.SourceMac, seen.At.TimestampNs),
            Client = seen.Text(fact.ClientDuid).StableHash(),
        };
        Take(BaselineKind.DhcpServer, in plan, isRelayed ? MacAddress.None : seen.At.SourceMac, in seen.At);
        TakeEach(BaselineKind.DhcpDns, in plan, seen.Addresses(fact.DnsServers), in seen.At);
        TakeNames(in plan, seen.Text(fact.SearchList), in seen.At);
    }

    public void Observe(in Observed<RouterAdvertised> seen)
    {
        if (seen.At.InTunnel || (seen.Fact.RouterLifetime == 0 && seen.Fact.DnsServers.IsEmpty))
            return;
        var plan = new Plan { Server = seen.At.Source, By = _context.Hosts.SenderOf(in seen.At), Client = 0 };
        Take(BaselineKind.RouterAdvert, in plan, seen.At.SourceMac, in seen.At);
        TakeEach(BaselineKind.RouterAdvertDns, in plan, seen.Addresses(seen.Fact.DnsServers), in seen.At);
    }

    public void Observe(in Observed<AddressClaimed> seen)
    {
        if (!seen.At.InTunnel && !seen.Fact.IsProbe)
            TakeBinding(seen.Fact.SenderAddress, seen.Fact.SenderMac, seen.Fact.IsGratuitous ? 0 : seen.Fact.TargetAddress.StableHash(), in seen.At);
    }

    public void Observe(in Observed<AddressSeen> seen)
    {
        if (!seen.At.InTunnel && !seen.Fact.ManySources)
            TakeBinding(seen.At.Source, seen.At.SourceMac, 0, in seen.At);
    }

    // A gateway is an address that DHCP or an advertisement calls router, or the own address of a MAC that forwards for many.
    private void TakeBinding(IpAddress address, MacAddress mac, ulong client, in Sighting at)
    {
        if (mac.IsNone || mac.IsGroup || address.IsUnspecified)
            return;
        if (mac.IsVirtualRouter)
        {
            var group = new Plan { Server = address, By = _context.Hosts.Of(at.Segment, mac, at.TimestampNs), Client = client };
            Take(BaselineKind.VirtualRouter, in group, mac, in at);
            return;
        }
        if (!IsGateway(at.Segment, address, mac))
            return;
        var plan = new Plan { Server = address, By = _context.Hosts.Of(at.Segment, mac, at.TimestampNs), Client = client };
        Take(BaselineKind.Gateway, in plan, mac, in at);
    }

    private bool IsGateway(int segment, IpAddress address, MacAddress mac)
    {
        if (_context.Leases.Of(segment).IsRouter(address))
            return true;
        return _context.Hosts.Find(segment, mac) is { } host && host.Has(address)
            && (host.Is(HostRoles.Router) || _context.Hosts.IsRouterMac(segment, mac));
    }

    private Host HostAt(in Sighting at, IpAddress address) => _context.Hosts.Of(at.Segment, address, at.TimestampNs);

    private void TakeEach(BaselineKind kind, in Plan plan, ReadOnlySpan<IpAddress> addresses, in Sighting at)
    {
        foreach (var address in addresses)
        {
            if (!address.IsUnspecified)
                _sink.Take(new BaselineFact { Kind = kind, Key = plan.Server, Value = address, By = plan.By, Client = plan.Client, LeadsTo = address }, in at);
        }
    }

    /// <summary>Names separated by spaces or commas, as options 15 and 119 hold them.</summary>
    private void TakeNames(in Plan plan, ReadOnlySpan<byte> names, in Sighting at)
    {
        Span<byte> lower = stackalloc byte[256];
        while (!names.IsEmpty)
        {
            var end = names.IndexOfAny((byte)' ', (byte)',');
            var name = PlanText.TrimName(end < 0 ? names : names[..end]);
            names = end < 0 ? [] : names[(end + 1)..];
            if (name.IsEmpty || name.Length > lower.Length)
                continue;
            for (var i = 0; i < name.Length; i++)
                lower[i] = PlanText.Lower(name[i]);
            Take(BaselineKind.DhcpDomain, in plan, (ReadOnlySpan<byte>)lower[..name.Length], in at);
        }
    }

    private void Take(BaselineKind kind, in Plan plan, scoped BaselineTerm value, in Sighting at) =>
        _sink.Take(new BaselineFact { Kind = kind, Key = plan.Server, Value = value, By = plan.By, Client = plan.Client }, in at);

    /// <summary>Who says something, and to whom.</summary>
    private readonly struct Plan
    {
        public IpAddress Server { get; init; }

        public Host By { get; init; }

        public ulong Client { get; init; }
    }
}
