using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Sensor.PacSandbox;

/// <summary>How to start this same program once more: as a native executable, as an apphost, or as a library run by dotnet.</summary>
internal static class SandboxCommand
{
    /// <summary>
    /// Heap of the sandbox's process in octets, hexadecimal without prefix: a native build reads nothing else. With runtime and stack the
    /// process stays below 128 MiB.
    /// </summary>
    private const string HeapLimit = "3000000";

    /// <summary>What starts the sandbox; null when the program cannot be found.</summary>
    public static ProcessStartInfo? Create()
    {
        var (file, library) = Program();
        if (file is null)
            return null;
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            CreateNoWindow = true,
        };
        if (library is not null)
        {
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(library);
        }
        start.ArgumentList.Add(SandboxChild.Command);
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        if (root is not null)
            start.Environment["DOTNET_ROOT"] = root;
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_gcServer"] = start.Environment["DOTNET_gcConcurrent"] = "0";
        // The diagnostic port is a socket, and a script's process is nobody's to debug.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["TZ"] = "UTC";
        return start;
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is the sign of a single file.")]
    private static (string? File, string? Library) Program()
    {
        var library = typeof(SandboxCommand).Assembly.Location;
        if (library.Length == 0)
            return (Environment.ProcessPath, null);
        var host = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        if (string.Equals(Environment.ProcessPath, host, StringComparison.Ordinal))
            return (host, null);
        // …/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll: three folders up lies the host that all runtimes share.
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return (File.Exists(dotnet) ? dotnet : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), library);
    }
}
