using Sensor.Core.Observations;
using Sensor.Probing;
using Sensor.Tests.Oracles;

namespace Sensor.Tests.Probing;

public sealed class ProbePlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sensor-probe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ProbePlan Plan(int seed, ProbingSettings? settings = null, ProbeInterface? from = null)
    {
        var random = new Random(seed);
        return new ProbePlan(settings ?? new ProbingSettings(), from ?? ProbedFrames.From, new CanaryNames(random), random);
    }

    [Fact]
    public void Every_probe_is_what_tshark_takes_it_for()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var probes = Plan(1).Round().Concat(Plan(2).Round()).Concat(Plan(3).Round()).ToList();
        var path = Path.Combine(_folder, "round.pcap");
        ProbedFrames.Write(path, probes);

        var rows = TsharkTable.Read(
            path, "", "frame.protocols", "dns.qry.name", "dns.flags.response", "dhcp.option.dhcp", "dhcpv6.msgtype", "icmpv6.type", "_ws.malformed", "dhcp.option.request_list_item");
        Assert.Equal(probes.Count, rows.Count);
        for (var i = 0; i < probes.Count; i++)
        {
            var (probe, row) = (probes[i], rows[i]);
            Assert.Equal("", row[6]);
            var (protocol, name, dhcp, six, icmp) = (row[0].Split(':')[^1], row[1], row[3], row[4], row[5]);
            switch (probe.Kind)
            {
                case ProbeKind.Llmnr:
                    Assert.Equal(("llmnr", probe.Name), (protocol, name));
                    break;
                case ProbeKind.Mdns:
                    Assert.Equal(("mdns", probe.Name + ".local"), (protocol, name));
                    break;
                case ProbeKind.Nbns:
                    Assert.Equal("nbns", protocol);
                    break;
                case ProbeKind.DhcpDiscover:
                    Assert.Equal("1", dhcp);
                    Assert.Contains("252", row[7].Split(','));
                    break;
                case ProbeKind.DhcpInform:
                    Assert.Equal("8", dhcp);
                    break;
                case ProbeKind.Dhcpv6Inform:
                    Assert.Equal("11", six);
                    break;
                default:
                    Assert.Equal("133", icmp);
                    break;
            }
        }
        Assert.Equal(Enum.GetValues<ProbeKind>().Order(), probes.Select(static probe => probe.Kind).Distinct().Order());
    }

    [Fact]
    public void Own_analyzers_read_every_name_and_never_a_request_for_a_lease()
    {
        var probes = Enumerable.Range(0, 50).SelectMany(static seed => Plan(seed).Round()).ToList();
        var path = Path.Combine(_folder, "rounds.pcap");
        ProbedFrames.Write(path, probes);

        var asked = FactReader.Read<NameAsked>(path, static (in Observed<NameAsked> seen) => FactReader.Text(in seen, seen.Fact.Name));
        var named = probes.Where(static probe => probe.Name.Length > 0).ToList();
        Assert.Equal(
            named.Select(static probe => probe.Name.ToLowerInvariant() + (probe.Kind == ProbeKind.Mdns ? ".local" : "")),
            asked.Select(static one => one.Line));
        var leases = FactReader.Read<LeaseAsked>(path, static (in Observed<LeaseAsked> seen) => $"{seen.Fact.MessageType} {seen.Fact.AsksWpad} {seen.Fact.ClientMac}");
        Assert.Equal(100, leases.Count);
        Assert.All(leases, static lease => Assert.Matches("^(1|8) True 00:15:5d:", lease.Line));
    }

    [Fact]
    public void Nothing_stays_the_same_from_round_to_round()
    {
        var random = new Random(11);
        var plan = new ProbePlan(new ProbingSettings { AskWpad = false }, ProbedFrames.From, new CanaryNames(random), random);
        var rounds = Enumerable.Range(0, 20).Select(_ => plan.Round()).ToList();

        Assert.Equal(20, rounds.Select(static round => round.First(static probe => probe.IsCanary).Name.ToUpperInvariant()).Distinct().Count());
        Assert.True(rounds.Select(static round => string.Join(' ', round.Select(static probe => probe.Kind))).Distinct().Count() > 10);
        Assert.True(rounds.SelectMany(static round => round).Where(static probe => probe.Kind == ProbeKind.Llmnr).Select(static probe => probe.TransactionId).Distinct().Count() > 30);
        Assert.Equal(40, rounds.SelectMany(static round => round).Where(static probe => probe.Kind is ProbeKind.DhcpDiscover or ProbeKind.DhcpInform)
            .Select(static probe => probe.TransactionId).Distinct().Count());
    }

    [Theory]
    [InlineData("llmnr", ProbeKind.Llmnr)]
    [InlineData("NBNS", ProbeKind.Nbns)]
    [InlineData("mdns", ProbeKind.Mdns)]
    public void Asks_only_the_services_that_are_set(string service, object kind)
    {
        var round = Plan(4, new ProbingSettings { Canaries = [service], AskDhcp = false }).Round();
        Assert.NotEmpty(round);
        Assert.All(round, probe => Assert.Equal(kind, probe.Kind));
    }

    [Fact]
    public void An_interface_without_ipv4_or_ipv6_asks_the_other()
    {
        Assert.All(
            Plan(5, from: ProbedFrames.From with { LinkLocal = null }).Round(),
            static probe => Assert.Equal(System.Net.Sockets.AddressFamily.InterNetwork, probe.Target.AddressFamily));
        Assert.All(
            Plan(5, from: ProbedFrames.From with { Address = null, Broadcast = null }).Round(),
            static probe => Assert.Equal(System.Net.Sockets.AddressFamily.InterNetworkV6, probe.Target.AddressFamily));
    }

    [Theory]
    [InlineData("10.1.2.3", 24, "10.1.2.255")]
    [InlineData("10.1.2.3", 8, "10.255.255.255")]
    [InlineData("192.168.7.130", 25, "192.168.7.255")]
    [InlineData("192.0.2.1", 31, "255.255.255.255")]
    public void Finds_the_broadcast_address(string address, int length, string expected) =>
        Assert.Equal(expected, ProbeInterface.BroadcastOf(System.Net.IPAddress.Parse(address), length).ToString());
}
