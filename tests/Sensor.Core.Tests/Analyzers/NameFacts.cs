using System.Text;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

internal sealed record Asked(NameAsked Fact, string Name);

internal sealed record Answered(NameAnswered Fact, string Name, string OtherOwner, string Target, string Addresses);

internal sealed record Registered(NameRegistered Fact, string Name, string Zone, string Target, string Addresses);

/// <summary>Hands one message to an analyzer and collects the facts with their texts.</summary>
internal sealed class NameFacts : IObserve<NameAsked>, IObserve<NameAnswered>, IObserve<NameRegistered>
{
    public List<Asked> Asked { get; } = [];

    public List<Answered> Answered { get; } = [];

    public List<Registered> Registered { get; } = [];

    public Verdict Verdict { get; private set; }

    public static NameFacts Of(
        DatagramAnalyzer analyzer, byte[] message, ushort sourcePort = 5353, string destination = "224.0.0.251", bool isCut = false)
    {
        var log = new ObservationLog();
        return Collect(log, Run(analyzer, message, log, sourcePort, destination, isCut));
    }

    public static NameFacts Of(MessageAnalyzer analyzer, byte[] message)
    {
        var log = new ObservationLog();
        var at = new Sighting { Protocol = 6, FrameNumber = 7 };
        return Collect(log, analyzer(message, in at, log));
    }

    public static Verdict Run(
        DatagramAnalyzer analyzer, byte[] message, ObservationLog log, ushort sourcePort = 5353, string destination = "224.0.0.251", bool isCut = false)
    {
        _ = IpAddress.TryParse(destination, out var to);
        var batch = new FrameBatch(16, 1) { Octets = message, Count = 1 };
        var packet = new Packet
        {
            Kind = PacketKind.Udp,
            Protocol = 17,
            SourcePort = sourcePort,
            Destination = to,
            PayloadLength = message.Length,
            Truncated = isCut,
        };
        return analyzer(new PacketContext(batch, 0, in packet), log);
    }

    public void Observe(in Observed<NameAsked> seen)
    {
        Assert.Equal(seen.Text(seen.Fact.Name).StableHash(), seen.Fact.NameHash);
        Asked.Add(new Asked(seen.Fact, Text(seen.Text(seen.Fact.Name))));
    }

    public void Observe(in Observed<NameAnswered> seen)
    {
        Assert.Equal(seen.Fact.Name.IsEmpty && !seen.Fact.QuestionEchoed ? 0 : seen.Text(seen.Fact.Name).StableHash(), seen.Fact.NameHash);
        Answered.Add(new Answered(
            seen.Fact, Text(seen.Text(seen.Fact.Name)), Text(seen.Text(seen.Fact.OtherOwner)), Text(seen.Text(seen.Fact.Target)),
            Text(seen.Addresses(seen.Fact.Addresses))));
    }

    public void Observe(in Observed<NameRegistered> seen)
    {
        Assert.Equal(seen.Text(seen.Fact.Name).StableHash(), seen.Fact.NameHash);
        Registered.Add(new Registered(
            seen.Fact, Text(seen.Text(seen.Fact.Name)), Text(seen.Text(seen.Fact.Zone)), Text(seen.Text(seen.Fact.Target)),
            Text(seen.Addresses(seen.Fact.Addresses))));
    }

    private static NameFacts Collect(ObservationLog log, Verdict verdict)
    {
        var facts = new NameFacts { Verdict = verdict };
        var bus = new ObservationBus();
        bus.Subscribe<NameAsked>(facts);
        bus.Subscribe<NameAnswered>(facts);
        bus.Subscribe<NameRegistered>(facts);
        for (var i = 0; i < log.Count; i++)
            log.Deliver(i, bus);
        return facts;
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);

    private static string Text(ReadOnlySpan<IpAddress> addresses) => string.Join(' ', addresses.ToArray().Select(a => a.ToString()));
}
