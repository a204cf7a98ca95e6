using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;

namespace Sensor.Evidence;

/// <summary>A program that was delivered.</summary>
/// <param name="Sha256">SHA-256 of <paramref name="Octets"/>.</param>
/// <param name="Octets">The body of the HTTP response, chunk framing undone.</param>
/// <param name="IsWhole">Whether all of it was captured.</param>
internal sealed record ExtractedPayload(string Sha256, byte[] Octets, bool IsWhole);

/// <summary>
/// Takes the HTTP response bodies out of the connections of payload findings: the server's segments put in order, head and body told
/// apart. What was not captured ends the body there; content codings are left as they are.
/// </summary>
internal static class PayloadExtractor
{
    private const byte Tcp = 6;

    /// <summary>Bodies of one incident; each victim gets one or a few.</summary>
    private const int MaxPayloads = 64;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>
    /// The payloads of an incident, each content once, in the order of its findings but those <paramref name="isDone"/> says yes to.
    /// </summary>
    public static IReadOnlyList<ExtractedPayload> Extract(IncidentEvidence evidence, Func<Finding, bool>? isDone = null)
    {
        var payloads = new List<ExtractedPayload>();
        foreach (var finding in evidence.Incident.Findings.Select(recorded => recorded.Finding))
        {
            if (finding.Detector.Stage != Stage.Payload || finding.At.Protocol != Tcp || isDone?.Invoke(finding) == true)
                continue;
            foreach (var body in Bodies(StreamOf(evidence, finding)))
            {
                if (payloads.Count < MaxPayloads && !payloads.Exists(known => known.Sha256 == body.Sha256))
                    payloads.Add(body);
            }
        }
        return payloads;
    }

    /// <summary>What the server sent, as far as it is there without a gap.</summary>
    private static byte[] StreamOf(IncidentEvidence evidence, Finding finding)
    {
        var dissector = new Dissector(new SegmentTable());
        var segments = new List<(uint Sequence, byte[] Octets)>();
        foreach (var frame in evidence.Frames.Values)
        {
            var record = frame.Record;
            record.Offset = 0;
            var batch = new FrameBatch(0, 0) { Octets = frame.Octets, Frames = [record], Count = 1 };
            dissector.Dissect(batch, 0, out var packet);
            if (packet.Protocol == Tcp && !packet.InSide && packet.PayloadLength > 0 && packet.Source == finding.At.Source
                && packet.SourcePort == finding.At.SourcePort && packet.Destination == finding.At.Destination
                && packet.DestinationPort == finding.At.DestinationPort)
                segments.Add((packet.Sequence, frame.Octets.AsSpan(packet.PayloadOffset, packet.PayloadLength).ToArray()));
        }
        if (segments.Count == 0)
            return [];
        // Sequence numbers wrap; counted from the first segment they can be compared.
        var first = segments[0].Sequence;
        var stream = new MemoryStream();
        foreach (var (sequence, octets) in segments.OrderBy(segment => (int)(segment.Sequence - first)))
        {
            var at = (int)(sequence - first);
            if (at < 0 || at > stream.Length)
                break;
            var known = (int)stream.Length - at;
            if (known < octets.Length)
                stream.Write(octets.AsSpan(known));
        }
        return stream.ToArray();
    }

    private static IEnumerable<ExtractedPayload> Bodies(byte[] stream)
    {
        for (var at = 0; at < stream.Length;)
        {
            var head = stream.AsSpan(at).IndexOf(HeadEnd);
            if (head < 0 || !stream.AsSpan(at).StartsWith("HTTP/1."u8))
                yield break;
            var fields = Encoding.Latin1.GetString(stream, at, head).Split("\r\n");
            at += head + HeadEnd.Length;
            var body = Field(fields, "transfer-encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true
                ? Chunked(stream, ref at)
                : Plain(stream, ref at, Field(fields, "content-length"));
            if (body.Octets.Length > 0)
                yield return new ExtractedPayload(Convert.ToHexStringLower(SHA256.HashData(body.Octets)), body.Octets, body.IsWhole);
        }
    }

    private static (byte[] Octets, bool IsWhole) Plain(byte[] stream, ref int at, string? length)
    {
        var there = stream.Length - at;
        var isKnown = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted);
        var taken = isKnown ? (int)Math.Min(wanted, there) : there;
        var body = stream.AsSpan(at, taken).ToArray();
        at += taken;
        return (body, !isKnown || taken == wanted);
    }

    private static (byte[] Octets, bool IsWhole) Chunked(byte[] stream, ref int at)
    {
        var body = new MemoryStream();
        while (true)
        {
            var line = stream.AsSpan(at).IndexOf("\r\n"u8);
            if (line < 0 || !int.TryParse(Size(stream.AsSpan(at, line)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var size) || size < 0)
                break;
            at += line + 2;
            if (size == 0)
            {
                at = Math.Min(at + 2, stream.Length);
                return (body.ToArray(), true);
            }
            var taken = Math.Min(size, stream.Length - at);
            body.Write(stream, at, taken);
            at = Math.Min(at + taken + 2, stream.Length);
            if (taken < size)
                break;
        }
        at = stream.Length;
        return (body.ToArray(), false);
    }

    private static string Size(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line).Split(';')[0].Trim();

    private static string? Field(string[] fields, string name)
    {
        foreach (var field in fields)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && field.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
                return field[(colon + 1)..].Trim();
        }
        return null;
    }
}
