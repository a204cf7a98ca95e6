namespace Sensor.Configuration;

/// <summary>Says in a few words why a file could not be used.</summary>
internal static class FileFailure
{
    /// <summary>The reason, without the path: the caller names the file.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        EndOfStreamException => "the file became shorter while it was read",
        PathTooLongException => "the path is too long",
        _ => failure.Message.ReplaceLineEndings(" "),
    };
}
