using System.Buffers.Binary;
using System.Security.Cryptography;
using Sensor.Capture;
using Sensor.Core.Frames;

namespace Sensor.Tests.Capture;

/// <summary>A frame as tests compare it.</summary>
internal readonly record struct Seen(long Ns, long Number, int Captured, int Original, int LinkType, int Origin, string Octets);

/// <summary>A folder of capture files that is deleted again, and ways to read them.</summary>
internal sealed class CaptureFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sensor-capture-");

    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    internal string Write(string name, byte[] octets)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    /// <summary>Reads all frames of <paramref name="paths"/>, with a small batch when <paramref name="octets"/> says so.</summary>
    internal static (List<Seen> Frames, IReadOnlyList<CaptureProblem> Problems) Read(
        IReadOnlyList<string> paths, CaptureOptions? options = null, int octets = 64 * 1024, int frames = 512)
    {
        using var timeline = CaptureTimeline.Open(paths, options);
        return (Drain(timeline, octets, frames), timeline.Problems);
    }

    /// <summary>Reads the octets as standard input.</summary>
    internal static (List<Seen> Frames, IReadOnlyList<CaptureProblem> Problems) Read(
        byte[] file, int octets = 64 * 1024, int frames = 512) =>
        Read(["-"], new CaptureOptions { StandardInput = () => new MemoryStream(file) }, octets, frames);

    internal static List<Seen> Drain(CaptureTimeline timeline, int octets = 64 * 1024, int frames = 512)
    {
        var batch = new FrameBatch(octets, frames);
        var seen = new List<Seen>();
        while (timeline.TryRead(batch))
        {
            Assert.True(batch.Count > 0);
            Assert.Equal(seen.Count, batch.FirstOrdinal);
            for (var i = 0; i < batch.Count; i++)
            {
                ref readonly var frame = ref batch.Frames[i];
                var digest = Digest(batch.Frame(i));
                seen.Add(new Seen(
                    frame.TimestampNs, frame.Number, frame.CapturedLength, frame.OriginalLength, frame.LinkType, frame.Origin, digest));
            }
        }
        Assert.Equal(0, batch.Count);
        return seen;
    }

    internal static string Digest(ReadOnlySpan<byte> octets) =>
        octets.Length <= 16 ? Convert.ToHexString(octets) : Convert.ToHexString(SHA256.HashData(octets));

    /// <summary>Hex with blanks and comments from <c>//</c> to the end of the line.</summary>
    internal static byte[] Hex(string annotated)
    {
        var digits = annotated.Split('\n').Select(line => line.Split("//")[0]).SelectMany(line => line.Where(c => !char.IsWhiteSpace(c)));
        return Convert.FromHexString(string.Concat(digits));
    }

    /// <summary>
    /// A pcap file, microseconds, little-endian, Ethernet: one frame for each time, each of <paramref name="size"/> octets that tell its
    /// number.
    /// </summary>
    internal static byte[] Pcap(IEnumerable<long> timesUs, int size = 60, int firstNumber = 1)
    {
        var file = new List<byte>(Hex("D4C3B2A1 0200 0400 00000000 00000000 00000400 01000000"));
        foreach (var time in timesUs)
        {
            var record = new byte[16 + size];
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(time / 1_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(time % 1_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), size);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), size);
            record.AsSpan(16).Fill((byte)firstNumber);
            if (size >= 4)
                BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(16), firstNumber);
            firstNumber++;
            file.AddRange(record);
        }
        return [.. file];
    }
}
