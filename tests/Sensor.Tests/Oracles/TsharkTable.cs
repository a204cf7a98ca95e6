using System.Diagnostics;

namespace Sensor.Tests.Oracles;

/// <summary>Runs tshark over a capture and reads chosen fields of the frames a display filter lets through; repeated fields are joined.</summary>
internal static class TsharkTable
{
    public static bool IsInstalled { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Any(static folder => File.Exists(Path.Combine(folder, "tshark")));

    /// <summary>One row a frame, repeated fields joined by commas; an empty <paramref name="filter"/> lets all through.</summary>
    public static List<string[]> Read(string path, string filter, params string[] fields) => Read(path, filter, ',', fields);

    /// <summary>One row a frame, repeated fields joined by <paramref name="among"/>.</summary>
    public static List<string[]> Read(string path, string filter, char among, params string[] fields) => Read(path, filter, among, [], fields);

    /// <summary>The same with streams put in order first, which tshark by itself does not do.</summary>
    public static List<string[]> ReadInOrder(string path, string filter, params string[] fields) =>
        Read(path, filter, ',', ["-o", "tcp.reassemble_out_of_order:TRUE"], fields);

    /// <summary>The same with TCP checksums verified.</summary>
    public static List<string[]> ReadVerified(string path, string filter, params string[] fields) =>
        Read(path, filter, ',', ["-o", "tcp.check_checksum:TRUE"], fields);

    private static List<string[]> Read(string path, string filter, char among, string[] options, string[] fields)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] chosen = filter.Length == 0 ? [] : ["-Y", filter];
        var wanted = fields.SelectMany(static field => (string[])["-e", field]);
        foreach (var argument in (string[])["-n", .. options, "-r", path, .. chosen, "-T", "fields", "-E", "separator=/t", "-E", $"aggregator={among}", .. wanted])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var rows = new List<string[]>();
        while (process.StandardOutput.ReadLine() is { } line)
            rows.Add(line.Split('\t'));
        process.WaitForExit();
        return rows;
    }
}
