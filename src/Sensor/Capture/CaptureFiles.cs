namespace Sensor.Capture;

/// <summary>The capture files that a list of paths stands for, in the order of the timeline.</summary>
public sealed class CaptureFiles
{
    /// <summary>Files in order of their first frame; ties by path.</summary>
    public IReadOnlyList<CaptureFile> Files { get; private init; } = [];

    /// <summary>Paths that could not be used.</summary>
    public IReadOnlyList<CaptureProblem> Problems { get; private init; } = [];

    /// <summary>Entries of directories that are no captures.</summary>
    public int Skipped { get; private init; }

    /// <summary>Looks at <paramref name="paths"/>: files, directories (recursive, told by content), <c>-</c> for standard input.</summary>
    public static CaptureFiles Expand(IReadOnlyList<string> paths, CaptureOptions options) => new();
}
