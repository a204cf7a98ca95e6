using Sensor.Telemetry;

namespace Sensor.Daemon;

/// <summary>Memory and processor time of this process.</summary>
internal static class ProcessReading
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>As it is now.</summary>
    public static ProcessReport Take() => new()
    {
        ResidentOctets = Environment.WorkingSet,
        HeapOctets = GC.GetTotalMemory(forceFullCollection: false),
        ProcessorSeconds = Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3),
        OpenFiles = CountDescriptors(),
        FullCollections = GC.CollectionCount(GC.MaxGeneration),
    };

    private static int CountDescriptors()
    {
        try
        {
            return Directory.Exists(Descriptors) ? Directory.GetFileSystemEntries(Descriptors).Length : 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
