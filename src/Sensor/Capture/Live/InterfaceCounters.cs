using System.Globalization;

namespace Sensor.Capture.Live;

/// <summary>What the system counts for an interface, since it exists.</summary>
/// <param name="Received">Frames received.</param>
/// <param name="Dropped">Frames that the card or its driver dropped: rx_dropped with rx_missed_errors, and rx_fifo_errors.</param>
internal readonly record struct InterfaceCounters(long Received, long Dropped)
{
    // Of the calling thread, so that it is the namespace in which the rings are.
    private const string Table = "/proc/thread-self/net/dev";
    private const int PacketsColumn = 1, DropColumn = 3, FifoColumn = 4;

    /// <summary>The counters of <paramref name="name"/> now; zeros where the system gives none.</summary>
    internal static InterfaceCounters Read(string name)
    {
        if (!OperatingSystem.IsLinux())
            return default;
        try
        {
            return Parse(File.ReadAllText(Table), name);
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>Finds <paramref name="name"/> in the text of /proc/net/dev.</summary>
    internal static InterfaceCounters Parse(string table, string name)
    {
        foreach (var line in table.Split('\n'))
        {
            var colon = line.LastIndexOf(':');
            if (colon < 0 || !line.AsSpan(0, colon).Trim().SequenceEqual(name))
                continue;
            var columns = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return columns.Length > FifoColumn
                ? new(Number(columns[PacketsColumn]), Number(columns[DropColumn]) + Number(columns[FifoColumn])) : default;
        }
        return default;
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
