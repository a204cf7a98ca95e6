using System.Globalization;
using System.Text;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>Writes frame numbers for people: runs as ranges, the file's name where there are several.</summary>
internal static class FrameList
{
    private const int MostShown = 12;

    /// <summary>"frame 12", "frames 12, 14-17" or "a.pcap: 12; b.pcap: 3", and how many more there are.</summary>
    public static string Of(IEnumerable<FrameReference> frames, RunView run, bool nameFiles)
    {
        var sorted = frames.DistinctBy(frame => (frame.Origin, frame.Number)).OrderBy(frame => frame.Origin).ThenBy(frame => frame.Number).ToList();
        var text = new StringBuilder(nameFiles ? "" : sorted.Count == 1 ? "frame " : "frames ");
        var (shown, runs, origin) = (0, 0, -1);
        for (var i = 0; i < sorted.Count && runs < MostShown; runs++)
        {
            var last = i;
            while (last + 1 < sorted.Count && sorted[last + 1].Origin == sorted[i].Origin && sorted[last + 1].Number == sorted[last].Number + 1)
                last++;
            if (nameFiles && sorted[i].Origin != origin)
                text.Append(runs == 0 ? "" : "; ").Append(run.OriginName(sorted[i].Origin)).Append(": ");
            else if (runs > 0)
                text.Append(", ");
            origin = sorted[i].Origin;
            text.Append(CultureInfo.InvariantCulture, $"{sorted[i].Number}");
            if (last > i)
                text.Append(CultureInfo.InvariantCulture, $"{(last == i + 1 ? ", " : "-")}{sorted[last].Number}");
            shown += last - i + 1;
            i = last + 1;
        }
        if (shown < sorted.Count)
            text.Append(CultureInfo.InvariantCulture, $" and {sorted.Count - shown:#,0} more");
        return text.ToString();
    }
}
