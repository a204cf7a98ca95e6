using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Tests.Hosts;

public sealed class HostTableTests
{
    private readonly FactFeeder _lan = new();
    private readonly Station _gateway = Station.Number(1), _alice = Station.Number(10), _mallory = Station.Number(66);

    private HostTable Hosts => _lan.Engine.Hosts;

    [Fact]
    public void Knows_a_host_by_its_mac_with_all_its_addresses()
    {
        _lan.Seen(_alice);
        _lan.Seen(_alice with { V4 = _alice.V6 });

        var host = Hosts.Find(0, _alice.Mac);

        Assert.Equal([_alice.V4, _alice.V6], host!.Addresses);
        Assert.Same(host, Hosts.Find(0, _alice.V4));
        Assert.Same(host, Hosts.Of(0, _alice.V6, _lan.NowNs));
    }

    [Fact]
    public void Keeps_an_address_with_its_living_owner_when_another_claims_it()
    {
        _lan.Seen(_gateway);
        _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);

        Assert.Equal(_gateway.Mac, Hosts.BindingOf(0, _gateway.V4).Mac);
        Assert.True(Hosts.Find(0, _mallory.Mac)!.IsContested);
        Assert.DoesNotContain(_gateway.V4, Hosts.Find(0, _mallory.Mac)!.Addresses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_gateway_brings_from_outside_is_not_its_own_though_the_TTL_is_a_hosts(bool isGatewayFirst)
    {
        var outside = _gateway with { V4 = IpAddress.FromV4(0xCB007150) };
        if (isGatewayFirst)
            _lan.Seen(_gateway);
        _lan.Seen(outside);
        if (!isGatewayFirst)
            _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);

        Assert.Equal([_gateway.V4], Hosts.Find(0, _gateway.Mac)!.Addresses);
        Assert.NotSame(Hosts.Find(0, _gateway.Mac), Hosts.Of(0, outside.V4, _lan.NowNs));
    }

    [Fact]
    public void A_second_address_of_the_same_net_is_the_hosts_own()
    {
        var (first, second) = (IpAddress.FromV4(0xCB007105), IpAddress.FromV4(0xCB007106));
        _lan.Seen(_alice with { V4 = first });
        _lan.Seen(_alice with { V4 = second });

        Assert.Equal([first, second], Hosts.Find(0, _alice.Mac)!.Addresses);
    }

    [Fact]
    public void A_host_that_never_spoke_is_known_by_the_address_it_was_told_under()
    {
        Assert.Equal([_alice.V6], Hosts.Told(0, _alice.Mac, _alice.V6, 1).Addresses);
        Assert.Equal([_alice.V6], Hosts.Told(0, _alice.Mac, _alice.V4, 2).Addresses);
    }

    [Fact]
    public void Moves_an_address_after_long_silence()
    {
        _lan.Seen(_alice);
        _lan.Wait(TimeSpan.FromMinutes(11));
        _lan.Arp(_mallory.Mac, _alice.V4, MacAddress.None, _alice.V4, 1);
        _lan.Seen(_gateway);

        Assert.Equal(_mallory.Mac, Hosts.BindingOf(0, _alice.V4).Mac);
        Assert.Empty(Hosts.Find(0, _alice.Mac)!.Addresses);
    }

    [Fact]
    public void Moves_an_address_to_who_probed_for_it_and_was_not_answered()
    {
        _lan.Seen(_alice);
        _lan.Wait(TimeSpan.FromMinutes(3));
        _lan.Arp(_mallory.Mac, IpAddress.AnyV4, MacAddress.None, _alice.V4, 1);
        _lan.Arp(_mallory.Mac, _alice.V4, MacAddress.None, _alice.V4, 1);
        _lan.Seen(_gateway);

        Assert.Equal(_mallory.Mac, Hosts.BindingOf(0, _alice.V4).Mac);
    }

    [Fact]
    public void Moves_a_released_address_at_once()
    {
        _lan.Seen(_alice);
        _lan.Deliver(_lan.Packet(_alice, _gateway, 68, 67), (ref LeaseAsked fact, ObservationLog _) =>
        {
            fact.MessageType = 7;
            fact.ClientMac = _alice.Mac;
            fact.ClientAddress = _alice.V4;
        });
        _lan.OfferLease(_gateway, _mallory with { V4 = _alice.V4 }, static (ref LeaseOffered _, ObservationLog _) => { });
        _lan.Seen(_gateway);

        var binding = Hosts.BindingOf(0, _alice.V4);
        Assert.Equal(_mallory.Mac, binding.Mac);
        Assert.True(binding.ByLease);
    }

    [Fact]
    public void Believes_traffic_over_a_claim_that_came_first()
    {
        _lan.Arp(_mallory.Mac, _alice.V4, _gateway.Mac, _gateway.V4);
        _lan.Seen(_alice);
        _lan.Seen(_gateway);

        Assert.Equal(_alice.Mac, Hosts.BindingOf(0, _alice.V4).Mac);
        Assert.True(Hosts.Find(0, _mallory.Mac)!.IsContested);
    }

    [Fact]
    public void Tells_the_binding_before_the_packet_that_is_being_delivered()
    {
        _lan.Seen(_gateway);
        _lan.Wait(TimeSpan.FromMinutes(20));
        var watcher = new BindingWatcher(Hosts, _gateway.V4);
        _lan.Engine.Bus.Subscribe(watcher);

        _lan.Arp(_mallory.Mac, _gateway.V4, MacAddress.None, _gateway.V4, 1);

        Assert.Equal(_gateway.Mac, watcher.Before.Mac);
    }

    [Fact]
    public void Knows_hosts_behind_a_router_by_their_address()
    {
        _lan.Arp(_gateway.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        _lan.Seen(_gateway, manySources: true);
        var server = IpAddress.FromV4(0x08080808);
        var at = _lan.Stamp(_lan.Packet(_gateway with { V4 = server }, _alice, 53, 4000));

        Assert.Equal([server], Hosts.SenderOf(in at).Addresses);
        Assert.Empty(Hosts.SenderOf(in at).Macs);
        Assert.Equal(_gateway.Mac, Hosts.Find(0, _gateway.V4)!.Macs[0]);
    }

    [Fact]
    public void Takes_what_passed_a_router_for_a_host_of_its_own()
    {
        _lan.Seen(_gateway);
        _lan.Ttl = 57;
        var at = _lan.Stamp(_lan.Packet(_gateway with { V4 = IpAddress.FromV4(0x08080808) }, _alice, 53, 4000));

        Assert.Empty(Hosts.SenderOf(in at).Macs);
    }

    [Fact]
    public void Names_the_sender_of_a_spoofed_packet_by_its_mac()
    {
        _lan.Seen(_gateway);
        var at = _lan.Stamp(_lan.Packet(_mallory with { V4 = _gateway.V4 }, _alice, 53, 4000));

        Assert.Equal([_mallory.Mac], Hosts.SenderOf(in at).Macs);
    }

    [Fact]
    public void Takes_an_address_that_was_spoken_of_for_the_host_that_shows_up_with_it()
    {
        var spokenOf = Hosts.Of(0, _mallory.V4, _lan.NowNs);
        _lan.Arp(_mallory.Mac, _mallory.V4, _alice.Mac, _alice.V4);

        Assert.Same(spokenOf, Hosts.Find(0, _mallory.Mac));
        Assert.Equal([_mallory.Mac], spokenOf.Macs);
        Assert.Equal([_mallory.V4], spokenOf.Addresses);
    }

    [Fact]
    public void Joins_an_address_that_was_spoken_of_to_the_host_whose_mac_was_known_already()
    {
        var host = Hosts.Of(0, _mallory.Mac, _lan.NowNs);
        var spokenOf = Hosts.Of(0, _mallory.V4, _lan.NowNs);
        _lan.Arp(_mallory.Mac, _mallory.V4, _alice.Mac, _alice.V4);

        Assert.Same(host, Hosts.Find(0, _mallory.V4));
        Assert.Equal([spokenOf.Id], host.FormerIds);
        Assert.Equal([_mallory.Mac], spokenOf.Macs);
    }

    [Fact]
    public void Gives_no_router_role_to_a_spoofer_that_forwards_for_many()
    {
        _lan.Seen(_gateway);
        _lan.Arp(_mallory.Mac, _gateway.V4, _alice.Mac, _alice.V4);
        _lan.Seen(_mallory, manySources: true);

        Assert.False(Hosts.IsRouterMac(0, _mallory.Mac));
        Assert.False(Hosts.Find(0, _mallory.Mac)!.Is(HostRoles.Router));
    }

    [Fact]
    public void Keeps_the_same_private_address_in_two_segments_apart()
    {
        _lan.Seen(_alice);
        _lan.Segment = 1;
        _lan.Seen(_mallory with { V4 = _alice.V4 });

        Assert.NotSame(Hosts.Find(0, _alice.V4), Hosts.Find(1, _alice.V4));
    }

    [Fact]
    public void Learns_roles_from_the_first_dhcp_server_only()
    {
        _lan.OfferLease(_gateway, _alice, (ref LeaseOffered fact, ObservationLog log) => fact.Routers = log.Keep([_gateway.V4]));
        _lan.OfferLease(_mallory, _alice, (ref LeaseOffered fact, ObservationLog log) => fact.Routers = log.Keep([_mallory.V4]));

        Assert.True(Hosts.Of(0, _gateway.V4, 0).Is(HostRoles.Router));
        Assert.False(Hosts.Of(0, _mallory.V4, 0).Is(HostRoles.Router));
        Assert.True(Hosts.Find(0, _mallory.Mac)!.Is(HostRoles.DhcpServer));
    }

    [Fact]
    public void Learns_the_names_hosts_give_themselves()
    {
        _lan.AskLease(_alice, hostName: "ALICE-PC");
        _lan.Register(RegistrationKind.NbnsRegistration, _alice, "alice-pc", [_alice.V4]);
        _lan.Register(RegistrationKind.MdnsAnnouncement, _gateway, "printer.local", [_gateway.V4]);

        Assert.Equal(["alice-pc"], Hosts.Find(0, _alice.Mac)!.Names);
        Assert.Same(Hosts.Find(0, _gateway.Mac), Hosts.OwnerOfName(0, NameStem.Of("PRINTER"u8), 0));
    }

    [Fact]
    public void Stays_within_its_bounds()
    {
        for (var i = 0; i < HostTable.MaxHosts + 5000; i++)
            Hosts.Of(0, new MacAddress(0x0400_0000_0000UL + (ulong)i), i);

        Assert.InRange(Hosts.All.Count(), 1, HostTable.MaxHosts);
        Assert.True(Hosts.Evicted > 0);
        Assert.Null(Hosts.Find(0, new MacAddress(0x0400_0000_0000UL)));
    }

    private sealed class BindingWatcher(HostTable hosts, IpAddress address) : IObserve<AddressClaimed>
    {
        public Binding Before { get; private set; }

        public void Observe(in Observed<AddressClaimed> seen) => Before = hosts.BindingOf(seen.At.Segment, address);
    }
}
