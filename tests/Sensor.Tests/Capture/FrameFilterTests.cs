using Sensor.Capture;
using static Sensor.Tests.Capture.CaptureFixture;

namespace Sensor.Tests.Capture;

public class FrameFilterTests
{
    [Fact]
    public void Frames_that_do_not_match_are_left_out_and_still_counted()
    {
        var file = Pcap([1, 2, 3, 4]);
        file[24 + 76 + 16] = 0xAB; // first octet of the second frame's destination
        using var filter = Compile("ether[0] == 0xab");
        var options = new CaptureOptions { Filter = filter, StandardInput = () => new MemoryStream(file) };
        using var timeline = CaptureTimeline.Open(["-"], options);
        Assert.Equal(2, Assert.Single(Drain(timeline)).Number);
        Assert.Equal((4, 3), (timeline.FramesRead, timeline.FramesFiltered));
    }

    [Fact]
    public void Lengths_are_those_on_the_wire()
    {
        using var filter = Compile("greater 4");
        var options = new CaptureOptions { Filter = filter, StandardInput = () => new MemoryStream(Hex(PcapReaderTests.LittleMicro)) };
        Assert.Equal((3, 4), Read(["-"], options).Frames.Select(f => (f.Captured, f.Original)).Single());
    }

    [Fact]
    public void A_wrong_expression_is_named()
    {
        Skip();
        Assert.False(FrameFilter.TryCompile("udp prt 53", out _, out var error));
        Assert.Contains("'udp prt 53'", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void Link_types_that_the_expression_does_not_suit_are_reported_once()
    {
        using var filter = Compile("wlan type data");
        var options = new CaptureOptions { Filter = filter, StandardInput = () => new MemoryStream(Pcap([1, 2, 3])) };
        var (frames, problems) = Read(["-"], options);
        Assert.Empty(frames);
        Assert.Contains("link type 1", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    private static FrameFilter Compile(string expression)
    {
        Skip();
        Assert.True(FrameFilter.TryCompile(expression, out var filter, out var error), error);
        return filter;
    }

    private static void Skip() =>
        Assert.SkipUnless(FrameFilter.TryCompile("ip", out _, out var error), error ?? "");
}
