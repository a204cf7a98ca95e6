using System.Diagnostics;
using System.Globalization;
using Sensor.Capture.Live;
using Sensor.Configuration;
using Sensor.Core.Frames;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>`sensor check --live`: captures for a while and says what the port can and cannot see.</summary>
internal static class LiveCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>
    /// Captures from <paramref name="interfaces"/>, or those of the configuration, for <paramref name="duration"/> ("30s"). Status 1 when something
    /// of the network cannot be seen, or nothing came at all.
    /// </summary>
    public static int Run(CommandEnvironment environment, SensorConfiguration configuration, string duration, string[] interfaces)
    {
        if (!TimeSpans.TryParse(duration, out var span) || span < TimeSpan.FromSeconds(1) || span > Longest)
            throw CommandException.Usage($"--live takes a time from 1s to 1d, such as 30s, not \"{duration}\"");
        var options = configuration.Capture.Live with { VisibilityWindow = Longest, NoTrafficAfter = Longest };
        if (interfaces.Length > 0)
            options = options with { Interfaces = [.. interfaces.Distinct()] };
        try
        {
            using var source = new LiveSource(options);
            using var stop = new StopSignals();
            Read(environment, source, span, stop.Token);
            return Tell(environment.Output, source) ? stop.Status ?? ExitCode.Finished : ExitCode.Failed;
        }
        catch (LiveCaptureException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message, e.Hint);
        }
    }

    private static void Read(CommandEnvironment environment, LiveSource source, TimeSpan span, CancellationToken stop)
    {
        var batch = new FrameBatch();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < span && !stop.IsCancellationRequested && source.TryRead(batch))
        {
            while (source.TryTakeEvent(out var happened))
                environment.Error.WriteLine($"sensor: warning: {TextPage.Printable(happened.Summary)}");
        }
    }

    private static bool Tell(TextWriter output, LiveSource source)
    {
        var isFine = true;
        var seen = source.Visibility();
        foreach (var counted in source.Statistics())
        {
            var port = seen.Single(each => each.Interface == counted.Interface);
            var loss = counted.Received + counted.Dropped == 0 ? 0 : (double)counted.Dropped / (counted.Received + counted.Dropped);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{TextPage.Printable(counted.Interface)}: {SummaryLine.Count(counted.Received, "frame")}, {SummaryLine.Bytes(counted.Octets)}, {counted.Dropped:#,0} lost ({loss:0.0%})"));
            if (counted.Received == 0)
            {
                output.WriteLine(
                    counted.IsUp ? "  no  nothing comes: check that the switch mirrors to this port, and the cable"
                    : $"  no  it is down: check the cable and 'ip link set {TextPage.Printable(counted.Interface)} up'");
                isFine = false;
                continue;
            }
            isFine &= Line(output, port.SeesBothDirections, port.DirectionSentence);
            isFine &= Line(output, port.SeesGroups, port.GroupSentence);
            isFine &= Line(output, port.SeesAnswers, port.AnswerSentence);
            isFine &= Line(
                output, port.BetweenOthers > 0 ? true : null,
                port.BetweenOthers > 0
                    ? $"traffic between other hosts is seen ({SummaryLine.Count(port.BetweenOthers, "packet")} of the sample)"
                    : "no traffic between two other hosts was seen: an ordinary switch port looks like this");
        }
        output.Flush();
        return isFine;
    }

    private static bool Line(TextWriter output, bool? isSeen, string sentence)
    {
        var mark = isSeen switch { true => "yes", false => "no ", null => "?  " };
        output.WriteLine($"  {mark} {sentence}");
        return isSeen != false;
    }
}
