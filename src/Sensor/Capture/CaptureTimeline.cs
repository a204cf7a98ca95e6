using System.Globalization;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>
/// All frames of a list of capture files as one timeline, in order of each file's first frame. One file is open at a time and read in
/// place, unless
/// files cover the same time: those are merged by time. A file cut into pieces gives the same timeline as the whole.
/// </summary>
public sealed class CaptureTimeline : IFrameSource, IDisposable
{
    private readonly List<CaptureProblem> _problems = [];
    private readonly FrameFilter? _filter;
    private readonly CaptureQueue _queue;
    private readonly CaptureMerge _merge;
    private readonly long _octetsTotal;
    private CaptureCursor? _current;
    private long _ordinal;

    private CaptureTimeline(IReadOnlyList<CaptureFile> files, IReadOnlyList<CaptureProblem> problems, CaptureOptions options)
    {
        Files = files;
        _problems.AddRange(problems);
        _filter = options.Filter;
        _queue = new CaptureQueue(files, options, _problems);
        _merge = new CaptureMerge(_queue);
        _octetsTotal = files.Any(f => f.Octets == 0) ? 0 : files.Sum(f => f.Octets);
    }

    /// <summary>The files of the timeline in order; <see cref="FrameRecord.Origin"/> is an index into it.</summary>
    public IReadOnlyList<CaptureFile> Files { get; }

    /// <summary>What went wrong so far, in the order it was met. Complete once <see cref="TryRead"/> has returned false.</summary>
    public IReadOnlyList<CaptureProblem> Problems => _problems;

    /// <summary>How far reading has come. May be asked from any thread.</summary>
    public CaptureProgress Progress => new(_queue.Totals.DiskOctets, _octetsTotal, _queue.Totals.Frames, _queue.CurrentIndex);

    /// <summary>Frames read so far, those left out by the filter included.</summary>
    public long FramesRead => _queue.Totals.Frames;

    /// <summary>Frames left out by the filter.</summary>
    public long FramesFiltered { get; private set; }

    /// <summary>Captured octets of the frames read so far, without the files' own headers.</summary>
    public long FrameOctets => _queue.Totals.FrameOctets;

    /// <summary>Earliest time seen in nanoseconds since 1970; null before the first frame.</summary>
    public long? FirstTimestampNs => FramesRead > 0 ? _queue.Totals.MinNs : null;

    /// <summary>Latest time seen in nanoseconds since 1970; null before the first frame.</summary>
    public long? LastTimestampNs => FramesRead > 0 ? _queue.Totals.MaxNs : null;

    /// <summary>The timeline of everything <paramref name="paths"/> stand for.</summary>
    public static CaptureTimeline Open(IReadOnlyList<string> paths, CaptureOptions? options = null) =>
        Open(CaptureFiles.Expand(paths, options ?? CaptureOptions.Default), options);

    /// <summary>The timeline of <paramref name="files"/>, with the problems met when they were looked for.</summary>
    public static CaptureTimeline Open(CaptureFiles files, CaptureOptions? options = null) =>
        new(files.Files, files.Problems, options ?? CaptureOptions.Default);

    /// <summary>
    /// The world of one file alone (--separate): its only origin is 0. <see cref="CaptureFiles.Problems"/> are not repeated in <see
    /// cref="Problems"/>.
    /// </summary>
    public static CaptureTimeline OpenOne(CaptureFiles files, int index, CaptureOptions? options = null) =>
        new([files.Files[index]], [], options ?? CaptureOptions.Default);

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        while (TryReadAll(batch))
        {
            if (_filter is not null)
                FramesFiltered += _filter.Apply(batch);
            if (batch.Count == 0)
                continue;
            batch.FirstOrdinal = _ordinal;
            _ordinal += batch.Count;
            return true;
        }
        batch.Clear();
        foreach (var linkType in _filter?.TakeUnsuited() ?? [])
            _problems.Add(new CaptureProblem($"-F '{_filter!.Expression}'", 0, Unsuited(linkType), 0, CaptureProblemKind.Filter));
        return false;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => Files[origin].Path;

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _merge.Dispose();
        _queue.Dispose();
    }

    private static string Unsuited(ushort linkType) =>
        string.Create(CultureInfo.InvariantCulture, $"cannot be compiled for link type {linkType}: its frames were left out");

    private bool TryReadAll(FrameBatch batch)
    {
        while (true)
        {
            if (_merge.IsActive && _merge.TryRead(batch, out _current))
                return true;
            _current ??= _queue.OpenNext();
            if (_current is null)
                return false;
            if (!_current.TryRead(batch))
            {
                _queue.Close(_current);
                _current = null;
                continue;
            }
            _queue.Totals.Report(_current);
            if (!_queue.IsOverlapped(_current, batch))
                return true;
            _merge.Begin(_current);
            _current = null;
            if (batch.Count > 0)
                return true;
        }
    }
}
