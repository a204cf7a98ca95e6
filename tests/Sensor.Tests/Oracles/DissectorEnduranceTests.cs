using Sensor.Core.Analyzers;
using Sensor.Core.Frames;

namespace Sensor.Tests.Oracles;

/// <summary>Every shared capture, good and hostile, and mutations of them: no exception, no payload outside its buffer.</summary>
public class DissectorEnduranceTests
{
    private const int MutationsPerFile = 20_000;

    private static readonly ushort[] LinkTypes = [0, 1, 9, 12, 50, 51, 101, 105, 108, 113, 119, 127, 163, 228, 229, 239, 276];

    public static TheoryData<string> Given => [.. SharedCaptures.NamesIn("given")];

    [Theory]
    [InlineData("given")]
    [InlineData("fuzz")]
    public void Survives_every_frame_under_every_link_type(string set)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var frames = 0L;
        foreach (var name in SharedCaptures.NamesIn(set))
        {
            var batch = CaptureOctets.Read(SharedCaptures.PathOf(set, name));
            foreach (var checksums in (ChecksumMode[])[ChecksumMode.None, ChecksumMode.All])
                DissectAll(batch, checksums, null);
            if (set == "fuzz")
            {
                foreach (var linkType in LinkTypes)
                    DissectAll(batch, ChecksumMode.None, linkType);
            }
            frames += batch.Count;
        }
        Assert.True(frames > 1000, $"only {frames} frames were read");
    }

    [Theory]
    [MemberData(nameof(Given))]
    public void Survives_mutations(string name)
    {
        Assert.SkipWhen(SharedCaptures.Folder is null, SharedCaptures.Absent);
        var batch = CaptureOctets.Read(SharedCaptures.PathOf("given", name));
        var dissector = new Dissector(new SegmentTable());
        var state = 1u;
        for (var i = 0; i < MutationsPerFile; i++)
        {
            var index = i % batch.Count;
            ref readonly var frame = ref batch.Frames[index];
            state = (state * 1664525) + 1013904223;
            // Headers are where it hurts. Damage adds up over the rounds.
            if (frame.CapturedLength > 0)
                batch.Octets[frame.Offset + (int)((state >> 8) % (uint)Math.Min(frame.CapturedLength, 128))] = (byte)(state >> 4);
            dissector.Dissect(batch, index, out var packet);
            AssertInside(batch, in packet);
            Forget(batch);
        }
    }

    private static void DissectAll(FrameBatch batch, ChecksumMode checksums, ushort? linkType)
    {
        var dissector = new Dissector(new SegmentTable(), checksums);
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch.Frames[i];
            batch.Frames[i].LinkType = linkType ?? record.LinkType;
            dissector.Dissect(batch, i, out var packet);
            AssertInside(batch, in packet);
            batch.Frames[i] = record;
            Forget(batch);
        }
    }

    /// <summary>Frees the side octets, as a source does with every batch.</summary>
    private static void Forget(FrameBatch batch)
    {
        var count = batch.Count;
        batch.Clear();
        batch.Count = count;
    }

    private static void AssertInside(FrameBatch batch, in Packet packet)
    {
        var room = packet.InSide ? batch.SideCount : batch.Octets.Length;
        if (packet.PayloadOffset < 0 || packet.PayloadLength < 0 || packet.PayloadOffset + packet.PayloadLength > room)
            Assert.Fail($"payload {packet.PayloadOffset} + {packet.PayloadLength} leaves {room} octets");
        if (packet.PayloadWireLength < packet.PayloadLength)
            Assert.Fail($"{packet.PayloadLength} octets of {packet.PayloadWireLength} on the wire");
    }
}
