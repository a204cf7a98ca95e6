using Sensor.Detection.Incidents;
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
    public void A_hash_moves_to_the_left_rather_than_beyond_the_edge()
    {
        using var text = new StringWriter { NewLine = "\n" };
        new TextPage(text, 80, colour: false).Labelled("  Next", 14, $"1. Read the file (SHA-256 {new string('a', 64)}) and ask.", 17);
        Assert.Contains($"\n{new string(' ', 80 - 65)}{new string('a', 64)})\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_incidents_are_summed_up_at_the_end()
    {
        var scene = new Scene();
        using var text = new StringWriter { NewLine = "\n" };
        var sink = new TextSink(new TextPage(text, 80, colour: false), all: false, wrapSummary: true);
        scene.Book.AlertRaised = sink.Alerted;
        sink.BeginRun(scene.View());
        scene.Book.Raise(scene.Finding(Scene.Lure, 12, scene.First, "s"));
        scene.Book.Raise(scene.Finding(Scene.Pac, 20, scene.First, "s", Severity.Critical, scene.Second));
        sink.EndRun();
        sink.End(Scene.Summary());
        Assert.Contains("\n2 incidents (1 critical, 1 high), 1 host attacked\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_cut_in_the_table()
    {
        var scene = new Scene();
        using var text = new StringWriter { NewLine = "\n" };
        scene.Second.NameList.Add(new string('n', 90));
        var sink = new TextSink(new TextPage(text, 80, colour: false), all: true, wrapSummary: true);
        scene.Play(sink);
        Assert.Contains($"192.168.1.21  {new string('n', 19)}…  asks LLMNR for wpad", text.ToString(), StringComparison.Ordinal);
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
