using Sensor.Capture;
using Sensor.Core.Frames;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

public sealed class CaptureTimelineTests : IDisposable
{
    private readonly CaptureFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Files_come_in_order_of_their_first_frame_whatever_the_order_given()
    {
        var late = _files.Write("a.pcap", Pcap([3_000_000, 4_000_000], firstNumber: 3));
        var early = _files.Write("b.pcap", Pcap([1_000_000, 2_000_000]));
        using var timeline = CaptureTimeline.Open([late, early]);
        Assert.Equal([early, late], timeline.Files.Select(f => f.Path));
        var frames = Drain(timeline);
        Assert.Equal([1, 2, 3, 4], frames.Select(f => f.Ns / 1_000_000_000));
        Assert.Equal([(0, 1), (0, 2), (1, 1), (1, 2)], frames.Select(f => (f.Origin, (int)f.Number)));
        Assert.Equal((1_000_000_000, 4_000_000_000), (timeline.FirstTimestampNs, timeline.LastTimestampNs));
        Assert.Equal((4, 240), (timeline.FramesRead, timeline.FrameOctets));
        Assert.Equal(timeline.Progress.OctetsTotal, timeline.Progress.OctetsRead);
    }

    [Fact]
    public void Files_that_cover_the_same_time_are_merged()
    {
        var random = new Random(7);
        var all = Enumerable.Range(0, 6000).Select(i => i * 1000L).ToArray();
        var of = all.Select(_ => random.Next(3)).ToArray();
        var paths = Enumerable.Range(0, 3).Select(k => _files.Write($"{k}.pcap", Pcap(all.Where((_, i) => of[i] == k), 200))).ToArray();
        var (frames, problems) = Read(paths);
        Assert.Equal(all.Select(t => t * 1000), frames.Select(f => f.Ns));
        Assert.Empty(problems);
    }

    [Fact]
    public void A_short_capture_inside_a_long_one_is_merged_and_the_long_one_goes_on()
    {
        var @long = _files.Write("long.pcap", Pcap(Enumerable.Range(0, 4000).Select(i => i * 1_000_000L), 300));
        var inside = _files.Write("short.pcap", Pcap([10_500_000, 11_500_000, 12_500_000]));
        var (frames, _) = Read([@long, inside]);
        Assert.Equal(4003, frames.Count);
        Assert.Equal(frames.Select(f => f.Ns).Order(), frames.Select(f => f.Ns));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    public void Ten_pieces_are_one_capture(int disorderUs)
    {
        var random = new Random(3);
        var times = Enumerable.Range(1, 1000).Select(i => i * 1_000L + random.Next(disorderUs + 1)).ToArray();
        var whole = _files.Write("whole.pcap", Pcap(times));
        for (var k = 0; k < 10; k++)
            _files.Write($"pieces/trace.pcap{k + 1}", Pcap(times[(k * 100)..(k * 100 + 100)], firstNumber: k * 100 + 1));
        var (expected, _) = Read([whole]);
        var (frames, problems) = Read([Path.Combine(_files.Folder, "pieces")]);
        // Disorder at a cut may also swap the first frames of pieces; that order is the users' wish. Here it does not.
        Assert.Equal(expected.Select(f => (f.Ns, f.Octets)), frames.Select(f => (f.Ns, f.Octets)));
        Assert.Empty(problems);
    }

    [Fact]
    public void Pieces_of_equal_time_follow_the_numbers_in_their_names()
    {
        for (var k = 1; k <= 12; k++)
            _files.Write($"trace.pcap{k}", Pcap([5, 5], firstNumber: 2 * k));
        var (frames, _) = Read([_files.Folder]);
        Assert.Equal(Read(Pcap(Enumerable.Repeat(5L, 24), firstNumber: 2)).Frames.Select(f => f.Octets), frames.Select(f => f.Octets));
    }

    [Fact]
    public void Directories_are_searched_by_content_and_the_rest_is_counted()
    {
        _files.Write("sub/deep/no-extension", Pcap([1]));
        _files.Write("sub/packed.txt", CompressionTests.Gzip(Pcap([2])));
        _files.Write("readme.pcap", "no capture"u8.ToArray());
        _files.Write("empty.pcap", []);
        File.CreateSymbolicLink(Path.Combine(_files.Folder, "sub", "loop"), _files.Folder);
        var found = CaptureFiles.Expand([_files.Folder], CaptureOptions.Default);
        Assert.Equal(["no-extension", "packed.txt"], found.Files.Select(f => Path.GetFileName(f.Path)));
        Assert.Empty(found.Problems);
        Assert.Equal(2, found.Skipped);
    }

    [Fact]
    public void Named_paths_that_are_no_captures_get_one_line_each()
    {
        var text = _files.Write("notes.txt", "no capture"u8.ToArray());
        var empty = _files.Write("empty.pcap", []);
        var good = _files.Write("good.pcap", Pcap([1]));
        var (frames, problems) = Read([text, empty, "/no/such/file", good]);
        Assert.Single(frames);
        Assert.Equal(
            [
                $"{text}: not a capture file: neither pcap nor pcapng",
                $"{empty}: not a capture file: it is empty",
                "/no/such/file: no such file or directory",
            ],
            problems.Select(p => p.ToString()));
        Assert.All(problems, p => Assert.True(p.IsNotACapture));
    }

    [Fact]
    public void A_directory_without_captures_is_said_so()
    {
        var (_, problems) = Read([_files.Folder]);
        Assert.Equal($"{_files.Folder}: no capture file in it", Assert.Single(problems).ToString());
    }

    [Fact]
    public void Damage_ends_one_file_and_the_next_goes_on()
    {
        var cut = _files.Write("cut.pcap", Pcap([1, 2])[..^5]);
        var good = _files.Write("good.pcap", Pcap([3, 4]));
        var (frames, problems) = Read([cut, good]);
        Assert.Equal([1000, 3000, 4000], frames.Select(f => f.Ns));
        Assert.Equal($"{cut}: cut short at offset 100 inside frame 2 (1 frame was read)", Assert.Single(problems).ToString());
    }

    [Fact]
    public void Each_file_can_be_a_world_of_its_own()
    {
        var files = CaptureFiles.Expand([_files.Write("a.pcap", Pcap([5])), _files.Write("b.pcap", Pcap([1]))], CaptureOptions.Default);
        for (var i = 0; i < 2; i++)
        {
            using var world = CaptureTimeline.OpenOne(files, i);
            Assert.Equal(0, Assert.Single(Drain(world)).Origin);
            Assert.Equal(files.Files[i].Path, world.OriginName(0));
        }
    }

    [Fact]
    public void A_file_given_twice_counts_once()
    {
        var path = _files.Write("a.pcap", Pcap([1]));
        Assert.Single(Read([path, path, _files.Folder]).Frames);
    }

    [Fact]
    public void Reading_allocates_nothing_for_a_frame()
    {
        var few = _files.Write("few.pcap", Pcap(Enumerable.Range(0, 20_000).Select(i => (long)i)));
        var many = _files.Write("many.pcap", Pcap(Enumerable.Range(0, 200_000).Select(i => (long)i)));
        var batch = new FrameBatch();
        _ = Allocated(few, batch);
        Assert.InRange(Allocated(many, batch) - Allocated(few, batch), -1024, 1024);
    }

    private static long Allocated(string path, FrameBatch batch)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var timeline = CaptureTimeline.Open([path]);
        while (timeline.TryRead(batch))
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
