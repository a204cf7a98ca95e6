namespace Sensor.Capture.Live;

/// <summary>
/// How old a block of a ring may get before the kernel hands it over. Short, so that alerts are in time; not too short, since each such span with
/// a frame in it takes a whole block: a ring of 256 blocks bridges at least a second in which nothing is read.
/// </summary>
internal static class RingTiming
{
    /// <summary>Of the rings for everything, milliseconds.</summary>
    internal const int RetireMilliseconds = 10;

    /// <summary>Of the second ring, milliseconds.</summary>
    internal const int ControlRetireMilliseconds = 4;
}
