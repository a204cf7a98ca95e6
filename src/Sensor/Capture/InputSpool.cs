namespace Sensor.Capture;

/// <summary>
/// Keeps what comes through pipes (standard input, named pipes) in temporary files while it is read, so that it can be read once more for
/// the evidence. Bounded; the files vanish with the process.
/// </summary>
internal sealed class InputSpool(long maxOctets = InputSpool.MaxOctets) : IDisposable
{
    /// <summary>Octets kept of each pipe, as they came (compressed ones compressed). Beyond it nothing more is kept. 16 GiB.</summary>
    internal const long MaxOctets = 16L << 30;

    private readonly Dictionary<string, FileStream> _kept = [];

    /// <summary>Why something was not kept, one clause; null as long as all is.</summary>
    internal string? Fault { get; private set; }

    /// <summary>The stream itself when it can be read again; else one that keeps what is read through it.</summary>
    internal Stream Keep(string path, Stream stream)
    {
        if (stream.CanSeek)
            return stream;
        try
        {
            var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), Options());
            _kept[path] = file;
            return new KeptStream(this, stream, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fault = $"no temporary file can be made for it ({failure.Message})";
            return stream;
        }
    }

    /// <summary>What was kept of <paramref name="path"/>, from its start; null when nothing was.</summary>
    internal Stream? Reopen(string path)
    {
        if (!_kept.TryGetValue(path, out var file))
            return null;
        file.Flush();
        return new FileStream(file.Name, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
    }

    /// <summary>Whether <paramref name="path"/> is a pipe that was kept.</summary>
    internal bool Has(string path) => _kept.ContainsKey(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _kept.Values)
            file.Dispose();
        _kept.Clear();
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private void Append(FileStream file, ReadOnlySpan<byte> octets)
    {
        if (Fault is not null)
            return;
        if (file.Length + octets.Length > maxOctets)
        {
            Fault = $"more than {maxOctets >> 20:#,0} MiB came through it";
            return;
        }
        try
        {
            file.Write(octets);
        }
        catch (IOException failure)
        {
            Fault = $"it could not be kept for a second reading ({failure.Message})";
        }
    }

    /// <summary>Hands on what it reads, and keeps it.</summary>
    private sealed class KeptStream(InputSpool spool, Stream inner, FileStream file) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var got = inner.Read(buffer);
            spool.Append(file, buffer[..got]);
            return got;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
