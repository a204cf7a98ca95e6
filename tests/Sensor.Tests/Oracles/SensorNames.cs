using System.Text;
using Sensor.Capture;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Tests.Oracles;

/// <summary>Reads a capture with the dissector and the analyzers of the name services and keeps the names and addresses of each frame.</summary>
internal sealed class SensorNames : IObserve<NameAsked>, IObserve<NameAnswered>, IObserve<NameRegistered>
{
    private static readonly HashSet<ushort> Ports = [53, 137, 5353, 5355];
    private readonly Dictionary<long, FrameNames> _frames = [];

    public static Dictionary<long, FrameNames> Read(string path)
    {
        var names = new SensorNames();
        var bus = new ObservationBus();
        bus.Subscribe<NameAsked>(names);
        bus.Subscribe<NameAnswered>(names);
        bus.Subscribe<NameRegistered>(names);
        using var timeline = CaptureTimeline.Open([path]);
        var dissector = new Dissector(new SegmentTable());
        var batch = new FrameBatch();
        var log = new ObservationLog();
        while (timeline.TryRead(batch))
        {
            for (var i = 0; i < batch.Count; i++)
                Analyze(dissector, batch, i, log);
            for (var i = 0; i < log.Count; i++)
                log.Deliver(i, bus);
            log.Clear();
        }
        return names._frames;
    }

    public void Observe(in Observed<NameAsked> seen) => Frame(in seen.At).Names.Add(Text(seen.Text(seen.Fact.Name)));

    public void Observe(in Observed<NameAnswered> seen)
    {
        Frame(in seen.At).Names.Add(Text(seen.Text(seen.Fact.Name)));
        foreach (var address in seen.Addresses(seen.Fact.Addresses))
            Frame(in seen.At).Addresses.Add(address.ToString());
    }

    public void Observe(in Observed<NameRegistered> seen)
    {
        if (seen.Fact.Kind == RegistrationKind.NbnsNodeStatus)
            return; // tshark keeps the listed names in another field
        Frame(in seen.At).Names.Add(Text(seen.Text(seen.Fact.Name)));
        foreach (var address in seen.Addresses(seen.Fact.Addresses))
            Frame(in seen.At).Addresses.Add(address.ToString());
    }

    private static void Analyze(Dissector dissector, FrameBatch batch, int index, ObservationLog log)
    {
        dissector.Dissect(batch, index, out var packet);
        if (packet.Kind != PacketKind.Udp || !(Ports.Contains(packet.SourcePort) || Ports.Contains(packet.DestinationPort)))
            return;
        AnalyzerCatalog.ForUdp(packet.SourcePort, packet.DestinationPort)?.Invoke(new PacketContext(batch, index, in packet), log);
    }

    private FrameNames Frame(in Sighting at)
    {
        if (!_frames.TryGetValue(at.FrameNumber, out var frame))
            _frames.Add(at.FrameNumber, frame = new FrameNames());
        return frame;
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);
}
