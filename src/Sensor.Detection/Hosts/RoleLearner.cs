using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Hosts;

/// <summary>Teaches the host table what hosts are: roles and the names they give themselves.</summary>
internal sealed class RoleLearner(HostTable hosts, QuestionTable? questions) :
    IPrefetch<LeaseAsked>, IObserve<LeaseOffered>, IObserve<Dhcpv6Asked>, IObserve<Dhcpv6Offered>, IObserve<RouterAdvertised>,
    IObserve<NameAsked>, IObserve<NameAnswered>, IObserve<NameRegistered>, IKeepsState
{
    private const ushort TypeA = 1, TypeAaaa = 28, TypeAny = 255;

    private readonly Dictionary<int, Host> _firstDhcpServer = [];
    private IpAddress _lastResolverAddress;
    private MacAddress _lastResolverMac;
    private int _lastResolverSegment;
    private Host? _lastResolver;

    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<LeaseAsked>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<Dhcpv6Asked>(this);
        bus.Subscribe<Dhcpv6Offered>(this);
        bus.Subscribe<RouterAdvertised>(this);
        bus.Subscribe<NameAsked>(this, NameTopics.Llmnr);
        bus.Subscribe<NameAnswered>(this, NameTopics.Dns | NameTopics.Mdns);
        bus.Subscribe<NameRegistered>(this);
    }

    public void Prefetch(in Observed<LeaseAsked> seen) => hosts.PrefetchClient(seen.At.Segment, seen.Fact.ClientMac);

    public void Observe(in Observed<LeaseAsked> seen)
    {
        if (seen.Fact.ClientMac.IsNone || seen.Fact.ClientMac.IsGroup)
            return;
        hosts.NoteClient(seen.At.Segment, seen.Fact.ClientMac, seen.Text(seen.Fact.HostName));
    }

    public void Observe(in Observed<LeaseOffered> seen)
    {
        var server = hosts.SenderOf(in seen.At);
        server.Roles |= HostRoles.DhcpServer;
        // Who was there first decides who the routers are: a second server must not make itself one.
        if (_firstDhcpServer.TryAdd(seen.At.Segment, server) || _firstDhcpServer[seen.At.Segment] == server)
        {
            foreach (var router in seen.Addresses(seen.Fact.Routers))
                hosts.Of(seen.At.Segment, router, seen.At.TimestampNs).Roles |= HostRoles.Router;
            foreach (var wins in seen.Addresses(seen.Fact.WinsServers))
                hosts.Of(seen.At.Segment, wins, seen.At.TimestampNs).Roles |= HostRoles.WinsServer;
        }
    }

    public void Observe(in Observed<Dhcpv6Asked> seen)
    {
        if (seen.Fact.RelayHops > 0)
            return;
        var client = hosts.SenderOf(in seen.At);
        client.Roles |= HostRoles.DhcpClient;
        hosts.LearnName(client, seen.Text(seen.Fact.HostName));
    }

    public void Observe(in Observed<Dhcpv6Offered> seen) => hosts.SenderOf(in seen.At).Roles |= HostRoles.DhcpServer;

    public void Observe(in Observed<RouterAdvertised> seen)
    {
        if (!seen.At.InTunnel && seen.Fact.RouterLifetime > 0)
            hosts.SenderOf(in seen.At).Roles |= HostRoles.Router;
    }

    // A question of type ANY by LLMNR is how a host makes sure of its own name (RFC 4795 section 4.1).
    public void Observe(in Observed<NameAsked> seen)
    {
        if (seen.Fact.Type == TypeAny && !seen.At.InTunnel)
            hosts.LearnName(hosts.SenderOf(in seen.At), seen.Text(seen.Fact.Name));
    }

    public void Observe(in Observed<NameAnswered> seen)
    {
        if (seen.Fact.Protocol == NameProtocol.Dns)
        {
            LearnResolver(in seen.At);
            if (!_lastResolver!.ResolvesOrdinaryNames)
                _lastResolver.ResolvesOrdinaryNames = !WpadName.Is(seen.Text(seen.Fact.Name));
        }
        else if (seen.Text(seen.Fact.Name).EndsWith("_sleep-proxy._udp.local"u8))
            hosts.SenderOf(in seen.At).Roles |= HostRoles.SleepProxy;
    }

    public void Observe(in Observed<NameRegistered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var isOwn = fact.Kind switch
        {
            RegistrationKind.NbnsRegistration or RegistrationKind.NbnsRefresh => !fact.IsGroup,
            RegistrationKind.MdnsProbe => fact.Type is TypeA or TypeAaaa or TypeAny,
            // A poisoner answers by multicast too: only what nobody asked for is a name of one's own.
            RegistrationKind.MdnsAnnouncement => fact.Type is TypeA or TypeAaaa or TypeAny
                && !(questions?.IsAskedByMdns(seen.At.Segment, fact.NameHash, seen.At.TimestampNs) ?? false),
            _ => false,
        };
        if (isOwn && !seen.At.InTunnel)
            hosts.LearnName(hosts.SenderOf(in seen.At), seen.Text(fact.Name));
    }

    void IKeepsState.Save(SnapshotWriter writer) => writer.List(_firstDhcpServer, static (to, first) =>
    {
        to.I32(first.Key);
        to.Host(first.Value);
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from =>
    {
        if ((from.Segment(), from.Host()) is (var segment, { } server))
            _firstDhcpServer[segment] = server;
    });

    private void LearnResolver(in Sighting at)
    {
        if (_lastResolver is null || at.Source != _lastResolverAddress || at.SourceMac != _lastResolverMac || at.Segment != _lastResolverSegment)
        {
            _lastResolver = hosts.SenderOf(in at);
            (_lastResolverAddress, _lastResolverMac, _lastResolverSegment) = (at.Source, at.SourceMac, at.Segment);
        }
        hosts.NoteResolver(_lastResolver, at.Destination);
        _lastResolver.LastSeenNs = Math.Max(_lastResolver.LastSeenNs, at.TimestampNs);
    }
}
