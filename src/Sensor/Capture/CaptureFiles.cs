namespace Sensor.Capture;

/// <summary>The capture files that a list of paths stands for, in the order of the timeline.</summary>
public sealed class CaptureFiles
{
    /// <summary>What <see cref="Sensor.Core.Frames.FrameRecord.Origin"/> can number.</summary>
    public const int MaxFiles = ushort.MaxValue;

    /// <summary>
    /// Files in order of their first frame; ties by path, numbers in it counted as numbers. Captures without frames come last.
    /// </summary>
    public IReadOnlyList<CaptureFile> Files { get; internal init; } = [];

    /// <summary>Paths that could not be used.</summary>
    public IReadOnlyList<CaptureProblem> Problems { get; internal init; } = [];

    /// <summary>Entries of directories that are no captures.</summary>
    public int Skipped { get; internal init; }

    /// <summary>The same files for a second reading; pipes must have been kept (<see cref="CaptureOptions.Spool"/>).</summary>
    internal CaptureFiles Again() => new() { Files = [.. Files.Select(file => file with { Opened = null })] };

    /// <summary>
    /// Looks at <paramref name="paths"/>: files, directories (recursive, told by content), <c>-</c> for standard input. Each file is
    /// opened for its first
    /// frame, unless it is the only one. A path that is given twice counts once.
    /// </summary>
    public static CaptureFiles Expand(IReadOnlyList<string> paths, CaptureOptions options)
    {
        var finder = new CaptureFinder(options);
        foreach (var path in paths)
            finder.Add(path);
        return finder.Finish();
    }
}
