using System.Globalization;

namespace Sensor.Capture.Live;

/// <summary>
/// What the system counts for an interface, since it exists. Not its rx_dropped: that counts frames too which nobody but the capture wanted, such as
/// those of unknown VLANs, and a mirror port shows little else.
/// </summary>
/// <param name="Received">Frames received.</param>
/// <param name="Dropped">Frames the card had no room for: rx_missed_errors and rx_fifo_errors.</param>
internal readonly record struct InterfaceCounters(long Received, long Dropped)
{
    private const string Folder = "/sys/class/net";

    /// <summary>
    /// The counters of the interface now; zeros where the system gives none, as when /sys is of another network namespace: the folder of the name must
    /// be that of interface <paramref name="index"/>.
    /// </summary>
    internal static InterfaceCounters Read(string name, int index) =>
        OperatingSystem.IsLinux() && index != 0 && Number(Path.Combine(Folder, name, "ifindex")) == index
            ? new(Counter(name, "rx_packets"), Counter(name, "rx_missed_errors") + Counter(name, "rx_fifo_errors"))
            : default;

    private static long Counter(string name, string counter) => Number(Path.Combine(Folder, name, "statistics", counter));

    private static long Number(string path)
    {
        try
        {
            return long.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just gone.
            return 0;
        }
    }
}
