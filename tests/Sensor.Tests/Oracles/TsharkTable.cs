using System.Diagnostics;

namespace Sensor.Tests.Oracles;

/// <summary>Runs tshark over a capture and reads chosen fields of the frames a display filter lets through; repeated fields are joined by commas.</summary>
internal static class TsharkTable
{
    public static IEnumerable<string[]> Read(string path, string filter, params string[] fields)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-n", "-r", path, "-Y", filter, "-T", "fields", "-E", "separator=/t", .. fields.SelectMany(static f => (string[])["-e", f])])
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
