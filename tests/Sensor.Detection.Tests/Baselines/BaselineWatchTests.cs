using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Baselines;

/// <summary>A change against the frozen baseline is told with what was, since when, and what is now; everything as before is quiet.</summary>
public sealed class BaselineWatchTests
{
    private static readonly Station Server = Station.Number(1), Client = Station.Number(20), Other = Station.Number(66);

    [Fact]
    public void A_new_dhcp_server_is_a_change_and_the_old_one_is_not()
    {
        var wire = Frozen(out var since);
        Offer(wire, Server);
        Assert.Empty(wire.Findings);
        Offer(wire, Other);
        var finding = Assert.Single(wire.Of("rogue-dhcp-server"), finding => finding.Metadata.Any(pair => pair.Key == "baseline_was"));
        Assert.Equal($"The DHCP server was 192.168.1.1 since {since}, now 192.168.1.66.", finding.Summary);
        Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Equal(Other.Mac, Assert.Single(finding.Suspect.Macs));
        Assert.Contains(new KeyValuePair<string, string>("baseline_since", since), finding.Metadata);
        Assert.Contains(wire.Engine.TakeChanges(), change => change is { Kind: BaselineKind.DhcpServer, Key: "192.168.1.66", Doubt: "was 192.168.1.1" });
        Assert.Empty(wire.Engine.TakeChanges());
    }

    [Fact]
    public void Option_252_where_there_was_none_is_a_change()
    {
        var wire = Frozen(out _);
        Offer(wire, Server, wpad: "http://192.168.1.66/wpad.dat");
        var finding = Assert.Single(wire.Of("rogue-dhcp-wpad"), finding => finding.Metadata.Any(pair => pair.Key == "baseline_was"));
        Assert.Contains("was none since", finding.Summary, StringComparison.Ordinal);
        Assert.EndsWith("now http://192.168.1.66/wpad.dat.", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_resolver_of_the_same_server_is_a_change_unless_the_operator_lists_it()
    {
        var wire = Frozen(out _);
        Offer(wire, Server, dns: Other.V4);
        Assert.Contains(wire.Of("rogue-dhcp-server"), finding => finding.Summary.Contains("was 192.168.1.1 since", StringComparison.Ordinal)
            && finding.Summary.EndsWith("now 192.168.1.66.", StringComparison.Ordinal));

        var listed = Frozen(out _, new TrustSettings { Resolvers = ["192.168.1.66"] });
        Offer(listed, Server, dns: Other.V4);
        Assert.Empty(listed.Findings);
    }

    [Fact]
    public void The_gateways_new_mac_is_a_change()
    {
        var wire = Frozen(out var since);
        wire.Arp(Other.Mac, Server.V4, Client.Mac, Client.V4);
        var finding = Assert.Single(wire.Of("gateway-changed"), finding => finding.Metadata.Any(pair => pair.Key == "baseline_was"));
        Assert.Equal($"The MAC of the gateway 192.168.1.1 was {Server.Mac} since {since}, now {Other.Mac}.", finding.Summary);
    }

    [Fact]
    public void Who_attacked_while_learning_is_refused_with_all_he_said_and_named()
    {
        var wire = new FactFeeder();
        var learner = wire.Engine.Learn();
        var first = wire.NowNs;
        Offer(wire, Server);
        // A poisoner: answers for wpad and for names that nobody has.
        foreach (var name in new[] { "wpad", "fs-hq-07", "printqueue", "intranet2" })
            wire.Answer(wire.Ask(NameProtocol.Llmnr, Client, name), Other, [Other.V4]);
        Offer(wire, Other, wpad: "http://192.168.1.66/wpad.dat");
        var learned = learner.Judge(first, wire.NowNs);
        Assert.Contains(learned.Attacks, attack => attack.Suspect.Contains(Other.Mac.ToString(), StringComparison.Ordinal) && attack.Detectors.Contains("llmnr-wpad-answer"));
        Assert.All(learned.Entries.Where(entry => entry.Key == "192.168.1.66" || entry.Value == "192.168.1.66"), entry => Assert.Equal(BaselineStanding.Refused, entry.Standing));
        Assert.Contains(learned.Entries, entry => entry is { Kind: BaselineKind.DhcpServer, Key: "192.168.1.1", Standing: BaselineStanding.Trusted });
    }

    [Fact]
    public void A_flood_of_one_kind_takes_no_room_of_another_and_is_counted()
    {
        var wire = new FactFeeder();
        var learner = wire.Engine.Learn();
        for (var i = 0; i < BaselineTable.Capacity + 100; i++)
            Offer(wire, new Station(new MacAddress(0x0400_0000_0000UL | (uint)i), IpAddress.FromV4(0x0A00_0000u + (uint)i)));
        Assert.True(learner.Table.Overflowed > 0);
        Assert.Equal(BaselineTable.Capacity, learner.Table.InOrder().Count(entry => entry.Kind == BaselineKind.DhcpServer));
        wire.Register(RegistrationKind.NbnsRegistration, Other, "nas", [Other.V4]);
        Assert.Contains(learner.Table.InOrder(), entry => entry is { Kind: BaselineKind.NameOwner, Key: "nas" });
    }

    private static FactFeeder Frozen(out string since, TrustSettings? trust = null)
    {
        var wire = new FactFeeder(trust);
        var learner = wire.Engine.Learn();
        var first = wire.NowNs;
        for (byte i = 0; i < 3; i++)
            Offer(wire, Server, client: Station.Number((byte)(20 + i)));
        wire.Arp(Server.Mac, Server.V4, Client.Mac, Client.V4);
        var learned = learner.Judge(first, wire.NowNs);
        Assert.Empty(learned.Attacks);
        learner.Stop();
        wire.Engine.Freeze(new FrozenBaseline(learned.Entries));
        since = "2023-11-14 22:13:20 UTC";
        return wire;
    }

    private static void Offer(FactFeeder wire, Station server, string wpad = "", IpAddress? dns = null, Station? client = null)
    {
        var to = client ?? Client;
        wire.Deliver(wire.Packet(server, to, 67, 68), (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.MessageType = 5;
            fact.TransactionId = (uint)wire.Frame;
            fact.ClientMac = to.Mac;
            fact.YourAddress = to.V4;
            fact.ServerIdentifier = server.V4;
            fact.LeaseSeconds = 86_400;
            fact.Routers = log.Keep([Server.V4]);
            fact.DnsServers = log.Keep([dns ?? Server.V4]);
            fact.HasWpad = wpad.Length > 0;
            fact.Wpad = log.Keep(System.Text.Encoding.ASCII.GetBytes(wpad));
        });
    }
}
