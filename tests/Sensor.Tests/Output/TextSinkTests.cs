using Sensor.Output;

namespace Sensor.Tests.Output;

public sealed class TextSinkTests
{
    private static string Play(bool all, int width = 80, bool colour = false, Scene? scene = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var sink = new TextSink(new TextPage(text, width, colour), all, wrapSummary: true);
        (scene ?? new Scene()).Play(sink);
        sink.End(Scene.Summary());
        return text.ToString();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Fits_the_width(int width)
    {
        foreach (var line in Play(all: true, width).Split('\n'))
            Assert.True(TextPage.Columns(line) <= width, line);
    }

    [Theory]
    [InlineData("HIGH")]
    [InlineData("192.168.1.66 answered 192.168.1.20 for wpad")]
    [InlineData("192.168.1.66, MAC 02:00:00:00:00:66, name kali")]
    [InlineData("192.168.1.21, MAC 02:00:00:00:00:21: as far as lure, since 10:11:34.123")]
    [InlineData("lure 10:11:24.123, frames 11, 12 pac 10:11:52.123, frames 39, 40")]
    [InlineData("frames 11, 12, 21, 22; seen 3 times, last 10:11:44.123")]
    [InlineData("[rogue-pac-server]")]
    [InlineData("likely")]
    [InlineData("192.168.1.66 is your WPAD host")]
    [InlineData("1. Isolate 192.168.1.66")]
    [InlineData("1 file, 12,345 packets, 3.4 MB, 2026-11-23 10:11:12 to 2026-11-23 11:11:12 UTC; 2 undecodable, 1 gap; read in 0.01 s")]
    public void Says(string text)
    {
        var flowing = string.Join(' ', Play(all: false).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(text, flowing, StringComparison.Ordinal);
    }

    [Fact]
    public void Exposure_is_a_table_only_with_all()
    {
        Assert.DoesNotContain("EXPOSURE", Play(all: false), StringComparison.Ordinal);
        Assert.Contains("1 finding below the alert threshold: see them with --all.", Play(all: false), StringComparison.Ordinal);
        Assert.Contains("EXPOSURE", Play(all: true), StringComparison.Ordinal);
        Assert.Contains("asks LLMNR for wpad", Play(all: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_only_where_there_are_any()
    {
        Assert.DoesNotContain('\x1b', Play(all: true));
        Assert.Contains("\x1b[1;31m", Play(all: true, colour: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_files_are_named_with_their_frames()
    {
        var scene = new Scene { Files = ["monday.pcap", "tuesday.pcap"] };
        using var text = new StringWriter();
        var sink = new TextSink(new TextPage(text, 80, false), all: false, wrapSummary: false);
        sink.BeginRun(scene.View());
        scene.Book.AlertRaised = sink.Alerted;
        scene.Book.Raise(scene.Finding(Scene.Lure, 3, null, "s") with { Frames = [new(0, 7, 0), new(0, 8, 0), new(0, 9, 0), new(1, 3, 0)] });
        sink.EndRun();
        Assert.Contains("monday.pcap: 7-9; tuesday.pcap: 3", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_incidents_it_says_so_plainly()
    {
        using var text = new StringWriter();
        var sink = new TextSink(new TextPage(text, 80, false), all: false, wrapSummary: false);
        sink.BeginRun(new Scene().View());
        sink.EndRun();
        sink.End(Scene.Summary());
        Assert.StartsWith("No alerts.\n1 file,", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_from_the_wire_do_not_reach_the_terminal()
    {
        using var text = new StringWriter();
        var sink = new TextSink(new TextPage(text, 80, true), all: true, wrapSummary: true);
        new Scene().Play(sink, "evil \x1b]0;title\a\u202e name");
        Assert.DoesNotContain("\x1b]", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\\u001b", text.ToString(), StringComparison.Ordinal);
    }
}
