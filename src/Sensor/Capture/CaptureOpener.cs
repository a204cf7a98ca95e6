using System.Security;

namespace Sensor.Capture;

/// <summary>Opens one capture and tells its format by its content.</summary>
internal static class CaptureOpener
{
    /// <summary>
    /// Opens <paramref name="path"/>; null with a <paramref name="problem"/> when it is not a capture or cannot be opened.
    /// </summary>
    internal static CaptureReader? Open(string path, ushort origin, CaptureOptions options, out CaptureProblem problem)
    {
        problem = default;
        CaptureInput input;
        try
        {
            input = new CaptureInput(OpenOrReopen(path, options), options);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            problem = Rejected(path, Reason(e), CaptureProblemKind.Unreadable);
            return null;
        }
        if (PcapReader.Recognizes(input.Head))
            return new PcapReader(input, path, origin);
        if (PcapNgReader.Recognizes(input.Head))
            return new PcapNgReader(input, path, origin);
        problem = NotACapture(path, input);
        input.Dispose();
        return null;
    }

    private static Stream OpenOrReopen(string path, CaptureOptions options) => options.Spool is not { } spool
        ? OpenStream(path, options)
        : spool.Reopen(path) ?? spool.Keep(path, OpenStream(path, options));

    // Without a buffer of its own: the batch is the buffer. Files that are still being written may be read.
    private static Stream OpenStream(string path, CaptureOptions options) => path == CaptureOptions.StandardInputPath
        ? options.StandardInput()
        : new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });

    private static CaptureProblem NotACapture(string path, CaptureInput input)
    {
        if (input.EndsInFirstBlock)
            return new(path, input.DiskOctets, $"inside the first {input.CompressionName} block", 0, CaptureProblemKind.CutShort);
        if (input.Fault is { } fault)
            return Rejected(path, input.CompressionName is null ? fault : $"not a capture file: {fault}", CaptureProblemKind.NotACapture);
        if (input.CompressionName is { } compression)
            return Rejected(path, $"not a capture file: {compression} with neither pcap nor pcapng inside", CaptureProblemKind.NotACapture);
        var reason = input.Head.IsEmpty ? "not a capture file: it is empty" : "not a capture file: neither pcap nor pcapng";
        return Rejected(path, reason, CaptureProblemKind.NotACapture);
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        _ => $"cannot be opened: {e.Message}",
    };

    private static CaptureProblem Rejected(string path, string reason, CaptureProblemKind kind) => new(path, 0, reason, 0, kind);
}
