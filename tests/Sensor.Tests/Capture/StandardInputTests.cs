using System.IO.Compression;
using System.IO.Pipes;
using Sensor.Capture;
using Sensor.Core.Frames;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

/// <summary>A pipe that is still being written: each frame comes out before the next is written, or the test would wait for ever.</summary>
public class StandardInputTests
{
    private const int Patience = 20_000;

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frames_come_out_of_a_pipe_as_they_are_written(bool compressed)
    {
        await using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        await using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        using var timeline = CaptureTimeline.Open(["-"], new CaptureOptions { StandardInput = () => client });
        Stream writer = compressed ? new GZipStream(server, CompressionLevel.Fastest) : server;
        var file = Pcap([1, 2, 3]);
        var batch = new FrameBatch();
        writer.Write(file.AsSpan(0, 24));
        for (var frame = 0; frame < 3; frame++)
        {
            var at = 24 + frame * 76;
            writer.Write(file.AsSpan(at, 30)); // half of it: no frame yet
            writer.Flush();
            writer.Write(file.AsSpan(at + 30, 46));
            writer.Flush();
            Assert.True(await Task.Run(() => timeline.TryRead(batch)));
            Assert.Equal((1, frame + 1), (batch.Count, (int)batch.Frames[0].Number));
        }
        writer.Dispose();
        server.Dispose();
        Assert.False(await Task.Run(() => timeline.TryRead(batch)));
        Assert.Empty(timeline.Problems);
    }

    [Fact]
    public void Standard_input_takes_its_place_among_files()
    {
        using var files = new CaptureFixture();
        var early = files.Write("early.pcap", Pcap([1_000_000]));
        var late = files.Write("late.pcap", Pcap([9_000_000]));
        var options = new CaptureOptions { StandardInput = () => new MemoryStream(Pcap([5_000_000, 6_000_000])) };
        var (frames, problems) = Read([late, "-", early], options);
        Assert.Equal([(1, 0), (5, 1), (6, 1), (9, 2)], frames.Select(f => ((int)(f.Ns / 1_000_000_000), f.Origin)));
        Assert.Empty(problems);
    }
}
