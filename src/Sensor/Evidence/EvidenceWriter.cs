using System.Globalization;
using Sensor.Capture;
using Sensor.Output;

namespace Sensor.Evidence;

/// <summary>
/// Writes what belongs to incidents into the folder: a capture each, proxy configurations, payloads; at the end the manifest.
/// </summary>
internal sealed class EvidenceWriter(EvidenceFolder folder)
{
    /// <summary>Lines of one comment; a frame of a flood may prove many findings.</summary>
    private const int MostNotes = 8;

    private readonly EvidenceManifest _manifest = new();
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes one incident of the world <paramref name="run"/>.</summary>
    public void Write(RunView run, IncidentEvidence evidence, CaseContents contents)
    {
        var prefix = Free(evidence.Incident.Id);
        var entry = _manifest.Add(run, evidence);
        entry.Files.Add((folder.Write($"{prefix}.pcapng", stream => WriteCapture(stream, run, evidence)), "frames"));
        foreach (var sha256 in HashesOf(evidence, "pac_sha256"))
        {
            if (contents.Pacs.Find(sha256) is { } body)
                entry.Files.Add((folder.Write($"{prefix}.pac-{sha256[..16]}.txt", stream => stream.Write(body.Octets)), body.IsCut
                    ? "pac, cut" : "pac"));
        }
        var payloads = PayloadsOf(evidence, contents);
        foreach (var (sha256, octets) in payloads)
            entry.Files.Add((folder.Write($"{prefix}.payload-{sha256[..16]}.bin", stream => stream.Write(octets)), "payload"));
        // What was not seen whole, or was too large, is taken out of the frames as far as they go.
        var isKept = payloads.ConvertAll(payload => payload.Sha256).ToHashSet();
        foreach (var payload in PayloadExtractor.Extract(evidence, finding => PayloadBodies.HashesIn(finding).Any(isKept.Contains)))
        {
            if (isKept.Add(payload.Sha256))
                entry.Files.Add((folder.Write($"{prefix}.payload-{payload.Sha256[..16]}.bin", stream => stream.Write(payload.Octets)),
                    payload.IsWhole ? "payload" : "payload, cut"));
        }
    }

    /// <summary>Writes the manifest; nothing is written after it.</summary>
    public void Finish(IReadOnlyList<string> inputs) =>
        folder.Write(EvidenceFolder.ManifestName, stream => _manifest.Write(stream, inputs));

    /// <summary>What a frame is to its incident, for people who open the capture.</summary>
    internal static string CommentOf(RunView run, EvidenceFrame frame)
    {
        var lines = frame.Notes.Select(Line).Distinct().ToList();
        if (lines.Count > MostNotes)
            lines = [.. lines[..MostNotes], $"and {lines.Count - MostNotes} more"];
        lines.Add(string.Create(CultureInfo.InvariantCulture,
            $"frame {frame.Record.Number} of {Path.GetFileName(run.OriginName(frame.Record.Origin))}{(frame.IsMasked ? "; secrets masked by sensor" : "")}"));
        return string.Join('\n', lines.Select(TextPage.Printable));

        static string Line(EvidenceNote note) => note.Role switch
        {
            EvidenceRole.Context =>
                $"context of {note.Finding.Detector.Id}, stage {Words.Of(note.Finding.Detector.Stage)}: the same connection",
            EvidenceRole.Trigger =>
                $"{note.Finding.Detector.Id}, stage {Words.Of(note.Finding.Detector.Stage)}: {note.Finding.Detector.Title} (raised by this frame)",
            _ => $"{note.Finding.Detector.Id}, stage {Words.Of(note.Finding.Detector.Stage)}: {note.Finding.Detector.Title}",
        };
    }

    private static void WriteCapture(Stream stream, RunView run, IncidentEvidence evidence)
    {
        // Not disposed: it would close the file, which is still to be hashed.
        var buffered = new BufferedStream(stream, 64 * 1024);
        using var writer = new PcapNgWriter(buffered, $"sensor {Commands.SensorCli.Version}");
        var interfaces = new Dictionary<(ushort Origin, ushort LinkType), int>();
        foreach (var frame in evidence.Frames.Values)
            interfaces.TryAdd((frame.Record.Origin, frame.Record.LinkType), 0);
        foreach (var key in interfaces.Keys.Order().ToList())
            interfaces[key] = writer.AddInterface(Path.GetFileName(run.OriginName(key.Origin)), key.LinkType);
        foreach (var frame in evidence.Frames.Values)
        {
            var record = frame.Record;
            writer.Write(interfaces[(record.Origin, record.LinkType)], in record, frame.Octets, CommentOf(run, frame));
        }
        buffered.Flush();
    }

    /// <summary>The payloads the findings name, as the clients got them: ranges joined, content codings undone.</summary>
    private static List<(string Sha256, byte[] Octets)> PayloadsOf(IncidentEvidence evidence, CaseContents contents) =>
    [
        .. evidence.Incident.Findings.SelectMany(recorded => PayloadBodies.HashesIn(recorded.Finding)).Distinct()
            .Select(sha256 => (Sha256: sha256, contents.Payloads.Find(sha256)?.Octets))
            .Where(payload => payload.Octets is { Length: > 0 }).Select(payload => (payload.Sha256, payload.Octets!)),
    ];

    private static IEnumerable<string> HashesOf(IncidentEvidence evidence, string fact) => evidence.Incident.Findings
        .SelectMany(recorded => recorded.Finding.Metadata)
        .Where(pair => pair.Key.StartsWith(fact, StringComparison.Ordinal) && pair.Value.Length == 64)
        .Select(pair => pair.Value).Distinct();

    /// <summary>Two worlds (--separate) may show the same incident, from copies of one capture.</summary>
    private string Free(string id)
    {
        var name = id;
        for (var number = 2; !_names.Add(name); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{id}-{number}");
        return name;
    }
}
