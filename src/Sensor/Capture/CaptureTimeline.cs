using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>All frames of a list of capture files as one timeline, in order of each file's first frame.</summary>
public sealed class CaptureTimeline : IFrameSource, IDisposable
{
    private CaptureTimeline(CaptureFiles files) => Files = files.Files;

    /// <summary>The files of the timeline in order; <see cref="FrameRecord.Origin"/> is an index into it.</summary>
    public IReadOnlyList<CaptureFile> Files { get; }

    /// <summary>What went wrong so far, in the order it was met. Complete once <see cref="TryRead"/> has returned false.</summary>
    public IReadOnlyList<CaptureProblem> Problems { get; } = [];

    /// <summary>How far reading has come. May be asked from any thread.</summary>
    public CaptureProgress Progress => default;

    /// <summary>Frames read so far, those left out by the filter included.</summary>
    public long FramesRead { get; private set; }

    /// <summary>Frames left out by the filter.</summary>
    public long FramesFiltered { get; private set; }

    /// <summary>Captured octets of the frames read so far, without the files' own headers.</summary>
    public long FrameOctets { get; private set; }

    /// <summary>Earliest time seen in nanoseconds since 1970; null before the first frame.</summary>
    public long? FirstTimestampNs { get; private set; }

    /// <summary>Latest time seen in nanoseconds since 1970; null before the first frame.</summary>
    public long? LastTimestampNs { get; private set; }

    /// <summary>The timeline of everything <paramref name="paths"/> stand for.</summary>
    public static CaptureTimeline Open(IReadOnlyList<string> paths, CaptureOptions? options = null) =>
        Open(CaptureFiles.Expand(paths, options ?? CaptureOptions.Default), options);

    /// <summary>The timeline of <paramref name="files"/>.</summary>
    public static CaptureTimeline Open(CaptureFiles files, CaptureOptions? options = null) => new(files);

    /// <summary>The world of one file alone (--separate): its only origin is 0.</summary>
    public static CaptureTimeline OpenOne(CaptureFiles files, int index, CaptureOptions? options = null) => new(files);

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        return false;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => Files[origin].Path;

    /// <inheritdoc/>
    public void Dispose() { }
}
