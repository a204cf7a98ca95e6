using System.Globalization;

namespace Sensor.Output;

/// <summary>The last line: what was read, how fast, and what could not be read.</summary>
internal static class SummaryLine
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>The line.</summary>
    public static string Of(ReplaySummary summary)
    {
        var seconds = Math.Max(summary.Elapsed.TotalSeconds, 1e-6);
        var span = summary.Frames == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $", {PacketTime.Whole(summary.FirstTimestampNs)} to {PacketTime.Whole(summary.LastTimestampNs)} UTC");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(summary.Files, "file")}, {Count(summary.Frames, "packet")}, {Bytes(summary.Octets)}{span}; {summary.Counters.Undecodable:#,0} undecodable, {Count(summary.Counters.StreamGaps, "gap")}; read in {summary.Elapsed.TotalSeconds:0.00} s ({Rate(summary.Frames / seconds)} packets/s, {Bytes((long)(summary.Octets / seconds))}/s){(summary.Interrupted ? "; interrupted" : "")}");
    }

    /// <summary>A count with its noun: "1 file", "12,345 packets".</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>Octets in decimal units: "999 B", "1.2 GB".</summary>
    public static string Bytes(long octets)
    {
        var (value, unit) = ((double)octets, 0);
        for (; value >= 999.5 && unit < ByteUnits.Length - 1; unit++)
            value /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || value >= 99.95 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.0", CultureInfo.InvariantCulture))} {ByteUnits[unit]}");
    }

    /// <summary>A rate: "850", "12 k", "3.4 M".</summary>
    public static string Rate(double rate) => rate switch
    {
        < 1_000 => rate.ToString("0", CultureInfo.InvariantCulture),
        < 1_000_000 => (rate / 1_000).ToString("0", CultureInfo.InvariantCulture) + " k",
        _ => (rate / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture) + " M",
    };
}
