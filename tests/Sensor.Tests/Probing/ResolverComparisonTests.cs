using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Updates;
using Sensor.Probing;

namespace Sensor.Tests.Probing;

/// <summary>What clients were answered on the wire against what resolvers say.</summary>
public sealed class ResolverComparisonTests
{
    private const string Resolver = "10.0.0.53", Second = "10.0.0.54", Client = "10.0.0.23", Wpad = "wpad.example.net", Update = "download.windowsupdate.com";

    [Fact]
    public void An_answer_that_no_resolver_gives_was_forged()
    {
        var difference = Assert.Single(ResolverComparison.Of([Wire(Wpad, "10.0.0.66")], [Says(Resolver, Wpad, "10.0.0.80"), Says(Second, Wpad)]));
        Assert.True(difference.IsForged);
        Assert.Equal(
            "10.0.0.23 was answered 10.0.0.66 for wpad.example.net in the name of 10.0.0.53, but 10.0.0.53 says 10.0.0.80, "
            + "10.0.0.54 says no such name: no resolver gives it, the answer was forged", difference.Text);
    }

    [Fact]
    public void A_resolver_that_answers_the_client_otherwise_than_us_is_told_and_not_called_forged()
    {
        var difference = Assert.Single(ResolverComparison.Of([Wire(Wpad, "10.0.0.66")], [Says(Resolver, Wpad), Says(Second, Wpad, "10.0.0.66")]));
        Assert.False(difference.IsForged);
        Assert.Equal("10.0.0.53 answered 10.0.0.23 10.0.0.66 for wpad.example.net, and answers no such name when asked from here", difference.Text);
    }

    [Fact]
    public void Where_the_resolver_itself_could_not_be_asked_another_one_that_does_not_know_the_name_proves_nothing()
    {
        var refused = new ResolverAnswer(Resolver, Wpad, false, [], "Query refused");
        foreach (var answers in (ResolverAnswer[][])[[Says(Second, Wpad)], [refused, Says(Second, Wpad)]])
        {
            var difference = Assert.Single(ResolverComparison.Of([Wire(Wpad, "10.0.0.66")], answers));
            Assert.False(difference.IsForged);
            Assert.EndsWith("10.0.0.54 says no such name: 10.0.0.53 itself could not be asked", difference.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Wpad, "10.0.0.80", "10.0.0.80")]
    [InlineData(Update, "13.107.4.50", "93.184.221.240")]
    [InlineData(Update, "10.0.0.9", "10.0.0.9")]
    public void The_same_answer_and_another_of_a_content_network_are_no_difference(string name, string seen, string said) =>
        Assert.Empty(ResolverComparison.Of([Wire(name, seen)], [Says(Resolver, name, said)]));

    [Fact]
    public void An_update_host_at_an_inside_address_that_no_resolver_gives_was_forged() =>
        Assert.True(Assert.Single(ResolverComparison.Of([Wire(Update, "10.0.0.66")], [Says(Resolver, Update, "13.107.4.50")])).IsForged);

    [Fact]
    public void Without_an_answer_there_is_nothing_to_compare() => Assert.Empty(ResolverComparison.Of(
        [Wire(Wpad, "10.0.0.66")], [new ResolverAnswer(Resolver, Wpad, false, [], "no answer within 2 s"), Says(Resolver, Update, "10.0.0.9")]));

    [Fact]
    public void The_wire_is_remembered_for_wpad_and_update_hosts_by_client_for_an_hour_and_bounded()
    {
        const long hour = 3_600_000_000_000;
        var (wire, bus, log) = (new WireAnswers(UpdateCatalog.BuiltIn), new ObservationBus(), new ObservationLog());
        wire.Subscribe(bus);
        Answer(Wpad, 23, "10.0.0.66");
        Answer(Wpad, 23, "10.0.0.80");
        Answer(Wpad, 23, "fd00::80");
        Answer(Update, 23, "10.0.0.66");
        Answer("www.example.net", 23, "10.0.0.66");
        Answer(Wpad, 5, "10.0.0.66");
        var recent = wire.Recent(1, static client => client == "10.0.0.5");
        Assert.Equal([(Wpad, "10.0.0.80"), (Update, "10.0.0.66")], recent.Select(static answer => (answer.Name, answer.Addresses[0])));
        Assert.Empty(wire.Recent(hour, static _ => false));
        for (var i = 0; i < 2 * WireAnswers.Capacity; i++)
            Answer(Wpad, (uint)i, "10.0.0.66");
        Assert.Equal(WireAnswers.Capacity, wire.Recent(1, static _ => false).Count);

        void Answer(string name, uint client, string address)
        {
            log.Clear();
            var at = new Sighting { Source = IpAddress.FromV4(0x0A00_0035), Destination = IpAddress.FromV4(0x0A00_0000 + client) };
            ref var fact = ref log.Add<NameAnswered>(in at);
            fact.Protocol = NameProtocol.Dns;
            fact.AnswerHash = 1;
            fact.IsWpad = name == Wpad;
            fact.Name = log.Keep(System.Text.Encoding.ASCII.GetBytes(name));
            fact.NameHash = ((ReadOnlySpan<byte>)System.Text.Encoding.ASCII.GetBytes(name)).StableHash();
            Assert.True(IpAddress.TryParse(address, out var parsed));
            fact.Addresses = log.Keep([parsed]);
            log.Deliver(0, bus);
        }
    }

    private static WireAnswer Wire(string name, string address) => new(name, Resolver, Client, [address], 0);

    private static ResolverAnswer Says(string resolver, string name, params string[] addresses) => new(resolver, name, false, addresses, null);
}
