using System.Diagnostics;
using System.Globalization;
using Sensor.Capture;

namespace Sensor.Output;

/// <summary>
/// The line that shows how far a long input is: octets, packets a second, time left. Drawn on a terminal only, not before half a second has
/// passed, then ten times a second at most.
/// </summary>
internal sealed class ProgressBar(TextWriter terminal, int width)
{
    private const int BarCells = 24;
    private const string ClearLine = "\r\x1b[K";

    private static readonly TimeSpan FirstAfter = TimeSpan.FromMilliseconds(500), Every = TimeSpan.FromMilliseconds(100);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private TimeSpan _nextAt = FirstAfter;
    private bool _isShown;

    /// <summary>Draws the line when it is time to.</summary>
    public void Show(CaptureProgress progress)
    {
        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        if (elapsed < _nextAt)
            return;
        _nextAt = elapsed + Every;
        _isShown = true;
        var line = Line(progress, elapsed);
        terminal.Write(ClearLine + (line.Length < width ? line : line[..(width - 1)]));
        terminal.Flush();
    }

    /// <summary>Takes the line away before something else is written.</summary>
    public void Clear()
    {
        if (!_isShown)
            return;
        terminal.Write(ClearLine);
        terminal.Flush();
        _isShown = false;
    }

    /// <summary>The line at this moment.</summary>
    internal static string Line(CaptureProgress progress, TimeSpan elapsed)
    {
        var rate = $"{SummaryLine.Rate(progress.FramesRead / elapsed.TotalSeconds)} packets/s";
        if (progress.OctetsTotal <= 0)
            return $"{SummaryLine.Bytes(progress.OctetsRead)}  {rate}  {PacketTime.Span(elapsed)}";
        var share = Math.Clamp((double)progress.OctetsRead / progress.OctetsTotal, 0, 1);
        var filled = (int)(share * BarCells);
        var bar = new string('=', filled) + (filled < BarCells ? ">" + new string(' ', BarCells - filled - 1) : "");
        var left = share > 0.001 ? PacketTime.Span(Left(elapsed, share)) + " left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{bar}] {share * 100,3:0}%  {SummaryLine.Bytes(progress.OctetsRead)} of {SummaryLine.Bytes(progress.OctetsTotal)}  {rate}  {left}");
    }

    /// <summary>Whole seconds: tenths would flicker.</summary>
    private static TimeSpan Left(TimeSpan elapsed, double share) =>
        TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds * (1 - share) / share) + 0.0);
}
