using System.Globalization;
using Sensor.Capture;
using Sensor.Output;

namespace Sensor.Store;

/// <summary>Writes frames of the store as pcapng, each with a comment that says which findings it proves.</summary>
internal static class StoredEvidence
{
    /// <summary>Lines of one comment; a frame of a flood may prove many findings.</summary>
    private const int MostNotes = 8;

    /// <summary>Writes all <paramref name="frames"/> and returns how many there were.</summary>
    public static int Write(Stream output, IEnumerable<ReadFrame> frames)
    {
        using var buffered = new BufferedStream(output, 64 * 1024);
        using var writer = new PcapNgWriter(buffered, $"sensor {Commands.SensorCli.Version}");
        var interfaces = new Dictionary<(string, ushort), int>();
        var count = 0;
        foreach (var frame in frames)
        {
            var record = frame.Record;
            if (!interfaces.TryGetValue((frame.Interface, record.LinkType), out var number))
                interfaces.Add((frame.Interface, record.LinkType), number = writer.AddInterface(frame.Interface, record.LinkType));
            writer.Write(number, in record, frame.Octets, CommentOf(frame));
            count++;
        }
        buffered.Flush();
        return count;
    }

    private static string CommentOf(ReadFrame frame)
    {
        var lines = frame.Findings.Select(static finding => finding.Raised ? $"{finding.Detector} (raised by this frame)" : finding.Detector).ToList();
        if (lines.Count > MostNotes)
            lines = [.. lines[..MostNotes], $"and {lines.Count - MostNotes} more"];
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"frame {frame.Record.Number} of {frame.Interface}"));
        return string.Join('\n', lines.Select(TextPage.Printable));
    }
}
