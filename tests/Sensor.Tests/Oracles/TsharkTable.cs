using System.Diagnostics;

namespace Sensor.Tests.Oracles;

/// <summary>Runs tshark over a capture and reads chosen fields of the frames a display filter lets through; repeated fields are joined by commas.</summary>
internal static class TsharkTable
{
    public static IEnumerable<string[]> Read(string path, string filter, params string[] fields) => Read(path, filter, [], fields);

    /// <summary>The same with streams put in order first, which tshark by itself does not do.</summary>
    public static IEnumerable<string[]> ReadInOrder(string path, string filter, params string[] fields) =>
        Read(path, filter, ["-o", "tcp.reassemble_out_of_order:TRUE"], fields);

    private static List<string[]> Read(string path, string filter, string[] options, string[] fields)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-n", .. options, "-r", path, "-Y", filter, "-T", "fields", "-E", "separator=/t", .. fields.SelectMany(static f => (string[])["-e", f])])
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
