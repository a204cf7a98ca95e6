using Sensor.Capture;
using Sensor.Output;

namespace Sensor.Tests.Output;

public sealed class SmallTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1_949_999, "1.9 MB")]
    [InlineData(999_960, "1.0 MB")]
    [InlineData(123_456_789_012, "123 GB")]
    public void Octets_are_written_in_decimal_units(long octets, string text) => Assert.Equal(text, SummaryLine.Bytes(octets));

    [Theory]
    [InlineData(0.35, "350 ms")]
    [InlineData(3.21, "3.2 s")]
    [InlineData(42, "42 s")]
    [InlineData(2028, "33 min 48 s")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void Spans_are_written_as_people_say_them(double seconds, string text) => Assert.Equal(text, PacketTime.Span(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void The_progress_line_shows_share_speed_and_time_left()
    {
        var line = ProgressBar.Line(new CaptureProgress(250_000_000, 1_000_000_000, 2_000_000, 0), TimeSpan.FromSeconds(1));
        Assert.Equal("[======>                 ]  25%  250 MB of 1.0 GB  2.0 M packets/s  3.0 s left", line);
    }

    [Fact]
    public void The_progress_of_a_pipe_shows_what_is_known()
    {
        Assert.Equal("1.0 MB  500 packets/s  4.0 s", ProgressBar.Line(new CaptureProgress(1_000_000, 0, 2_000, 0), TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public void The_progress_line_appears_only_after_a_while()
    {
        using var terminal = new StringWriter();
        var bar = new ProgressBar(terminal, 80);
        bar.Show(new CaptureProgress(1, 2, 3, 0));
        bar.Clear();
        Assert.Empty(terminal.ToString());
    }
}
