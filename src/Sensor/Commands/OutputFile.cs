using System.Text;
using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>
/// Opens what -o and --report name. Written directly, not renamed at the end: a run that reads from a pipe may take days, and others
/// follow the file.
/// </summary>
internal static class OutputFile
{
    /// <summary>Opens <paramref name="path"/> for writing, unless it is one of <paramref name="inputs"/>: evidence is never overwritten.</summary>
    public static TextWriter Open(string path, IEnumerable<string> inputs, string option = "-o")
    {
        var target = Resolve(path);
        foreach (var input in inputs)
        {
            if (Resolve(input) == target)
                throw CommandException.Usage($"{option} {path} would overwrite the capture {input}");
        }
        try
        {
            return new StreamWriter(path, new UTF8Encoding(false), new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
            })
            { NewLine = "\n" };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var reason = failure is DirectoryNotFoundException ? "no such directory" : Directory.Exists(path) ? "is a directory" : FileFailure.Reason(failure);
            throw new CommandException(ExitCode.Failed, $"cannot write {path}: {reason}");
        }
    }

    private static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return path;
        }
    }
}
