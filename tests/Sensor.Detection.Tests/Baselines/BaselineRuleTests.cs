using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Baselines;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Baselines;

/// <summary>Every rule about changes: the change is told with what was, since when and what is now; the same as before, and what is listed, is not.</summary>
public sealed class BaselineRuleTests
{
    private static readonly Station Server = Station.Number(1), Client = Station.Number(20), Other = Station.Number(66);

    public static TheoryData<string, string> Rules() => [.. BaselineRule.All.Select(static rule => (rule.Kind.ToString(), rule.Member.ToString()))];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_change_is_told_and_the_same_as_before_is_not(string kind, string member)
    {
        var rule = Assert.Single(BaselineRule.All, one => one.Kind.ToString() == kind && one.Member.ToString() == member);
        var wire = new FactFeeder();
        var since = wire.NowNs;
        wire.Seen(Client);
        var watch = new BaselineWatch(wire.Engine.Context) { Frozen = new FrozenBaseline([Entry(rule.Kind, "key-1", "value-1", since)]) };

        Take(watch, wire, rule.Kind, "key-1", "value-1");
        Assert.Empty(wire.Findings);

        // Of rules about a key the value may be as it is; of rules about a value the key must be known.
        var (key, value) = rule.Member == BaselineMember.Key ? ("key-2", "value-1") : ("key-1", "value-2");
        Take(watch, wire, rule.Kind, key, value);
        var finding = Assert.Single(wire.Findings);
        var (was, now) = rule.Member == BaselineMember.Key ? ("key-1", "key-2") : ("value-1", "value-2");
        Assert.Equal(rule.Detector.Id, finding.Detector.Id);
        Assert.Equal($"{string.Format(System.Globalization.CultureInfo.InvariantCulture, rule.Noun, key)} was {was} since 2023-11-14 22:13:20 UTC, now {now}.", finding.Summary);
        Assert.Equal((rule.Severity, rule.Confidence), (finding.Severity, finding.Confidence));
        Assert.Contains(new KeyValuePair<string, string>("baseline_was", was), finding.Metadata);
        Assert.Contains(new KeyValuePair<string, string>("baseline_now", now), finding.Metadata);
        Assert.Contains(watch.TakeChanges(), change => change.Kind == rule.Kind && change.Key == key && change.Value == value);

        // Told once, however often it is seen.
        Take(watch, wire, rule.Kind, key, value);
        Assert.Single(wire.Findings);
        Assert.Empty(watch.TakeChanges());
    }

    [Fact]
    public void Every_kind_that_an_attacker_must_change_has_a_rule() => Assert.Equal(
        [BaselineKind.Resolver, BaselineKind.UpdatePath, BaselineKind.Wins],
        Enum.GetValues<BaselineKind>().Where(static kind => BaselineRule.ByKind[(int)kind].Length == 0).OrderBy(static kind => kind.ToString(), StringComparer.Ordinal));

    [Fact]
    public void Another_vlan_is_another_network()
    {
        var wire = new FactFeeder { Segment = 0 };
        wire.Seen(Client);
        var watch = new BaselineWatch(wire.Engine.Context)
        {
            Frozen = new FrozenBaseline([Entry(BaselineKind.Gateway, "10.0.0.1", "00:1b:21:00:00:01", wire.NowNs, vlan: 20)]),
        };
        Take(watch, wire, BaselineKind.Gateway, "10.0.0.1", "02:00:00:00:00:66");
        Assert.Empty(wire.Findings);
    }

    [Theory]
    [InlineData("10.0.0.2, priority 90", null)]
    [InlineData("10.0.0.3, priority 90", Confidence.Possible)]
    [InlineData("10.0.0.3, priority 150", Confidence.Likely)]
    [InlineData("10.0.0.2, priority 255", Confidence.Likely)]
    public void A_router_that_outbids_the_known_ones_takes_the_gateway_and_one_that_stood_by_is_recorded(string bid, object? confidence)
    {
        var wire = new FactFeeder();
        wire.Seen(Client);
        var watch = new BaselineWatch(wire.Engine.Context)
        {
            Frozen = new FrozenBaseline([Entry(BaselineKind.RedundancyRouter, "VRRP 10", "10.0.0.2, priority 100", wire.NowNs)]),
        };
        Take(watch, wire, BaselineKind.RedundancyRouter, "VRRP 10", bid);
        Assert.Equal(confidence, wire.Findings is [var finding] ? finding.Confidence : null);
    }

    [Fact]
    public void Groups_are_learned_from_advertisements_and_a_takeover_is_told()
    {
        var wire = new FactFeeder();
        var learner = wire.Engine.Learn();
        var first = wire.NowNs;
        for (var i = 0; i < 5; i++)
            Advertise(wire, Server, 100, Server.V4, RedundancyAuthentication.None);
        var learned = learner.Judge(first, wire.NowNs);
        Assert.Contains(learned.Entries, static entry => entry is { Kind: BaselineKind.RedundancyGroup, Key: "VRRP 10", Value: "192.168.1.1, not authenticated", Count: 5 });
        Assert.Contains(learned.Entries, static entry => entry is { Kind: BaselineKind.RedundancyRouter, Key: "VRRP 10", Value: "192.168.1.1, priority 100" });
        learner.Stop();
        wire.Engine.Freeze(new FrozenBaseline(learned.Entries));

        Advertise(wire, Server, 100, Server.V4, RedundancyAuthentication.None);
        Assert.Empty(wire.Findings);
        Advertise(wire, Other, 255, Server.V4, RedundancyAuthentication.None);
        Advertise(wire, Other, 255, Other.V4, RedundancyAuthentication.Password);
        Assert.Equal(
            [
                "The router of the group VRRP 10 was 192.168.1.1, priority 100 since 2023-11-14 22:13:20 UTC, now 192.168.1.66, priority 255.",
                "The virtual address of the group VRRP 10 was 192.168.1.1, not authenticated since 2023-11-14 22:13:20 UTC, now 192.168.1.66, with a password.",
            ],
            wire.Of("gateway-changed").Select(static finding => finding.Summary));
        Assert.All(wire.Of("gateway-changed"), static finding => Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence)));
        Assert.Equal(Other.Mac, Assert.Single(wire.Findings[0].Suspect.Macs));
    }

    /// <summary>
    /// An attacker who lets himself be learned: a second DHCP server that hands out the right plan, to one client at a time. He is marked doubtful, and
    /// his later step is a change, as it would be from anybody; after freezing no number of repeats makes a newcomer trusted.
    /// </summary>
    [Fact]
    public void Who_lets_himself_be_learned_gently_is_doubtful_and_his_next_step_is_told()
    {
        var wire = new FactFeeder();
        var learner = wire.Engine.Learn();
        var first = wire.NowNs;
        for (byte i = 0; i < 12; i++)
        {
            Offer(wire, Server, Station.Number((byte)(20 + i)));
            wire.Wait(TimeSpan.FromMinutes(20));
        }
        Offer(wire, Other, Station.Number(21));
        var learned = learner.Judge(first, wire.NowNs);
        var quiet = Assert.Single(learned.Entries, static entry => entry is { Kind: BaselineKind.DhcpServer, Key: "192.168.1.66" });
        Assert.Equal((BaselineSureness.Doubtful, "only 1 client in 4 hours"), (quiet.Sureness, quiet.Doubt));
        Assert.Equal(BaselineSureness.Sure, Assert.Single(learned.Entries, static entry => entry is { Kind: BaselineKind.DhcpServer, Key: "192.168.1.1" }).Sureness);
        learner.Stop();
        wire.Engine.Freeze(new FrozenBaseline(learned.Entries));
        wire.Findings.Clear();

        Offer(wire, Other, Station.Number(22), dns: Other.V4);
        Assert.Contains(wire.Of("rogue-dhcp-server"), static finding => finding.Summary.StartsWith("The resolver that the DHCP server 192.168.1.66 hands out was 192.168.1.1 since", StringComparison.Ordinal));
        Offer(wire, Other, Station.Number(23), wpad: "http://192.168.1.66/wpad.dat");
        Assert.Contains(wire.Of("rogue-dhcp-wpad"), static finding => finding.Summary.Contains(" was none since", StringComparison.Ordinal));

        var third = Station.Number(77);
        for (byte i = 0; i < 100; i++)
            Offer(wire, third, Station.Number((byte)(100 + i)));
        Assert.DoesNotContain(wire.Engine.TrustedEntries, static entry => entry.Key == "192.168.1.77");
        Assert.Contains(wire.Of("rogue-dhcp-server"), static finding => finding.Summary.EndsWith("now 192.168.1.77.", StringComparison.Ordinal));
    }

    private static void Offer(FactFeeder wire, Station server, Station client, string wpad = "", IpAddress? dns = null) => wire.OfferLease(
        server, client,
        (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.LeaseSeconds = 86_400;
            fact.ServerIdentifier = server.V4;
            fact.Routers = log.Keep([Server.V4]);
            fact.DnsServers = log.Keep([dns ?? Server.V4]);
            fact.HasWpad = wpad.Length > 0;
            fact.Wpad = log.Keep(Encoding.ASCII.GetBytes(wpad));
        },
        xid: (uint)wire.Frame + 1);

    private static void Advertise(FactFeeder wire, Station router, byte priority, IpAddress address, RedundancyAuthentication authentication) => wire.Deliver(
        wire.Packet(router, Client, 0, 0, IpProtocol.Vrrp),
        (ref RedundancyAdvertised fact, ObservationLog log) =>
        {
            (fact.Group, fact.Priority, fact.Authentication) = (10, priority, authentication);
            fact.Addresses = log.Keep([address]);
        });

    private static LearnedEntry Entry(BaselineKind kind, string key, string value, long since, ushort vlan = 0) =>
        LearnedEntry.OfList(kind, vlan, key, value) with { FirstSeenNs = since, LastSeenNs = since, Count = 1 };

    private static void Take(IBaselineSink watch, FactFeeder wire, BaselineKind kind, string key, string value)
    {
        var at = wire.Stamp(wire.Packet(Other, Client, 1, 1));
        var host = wire.Engine.Hosts.SenderOf(in at);
        watch.Take(
            new BaselineFact { Kind = kind, Key = (ReadOnlySpan<byte>)Encoding.ASCII.GetBytes(key), Value = (ReadOnlySpan<byte>)Encoding.ASCII.GetBytes(value), By = host },
            in at);
    }
}
