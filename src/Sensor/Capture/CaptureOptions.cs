namespace Sensor.Capture;

/// <summary>How captures are opened and read.</summary>
public sealed record CaptureOptions
{
    /// <summary>Stands for standard input in a list of paths.</summary>
    public const string StandardInputPath = "-";

    /// <summary>What nothing overrides.</summary>
    public static CaptureOptions Default { get; } = new();

    /// <summary>Which frames are wanted; null for all.</summary>
    public FrameFilter? Filter { get; init; }

    /// <summary>Opens the stream that <c>-</c> stands for. Called at most once.</summary>
    public Func<Stream> StandardInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Keeps what comes through pipes for a second reading; null when there will be none.</summary>
    internal InputSpool? Spool { get; init; }

    /// <summary>
    /// Octets one compressed file may expand to; beyond it the file ends with a problem. 1 TiB: more than a day of a full 100 Mbit/s
    /// link.
    /// </summary>
    public long MaxExpandedOctets { get; init; } = 1L << 40;
}
