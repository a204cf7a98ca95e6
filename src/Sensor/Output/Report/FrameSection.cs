using System.Globalization;
using Sensor.Evidence;

namespace Sensor.Output.Report;

/// <summary>The frames that prove an incident: why each is here, its layers, its octets.</summary>
internal static class FrameSection
{
    /// <summary>Frames shown with their octets, and octets of each: the evidence folder holds all of them.</summary>
    private const int MostFrames = 80, MostOctets = 768;

    /// <summary>Writes them, folded.</summary>
    public static void Write(Html html, RunView run, IncidentEvidence evidence, string anchor)
    {
        var frames = Shown(evidence);
        if (frames.Count == 0)
            return;
        html.Begin("details", "frames").Element("summary", null, $"Evidence: {SummaryLine.Count(evidence.Frames.Count, "frame")}");
        foreach (var frame in frames)
            WriteFrame(html, run, frame, anchor);
        if (evidence.Frames.Count > frames.Count)
            html.Element("p", "small", string.Create(CultureInfo.InvariantCulture,
                $"{evidence.Frames.Count - frames.Count:#,0} more frames are in the capture that --evidence writes."));
        if (evidence.Missing + evidence.LeftOut > 0)
            html.Element("p", "small", string.Create(CultureInfo.InvariantCulture,
                $"{evidence.Missing:#,0} frames could not be read a second time, {evidence.LeftOut:#,0} did not find room."));
        html.EndLine();
    }

    /// <summary>
    /// The frames that are shown, in order: what proves comes before what is only of the same connection, should not all find room.
    /// </summary>
    public static IReadOnlyList<EvidenceFrame> Shown(IncidentEvidence evidence) =>
    [
        .. evidence.Frames.Values.OrderBy(frame => frame.Notes.TrueForAll(note => note.Role == EvidenceRole.Context)).Take(MostFrames)
            .OrderBy(frame => frame.Ordinal),
    ];

    /// <summary>The name by which a frame of the incident at <paramref name="anchor"/> can be pointed at.</summary>
    public static string AnchorOf(string anchor, ushort origin, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{anchor}-f{origin}-{number}");

    private static void WriteFrame(Html html, RunView run, EvidenceFrame frame, string anchor)
    {
        var record = frame.Record;
        var layers = FrameLayers.Of(frame.Octets, record.LinkType);
        html.Begin("details", "frame", "id", AnchorOf(anchor, record.Origin, record.Number));
        html.Begin("summary");
        html.Begin("b").Text(record.Number.ToString(CultureInfo.InvariantCulture)).End().Text(" ");
        html.Element("time", null, PacketTime.Clock(record.TimestampNs), "datetime", PacketTime.IsoMilliseconds(record.TimestampNs));
        html.Element("span", "mono", layers.Count == 0 ? "" : layers[^1].Headline);
        foreach (var stage in frame.Notes.Select(note => note.Finding.Detector.Stage).Distinct())
            html.Begin("span", $"stage stage-{Words.Of(stage)}").Text(StageNames.ShortOf(stage)).End();
        html.EndLine();
        html.Begin("ul", "notes");
        foreach (var line in EvidenceWriter.CommentOf(run, frame).Split('\n'))
            html.Element("li", null, line);
        html.EndLine();
        html.Begin("dl", "layers");
        foreach (var layer in layers)
            html.Element("dt", null, layer.Name).Element("dd", "mono", layer.Detail);
        html.EndLine();
        html.Lines("pre", "scroll hex", HexDump.Of(frame.Octets, MostOctets)).EndLine();
    }
}
