using System.Text;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Hands payloads to one analyzer as the shard does, and keeps what it observed until the next payload.</summary>
internal sealed class AnalyzerRun(DatagramAnalyzer analyzer)
{
    private readonly FrameBatch _batch = new(70_000, 1) { Count = 1 };
    private Packet _packet = new() { Protocol = 17, Ttl = 64, HasMacs = true, SourceMac = new MacAddress(0x0200_0000_0001) };

    public ObservationLog Log { get; } = new();

    public ref Packet Packet => ref _packet;

    public Verdict Analyze(ReadOnlySpan<byte> payload)
    {
        Log.Clear();
        payload.CopyTo(_batch.Octets);
        _packet.PayloadLength = payload.Length;
        var context = new PacketContext(_batch, 0, in _packet);
        return analyzer(in context, Log);
    }

    /// <summary>The facts of type <typeparamref name="T"/> with their sightings.</summary>
    public List<(T Fact, Sighting At)> All<T>() where T : struct
    {
        var collector = new Collector<T>();
        var bus = new ObservationBus();
        bus.Subscribe(collector);
        for (var i = 0; i < Log.Count; i++)
            Log.Deliver(i, bus);
        return collector.Seen;
    }

    /// <summary>Analyses a payload that shows exactly one fact.</summary>
    public T One<T>(ReadOnlySpan<byte> payload, Verdict expected = Verdict.Parsed) where T : struct
    {
        Assert.Equal(expected, Analyze(payload));
        Assert.Equal(1, Log.Count);
        return Assert.Single(All<T>()).Fact;
    }

    public string Text(OctetSlice slice) => Encoding.Latin1.GetString(Log.Octets(slice));

    public byte[] Octets(OctetSlice slice) => Log.Octets(slice).ToArray();

    public string Addresses(AddressSlice slice) => string.Join(' ', Log.Addresses(slice).ToArray());

    /// <summary>Every prefix and every mutation of one octet: nothing may be thrown, and every slice must lie inside the log.</summary>
    public void SurvivesDamage(byte[] sample)
    {
        for (var length = 0; length <= sample.Length; length++)
            Analyze(sample.AsSpan(0, length));
        var mutated = sample.ToArray();
        for (var at = 0; at < sample.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                mutated[at] = (byte)value;
                Analyze(mutated);
            }
            mutated[at] = sample[at];
        }
        Assert.Equal(Verdict.Parsed, Analyze(sample));
    }

    /// <summary>After warm-up no octet is allocated.</summary>
    public void AllocatesNothing(byte[] sample)
    {
        Assert.Equal(0, Allocations.Least(() => Analyze(sample)));
    }

    private sealed class Collector<T> : IObserve<T> where T : struct
    {
        public List<(T Fact, Sighting At)> Seen { get; } = [];

        public void Observe(in Observed<T> seen) => Seen.Add((seen.Fact, seen.At));
    }
}
