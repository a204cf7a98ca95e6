namespace Sensor.Capture;

/// <summary>One capture of the timeline.</summary>
/// <param name="Path">The path as given, or found below a directory that was given; <c>-</c> for standard input.</param>
/// <param name="Octets">Octets on disk, compressed as they are; 0 when unknown (standard input, a named pipe).</param>
/// <param name="FirstTimestampNs">Time of the first frame in nanoseconds since 1970; long.MaxValue when not looked at or without
/// frames.</param>
public sealed record CaptureFile(string Path, long Octets, long FirstTimestampNs = long.MaxValue)
{
    /// <summary>Whether this is standard input.</summary>
    public bool IsStandardInput => Path == CaptureOptions.StandardInputPath;

    /// <summary>The pipe, opened when its first frame was looked at: it cannot be opened again. Null for files.</summary>
    internal CaptureCursor? Opened { get; init; }
}
