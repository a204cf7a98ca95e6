using System.Globalization;
using Sensor.Core.Frames;

namespace Sensor.Capture;

/// <summary>Finds the captures among files and directories and puts them in order of their first frame.</summary>
internal sealed class CaptureFinder(CaptureOptions options)
{
    private const int ProbeOctets = 64 * 1024, ProbeFrames = 1024;
    private readonly List<CaptureFile> _files = [];
    private readonly List<CaptureProblem> _problems = [];
    private readonly List<(string Path, bool Named)> _candidates = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private FrameBatch? _probe;
    private string? _firstPath;
    private int _skipped;

    internal void Add(string path)
    {
        _firstPath ??= path;
        if (path != CaptureOptions.StandardInputPath && Directory.Exists(path))
            AddDirectory(path);
        else
            AddCandidate(path, named: true);
    }

    internal CaptureFiles Finish()
    {
        if (_candidates is [(var only, true)])
            _files.Add(new CaptureFile(only, LengthOf(only)));
        else
            foreach (var (path, named) in _candidates)
                Probe(path, named);
        if (_files.Count > CaptureFiles.MaxFiles)
            Refuse(string.Create(CultureInfo.InvariantCulture, $"{_files.Count} captures are more than one timeline's {CaptureFiles.MaxFiles}"));
        else if (_files.Count == 0 && _problems.Count == 0 && _firstPath is not null)
            Refuse("no capture file in it");
        _files.Sort(static (a, b) =>
        {
            var order = a.FirstTimestampNs.CompareTo(b.FirstTimestampNs);
            return order != 0 ? order : PathOrder.Instance.Compare(a.Path, b.Path);
        });
        return new CaptureFiles { Files = _files, Problems = _problems, Skipped = _skipped };
    }

    private void Refuse(string reason)
    {
        _files.Clear();
        _problems.Add(new CaptureProblem(_firstPath!, 0, reason, 0, CaptureProblemKind.NotACapture));
    }

    private void AddCandidate(string path, bool named)
    {
        var key = path == CaptureOptions.StandardInputPath || path.Length == 0 ? path : Path.GetFullPath(path);
        if (_known.Add(key))
            _candidates.Add((path, named));
    }

    private void AddDirectory(string root)
    {
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out var directory))
        {
            try
            {
                foreach (var entry in new DirectoryInfo(directory).GetFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
                    AddEntry(Path.Combine(directory, entry.Name), entry, waiting);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                const string Reason = "directory cannot be read: permission denied";
                _problems.Add(new CaptureProblem(directory, 0, Reason, 0, CaptureProblemKind.Unreadable));
            }
        }
    }

    // Links to directories are not followed: they may lead in circles. Pipes, devices and sockets have no length: opening one could block
    // for ever.
    private void AddEntry(string path, FileSystemInfo entry, Stack<string> waiting)
    {
        if (entry is DirectoryInfo)
        {
            if (entry.LinkTarget is null)
                waiting.Push(path);
            return;
        }
        if (LengthOf(path) > 0)
            AddCandidate(path, named: false);
        else
            _skipped++;
    }

    private void Probe(string path, bool named)
    {
        var reader = CaptureOpener.Open(path, 0, options, out var problem);
        if (reader is null)
        {
            if (named || problem.Kind == CaptureProblemKind.Unreadable)
                _problems.Add(problem);
            else
                _skipped++;
            return;
        }
        var probe = _probe ??= new FrameBatch(ProbeOctets, ProbeFrames);
        var first = reader.TryRead(probe) ? probe.Frames[0].TimestampNs : long.MaxValue;
        if (reader.CanReopen)
        {
            reader.Dispose();
            _files.Add(new CaptureFile(path, LengthOf(path), first));
            return;
        }
        _files.Add(new CaptureFile(path, 0, first) { Opened = new CaptureCursor(reader, probe) });
        _probe = null;
    }

    private static long LengthOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.LinkTarget is null ? file.Length : (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo)?.Length ?? 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
