using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Tests.Pac;

public sealed class PacLibraryTests
{
    private const string Script = "function FindProxyForURL(url, host) { return 'DIRECT'; }";

    private readonly Station _alice = Station.Number(10), _bob = Station.Number(11), _server = Station.Number(100), _resolver = Station.Number(1);

    [Fact]
    public void Keeps_a_file_once_with_who_gave_it_to_whom()
    {
        var lan = new FactFeeder(pacEvaluator: ScriptedEvaluator.AllTo("DIRECT"));
        lan.Seen(_alice);
        lan.Seen(_bob);
        lan.Seen(_server);
        PacServing.Serve(lan, _server, _alice, Script);
        PacServing.Serve(lan, _server, _bob, Script);
        var file = lan.Engine.Pacs.Find(PacFingerprint.Of(Encoding.UTF8.GetBytes(Script)).Sha256)!;
        Assert.Equal((1, 2L, "http://wpad/wpad.dat"), (lan.Engine.Pacs.Count, file.TimesServed, Assert.Single(file.Urls)));
        Assert.Equal([_alice.V4, _bob.V4], file.Clients.Select(client => client.Addresses[0]));
        Assert.Equal(_server.V4, Assert.Single(file.Servers).Addresses[0]);
        Assert.Equal(Script, Encoding.UTF8.GetString(file.Body.Span));
        Assert.True(file.LastSeenNs > file.FirstSeenNs);
    }

    [Fact]
    public void Runs_a_file_in_the_world_of_its_client()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, "intranet.corp.example"), _resolver, [_server.V4]);
        lan.Ask(NameProtocol.Dns, _alice, "wpad.corp.example");
        lan.Ask(NameProtocol.Dns, _bob, "bobs.example");
        PacServing.Serve(lan, _server, _alice, Script);
        var request = Assert.Single(evaluator.Requests);
        Assert.Equal(_alice.V4, request.Client);
        Assert.Equal(("intranet.corp.example", _server.V4), (Assert.Single(request.Names).Name, request.Names[0].Addresses[0]));
        Assert.Equal(["intranet.corp.example"], request.Probes.Where(probe => probe.Kind == PacProbeKind.Asked).Select(probe => probe.Host));
    }

    [Fact]
    public void Runs_it_for_the_first_clients_only()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        for (byte n = 1; n <= 50; n++)
            PacServing.Serve(lan, _server, Station.Number(n), Script);
        Assert.Equal(PacLibrary.MostStudies, evaluator.Requests.Count);
    }

    [Fact]
    public void Runs_it_again_when_the_client_has_asked_for_more_since()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        PacServing.Serve(lan, _server, _alice, Script);
        lan.Ask(NameProtocol.Dns, _alice, "one.example");
        PacServing.Serve(lan, _server, _alice, Script);
        Assert.Single(evaluator.Requests);
        foreach (var name in new[] { "two.example", "three.example", "four.example" })
            lan.Ask(NameProtocol.Dns, _alice, name);
        PacServing.Serve(lan, _server, _alice, Script);
        Assert.Equal(2, evaluator.Requests.Count);
        Assert.Equal(4, evaluator.Requests[1].Probes.Count(probe => probe.Kind == PacProbeKind.Asked));
        Assert.Single(lan.Engine.Pacs.Find(PacFingerprint.Of(Encoding.UTF8.GetBytes(Script)).Sha256)!.Studies);
    }

    [Fact]
    public void A_server_that_makes_up_a_file_for_each_request_holds_up_nothing()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        for (var i = 0; i < 1000; i++)
            PacServing.Serve(lan, _server, _alice, $"{Script} // {i}");
        Assert.InRange(evaluator.Requests.Count, 1, 40);
        Assert.Equal(1000, evaluator.Requests.Count + lan.Engine.Pacs.NotEvaluated);
        Assert.Equal(PacLibrary.Capacity, lan.Engine.Pacs.Count);
        var before = evaluator.Requests.Count;
        lan.Wait(TimeSpan.FromMinutes(1));
        PacServing.Serve(lan, _server, _alice, $"{Script} // later");
        Assert.Equal(before + 1, evaluator.Requests.Count);
    }

    [Fact]
    public void Bodies_are_bounded()
    {
        var lan = new FactFeeder();
        var padding = new string(' ', 1_000_000);
        for (var i = 0; i < 40; i++)
            PacServing.Serve(lan, _server, _alice, $"{Script} // {i}{padding}");
        Assert.Equal(40, lan.Engine.Pacs.Count);
        Assert.InRange(lan.Engine.Pacs.BodiesGivenUp, 23, 25);
    }

    [Fact]
    public void A_body_cut_at_the_bound_is_not_run_and_hostile()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        PacServing.Serve(lan, _server, _alice, Script + new string(' ', PacEvaluationRequest.MostOctets), isCut: true);
        Assert.Empty(evaluator.Requests);
        Assert.Single(lan.Of("pac-hostile"));
    }

    [Fact]
    public void A_body_that_the_capture_cut_is_not_run_and_says_nothing()
    {
        var evaluator = ScriptedEvaluator.AllTo("DIRECT");
        var lan = new FactFeeder(pacEvaluator: evaluator);
        PacServing.Serve(lan, _server, _alice, Script, isCut: true);
        Assert.Empty(evaluator.Requests);
        Assert.Empty(lan.Of("pac-hostile"));
        Assert.Single(lan.Of("rogue-pac-server"));
    }

    [Fact]
    public void Names_cost_no_allocation()
    {
        var names = new SeenNames();
        var bus = new ObservationBus();
        names.Subscribe(bus);
        var log = new ObservationLog();
        var at = new Sighting { Source = _alice.V4, Destination = _resolver.V4 };
        Assert.Equal(0, Allocations.Least(() => Feed(log, bus, in at)));
        Assert.Equal(["www.example.com"], names.AskedBy(0, _alice.V4));
    }

    private static void Feed(ObservationLog log, ObservationBus bus, in Sighting at)
    {
        log.Clear();
        ref var asked = ref log.Add<NameAsked>(in at);
        asked.Type = 1;
        asked.Name = log.Keep("www.example.com"u8);
        ref var answered = ref log.Add<NameAnswered>(in at);
        answered.Name = log.Keep("www.example.com"u8);
        answered.AnswerHash = 1;
        answered.Addresses = log.Keep([IpAddress.FromV4(0x01020304)]);
        log.Deliver(0, bus);
        log.Deliver(1, bus);
    }
}
