using System.Globalization;
using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Tests.Captures;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

/// <summary>Real captures beside the checkout, where they are present.</summary>
public sealed class SharedCaptureTests : IDisposable
{
    private readonly CaptureFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Frames_of_real_captures_are_numbered_as_the_manifest_counts_them()
    {
        var wrong = new List<string>();
        var rows = File.ReadLines(Path.Combine(Shared(), "MANIFEST.tsv")).Select(line => line.Split('\t'));
        foreach (var row in rows.Where(row => row[0] == "given"))
        {
            var reader = CaptureOpener.Open(Path.Combine(Shared(), "given", row[1]), 0, CaptureOptions.Default, out _);
            var batch = new FrameBatch();
            while (reader!.TryRead(batch))
            {
            }
            if (reader.FramesRead + reader.NumberedOthers != long.Parse(row[5], CultureInfo.InvariantCulture))
                wrong.Add($"{row[1]}: {row[5]} in the manifest, {reader.FramesRead} read");
            reader.Dispose();
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Hostile_captures_are_read_or_reported()
    {
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Shared(), "fuzz")))
        {
            var (frames, problems) = Read([path]);
            Assert.InRange(problems.Count, 0, 1);
            Assert.True(frames.Count > 0 || problems.Count > 0 || new FileInfo(path).Length < 64, path);
            count++;
        }
        Assert.True(count > 0);
    }

    [Fact]
    public void Real_captures_give_the_same_frames_in_ten_pieces()
    {
        var wrong = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Shared(), "given")).Order(StringComparer.Ordinal))
        {
            var file = File.ReadAllBytes(path);
            if (BitConverter.ToUInt32(file) != 0xA1B2C3D4)
                continue;
            var pieces = Cut(file, Path.GetFileName(path));
            if (!Read([path]).Frames.Select(Identity).SequenceEqual(Read(pieces).Frames.Select(Identity)))
                wrong.Add(Path.GetFileName(path));
        }
        Assert.Empty(wrong);
    }

    private static (long, string) Identity(Seen frame) => (frame.Ns, frame.Octets);

    private List<string> Cut(byte[] file, string name)
    {
        var starts = new List<int>();
        for (var at = 24; at + 16 <= file.Length; at += 16 + BitConverter.ToInt32(file, at + 8))
            starts.Add(at);
        var size = Math.Max(1, (starts.Count + 9) / 10);
        var pieces = new List<string>();
        for (var first = 0; first < starts.Count; first += size)
        {
            var end = first + size < starts.Count ? starts[first + size] : file.Length;
            pieces.Add(_files.Write($"{name}.{pieces.Count}", [.. file[..24], .. file[starts[first]..end]]));
        }
        return pieces;
    }

    private static string Shared()
    {
        Assert.SkipWhen(Checkout.SharedCaptures is null, "no shared captures beside the checkout");
        return Checkout.SharedCaptures;
    }
}
