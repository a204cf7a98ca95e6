using System.Globalization;
using System.Text;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// Appends records to a file, one a line, and forces them to the disk before they count as delivered. Put aside by size here, or by others
/// (logrotate) who then ask for <see cref="Reopen"/>. A line that a crash cut off is ended, so that the next one stands alone.
/// </summary>
internal sealed class FileTransport(TargetSettings target) : ITransport
{
    private FileStream? _file;
    private volatile bool _wantsReopen;

    /// <inheritdoc/>
    public int MostAtOnce => 256;

    /// <inheritdoc/>
    public int MostInFlight => 256;

    /// <inheritdoc/>
    public TimeSpan Grace => TimeSpan.Zero;

    /// <inheritdoc/>
    public long Position => 0;

    /// <inheritdoc/>
    public long Acknowledged => long.MaxValue;

    /// <inheritdoc/>
    public Task Broken => Task.Delay(Timeout.Infinite);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken stop)
    {
        Close();
        try
        {
            _wantsReopen = false;
            _file = Open(target.Path);
            EndLastLine(_file);
            return Task.CompletedTask;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of(target.Path, failure);
        }
    }

    /// <inheritdoc/>
    public async Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
    {
        var octets = Lines(messages);
        try
        {
            if (_wantsReopen || !File.Exists(target.Path))
                await OpenAsync(stop);
            if (target.RotateSize > 0 && _file!.Length > 0 && _file.Length + octets.Length > target.RotateSize)
                await RotateAsync(stop);
            await _file!.WriteAsync(octets, stop);
            _file.Flush(flushToDisk: true);
            return messages.Count;
        }
        catch (Exception failure) when (TransportException.IsExpected(failure))
        {
            Close();
            throw TransportException.Of(target.Path, failure);
        }
    }

    /// <inheritdoc/>
    public void ThrowIfBroken()
    {
        if (_file is null)
            throw new TransportException($"{target.Path}: not open");
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(CancellationToken stop)
    {
        Close();
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <inheritdoc/>
    public void Reopen() => _wantsReopen = true;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        var file = new FileStream(path, options);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    /// <summary>The message of a line that was cut off has not been marked as delivered: it comes again, whole.</summary>
    private static void EndLastLine(FileStream file)
    {
        if (!file.CanSeek || file.Length == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.WriteByte((byte)'\n');
    }

    private static byte[] Lines(IReadOnlyList<OutboxMessage> messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
            text.Append(message.Entry.Body.Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>"eve.json" becomes "eve.json.1", that ".2", and so on; a crash in between leaves a gap, never a lost file but the oldest.</summary>
    private async Task RotateAsync(CancellationToken stop)
    {
        Close();
        for (var number = target.Keep; number > 1; number--)
        {
            if (File.Exists(Numbered(number - 1)))
                File.Move(Numbered(number - 1), Numbered(number), overwrite: true);
        }
        if (File.Exists(target.Path))
            File.Move(target.Path, Numbered(1), overwrite: true);
        await OpenAsync(stop);
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{target.Path}.{number}");
}
