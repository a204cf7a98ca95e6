using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Tests.Leases;

public sealed class LeaseTableTests
{
    private static readonly Station Server = Station.Number(1), Second = Station.Number(2), Mallory = Station.Number(66), Alice = Station.Number(10);

    private readonly FactFeeder _lan = new();
    private readonly LeaseTable _table = new();
    private readonly Probe _probe;

    public LeaseTableTests()
    {
        _probe = new Probe(_table);
        _table.Subscribe(_lan.Engine.Bus);
        _lan.Engine.Bus.Subscribe<LeaseOffered>(_probe);
        _lan.Engine.Bus.Subscribe<Dhcpv6Offered>(_probe);
    }

    [Fact]
    public void Ties_an_answer_to_its_question()
    {
        _lan.AskLease(Alice, 1, xid: 7);
        var asked = _lan.Frame;
        Offer(Server, router: Server);

        Assert.False(_probe.Last.HasQuestion); // another xid

        Offer(Server, router: Server, xid: 7);

        Assert.True(_probe.Last.HasQuestion);
        Assert.Equal(asked, _probe.Last.Question.FrameNumber);
    }

    [Fact]
    public void Names_the_server_that_answered_the_same_transaction_otherwise()
    {
        Offer(Server, router: Server);
        var honest = _lan.Frame;
        Offer(Mallory, router: Mallory);

        Assert.True(_probe.Last.IsNewServer);
        Assert.Equal(1, _probe.Last.OtherServers);
        Assert.Equal(Server.V4, _probe.Last.Other!.Identifier);
        Assert.Equal(honest, _probe.Last.OtherAnswer.FrameNumber);
        Assert.Equal(PlanParts.Routers, _probe.Last.Contradicts);
        Assert.Equal(Server.V4, _probe.Last.OtherPlan.FirstRouter);
        Assert.Null(_probe.Last.Namesake);
    }

    [Fact]
    public void Finds_no_contradiction_in_a_failover_pair()
    {
        Offer(Server, router: Server, dns: [Server.V4, Second.V4]);
        Offer(Second, router: Server, dns: [Second.V4, Server.V4]);

        Assert.Equal(1, _probe.Last.OtherServers);
        Assert.Equal(PlanParts.None, _probe.Last.Contradicts);
        Assert.True(_probe.Last.Plan.IsSameAs(_probe.Last.OtherPlan));
    }

    [Fact]
    public void Prefers_the_other_server_that_contradicts()
    {
        Offer(Second, router: Server);
        Offer(Server, router: Mallory);
        Offer(Mallory, router: Server);

        Assert.Equal(2, _probe.Last.OtherServers);
        Assert.Same(ServerOf(Server), _probe.Last.Other);
    }

    [Fact]
    public void Takes_one_client_alone_for_a_transaction()
    {
        Offer(Server, router: Server);
        Offer(Mallory, router: Mallory, client: Station.Number(11));

        Assert.Equal(0, _probe.Last.OtherServers);
        Assert.Null(_probe.Last.Other);
    }

    [Fact]
    public void Begins_anew_when_a_transaction_was_idle()
    {
        Offer(Server, router: Server);
        _lan.Wait(TimeSpan.FromSeconds(61));
        Offer(Mallory, router: Mallory);

        Assert.Equal(0, _probe.Last.OtherServers);
    }

    [Fact]
    public void Sees_the_thief_of_an_identity_as_another_server()
    {
        Offer(Server, router: Server);
        Offer(Mallory with { V4 = Server.V4 }, router: Mallory, identifier: Server);

        Assert.True(_probe.Last.IsNewServer);
        Assert.Same(ServerOf(Server), _probe.Last.Namesake);
        Assert.Equal(PlanParts.Routers, _probe.Last.Contradicts);
    }

    [Fact]
    public void Remembers_what_a_server_handed_out_before()
    {
        Offer(Server, router: Server, dns: [Server.V4]);
        Offer(Server, router: Server, dns: [Mallory.V4], wpad: "http://wpad/wpad.dat", xid: 2);

        Assert.False(_probe.Last.IsNewServer);
        Assert.Equal(PlanParts.Dns, _probe.Last.Changed);
        Assert.Equal(PlanParts.Wpad, _probe.Last.Added);
        Assert.Equal(Server.V4, _probe.Last.EarlierPlan.FirstDns);

        Offer(Server, xid: 3);
        Assert.Equal(Mallory.V4, ServerOf(Server).Plan.FirstDns); // kept, though not given this time
        Assert.Equal(PlanParts.None, _probe.Last.Changed);
    }

    [Fact]
    public void Keeps_the_proxy_url_and_the_frame_that_gave_it()
    {
        Offer(Server, wpad: "http://wpad/a.dat\n\0");
        var first = _lan.Frame;
        Offer(Server, wpad: "http://wpad/a.dat", xid: 2);

        Assert.Equal("http://wpad/a.dat", ServerOf(Server).Wpad);
        Assert.Equal(first, ServerOf(Server).WpadFrame.Number);
        Assert.Equal(PlanParts.None, _probe.Last.Changed); // only the habit of ending differs

        Offer(Server, wpad: "http://evil/\u0001", xid: 3);
        Assert.Equal(PlanParts.Wpad, _probe.Last.Changed);
        Assert.Equal("http://evil/\\x01", ServerOf(Server).Wpad);
    }

    [Fact]
    public void Takes_an_empty_proxy_url_for_a_value()
    {
        Offer(Server, wpad: "");

        Assert.Equal(PlanParts.Wpad, _probe.Last.Plan.Given);
        Assert.Equal("", ServerOf(Server).Wpad);
    }

    [Fact]
    public void Knows_a_repeat_from_the_next_step()
    {
        Offer(Server, router: Server, messageType: 2);
        Assert.False(_probe.Last.IsRepeat);
        Offer(Server, router: Server, messageType: 2);
        Assert.True(_probe.Last.IsRepeat);
        Offer(Server, router: Server, messageType: 5);
        Assert.False(_probe.Last.IsRepeat);

        Assert.Equal(3, ServerOf(Server).Messages);
        Assert.Equal(1, ServerOf(Server).Answered);
    }

    [Fact]
    public void Counts_what_others_answered_before_a_server_came()
    {
        for (byte i = 0; i < 5; i++)
            Offer(Server, router: Server, client: Station.Number((byte)(20 + i)), xid: i);
        Offer(Mallory, router: Mallory);

        Assert.Equal(5, ServerOf(Mallory).AnsweredByOthersBefore);
        Assert.Equal(5, _probe.Last.AnsweredByOthers);
        Assert.Equal(0, ServerOf(Server).AnsweredByOthersBefore);
        Assert.Equal(5, ServerOf(Server).Clients);

        Offer(Server, router: Server, xid: 77);
        Assert.Equal(1, _probe.Last.AnsweredByOthers);
    }

    [Fact]
    public void Takes_both_legs_of_a_relay_for_one_server()
    {
        var relay = Station.Number(254);
        Offer(Server, router: relay, relay: relay);
        Offer(relay, router: relay, relay: relay, identifier: Server);

        Assert.False(_probe.Last.IsNewServer);
        Assert.True(_probe.Last.Server.IsRelayed);
        Assert.Equal(0, _probe.Last.OtherServers);
        Assert.Equal(Server.Mac, _probe.Last.EarlierMac);
        Assert.Single(_table.Of(0).Servers);
    }

    [Fact]
    public void Keeps_the_plans_of_two_relays_apart()
    {
        var (first, second) = (Station.Number(253), Station.Number(254));
        Offer(Server, router: first, relay: first);
        Offer(Server, router: second, relay: second, xid: 2);

        Assert.Equal(PlanParts.None, _probe.Last.Changed);
        Assert.NotNull(_probe.Last.Namesake);
    }

    [Fact]
    public void Knows_what_was_handed_out_in_a_segment()
    {
        Offer(Server, router: Server, dns: [Second.V4], domain: "Corp.Example.\0");

        var leases = _table.Of(0);
        Assert.True(leases.IsRouter(Server.V4));
        Assert.True(leases.IsDnsServer(Second.V4));
        Assert.False(leases.IsRouter(Second.V4));
        Assert.Equal("corp.example", Assert.Single(leases.Domains).Value);
        Assert.Same(ServerOf(Server), leases.Domains[0].FirstServer);
        Assert.Same(SegmentLeases.Empty, _table.Of(5));
    }

    [Theory]
    [InlineData("corp.example", true)]
    [InlineData("wpad.corp.example", true)]
    [InlineData("WPAD.eu.Corp.Example.", true)]
    [InlineData("wpad.example", false)]
    [InlineData("wpadcorp.example", false)]
    [InlineData("wpad.lan", true)]
    [InlineData("wpad.other.lan", false)] // a single label covers only names directly under it
    public void Knows_names_under_the_domains_handed_out(string name, bool expected)
    {
        Offer(Server, domain: "corp.example lan");

        Assert.Equal(expected, _table.Of(0).IsUnderDomain(Encoding.ASCII.GetBytes(name)));
    }

    [Fact]
    public void Keeps_segments_apart()
    {
        Offer(Server, router: Server);
        _lan.Segment = 3;
        Offer(Server, router: Mallory);

        Assert.True(_probe.Last.IsNewServer);
        Assert.Equal(0, _probe.Last.OtherServers);
        Assert.Null(_probe.Last.Namesake);
    }

    [Fact]
    public void Compares_dhcpv6_servers_by_duid()
    {
        Offer6(Server, duid: 1, dns: Server.V6);
        Offer6(Mallory, duid: 66, dns: Mallory.V6);

        Assert.Equal(PlanParts.Dns, _probe.Last.Contradicts);
        Assert.Equal(Server.V6, _probe.Last.OtherPlan.FirstDns);
        Assert.Equal(1, _probe.Last.AnsweredByOthers);
        Assert.True(_table.Of(0).IsDnsServer(Mallory.V6));

        Offer6(Mallory, duid: 1, dns: Mallory.V6, xid: 9);
        Assert.Equal(Server.Mac, _probe.Last.Namesake!.Mac);
    }

    [Fact]
    public void Lets_a_flood_of_forged_servers_push_out_only_itself()
    {
        for (uint i = 0; i < 3; i++)
            Offer(Server, router: Server, client: Station.Number((byte)(20 + i)), xid: i);
        for (var i = 0; i < 300; i++)
        {
            var forged = new Station(new MacAddress(0x0A00_0000_0000UL | (uint)i), IpAddress.FromV4(0x0A00_0000u | (uint)i));
            Offer(forged, router: forged, xid: 1000u + (uint)i);
        }

        Assert.Equal(SegmentLeases.ServerCapacity, _table.Of(0).Servers.Count);
        Assert.Equal(SegmentLeases.ValueCapacity, _table.Of(0).Routers.Count);
        Assert.Same(ServerOf(Server), _table.Of(0).Servers[0]);
        Assert.True(_table.NotKept > 0);
    }

    [Fact]
    public void Bounds_the_transactions()
    {
        for (uint i = 0; i < 10_000; i++)
            _lan.AskLease(Alice, 1, xid: i);

        Assert.Equal(10_000 - 4096, _table.TransactionsEvicted);
    }

    [Fact]
    public void Allocates_nothing_for_what_it_knows()
    {
        var log = new ObservationLog();
        var table = new LeaseTable();
        var bus = new ObservationBus();
        table.Subscribe(bus);

        Assert.Equal(0, Allocations.Least(() => Again(log, bus)));
        Assert.True(table.Of(0).Servers.Sum(static server => server.Messages) >= 2400);
    }

    private static void Again(ObservationLog log, ObservationBus bus)
    {
        log.Clear();
        for (ulong mac = 1; mac <= 2; mac++)
        {
            var at = new Sighting { Source = IpAddress.FromV4((uint)mac), SourceMac = new MacAddress(mac) };
            log.Add<LeaseAsked>(in at).TransactionId = 5;
            ref var fact = ref log.Add<LeaseOffered>(in at);
            fact.TransactionId = 5;
            fact.HasWpad = true;
            fact.Wpad = log.Keep("http://wpad/wpad.dat"u8);
            fact.Domain = log.Keep("corp.example"u8);
            fact.Routers = log.Keep([IpAddress.FromV4((uint)mac)]);
        }
        for (var i = 0; i < log.Count; i++)
            log.Deliver(i, bus);
    }

    private LeaseServer ServerOf(Station station) => _table.Of(0).Servers.Single(server => server.Mac == station.Mac);

    private void Offer(
        Station server, Station? router = null, IpAddress[]? dns = null, string? wpad = null, string? domain = null, Station? client = null,
        Station? identifier = null, Station? relay = null, byte messageType = 5, uint xid = 1) => _lan.OfferLease(
        server,
        client ?? Alice,
        (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.ServerIdentifier = (identifier ?? server).V4;
            fact.RelayAddress = relay?.V4 ?? IpAddress.AnyV4;
            if (router is not null)
                fact.Routers = log.Keep([router.V4]);
            fact.DnsServers = log.Keep(dns ?? []);
            fact.Domain = log.Keep(Encoding.ASCII.GetBytes(domain ?? ""));
            fact.HasWpad = wpad is not null;
            fact.Wpad = log.Keep(Encoding.Latin1.GetBytes(wpad ?? ""));
        },
        messageType,
        xid);

    private void Offer6(Station server, byte duid, IpAddress dns, uint xid = 1) => _lan.Deliver(
        _lan.Packet(server, Alice, 547, 546) with { Source = server.V6, Destination = Alice.V6 },
        (ref Dhcpv6Offered fact, ObservationLog log) =>
        {
            fact.MessageType = 2;
            fact.TransactionId = xid;
            fact.ClientDuid = log.Keep([0, 3, 0, 1, 10]);
            fact.ServerDuid = log.Keep([0, 3, 0, 1, duid]);
            fact.DnsServers = log.Keep([dns]);
        });

    /// <summary>Subscribed after the table, as detectors are: keeps what it was told of the last message.</summary>
    private sealed class Probe(LeaseTable table) : IObserve<LeaseOffered>, IObserve<Dhcpv6Offered>
    {
        public LeaseExchange Last { get; private set; }

        public void Observe(in Observed<LeaseOffered> seen) => Last = table.Current;

        public void Observe(in Observed<Dhcpv6Offered> seen) => Last = table.Current;
    }
}
