using System.Security.Cryptography;
using System.Text;
using Sensor.Detection.Incidents;
using Sensor.Evidence;
using Sensor.Tests.Output;

namespace Sensor.Tests.Evidence;

/// <summary>Payloads come out of the segments of a connection as the client saw them.</summary>
public sealed class PayloadExtractorTests
{
    private static readonly byte[] Program = [.. "MZ\x90\0\r\n\r\n"u8, .. Enumerable.Range(0, 400).Select(i => (byte)i)];

    private static byte[] Plain => [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Program.Length}\r\n\r\n"), .. Program];

    private static byte[] Chunked => [.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. "64;x=y\r\n"u8, .. Program[..100],
        .. "\r\n"u8,
        .. Encoding.ASCII.GetBytes($"{Program.Length - 100:x}\r\n"), .. Program[100..], .. "\r\n0\r\n\r\n"u8];

    private static IReadOnlyList<ExtractedPayload> Extract(byte[] stream, uint first, params int[] order)
    {
        var scene = new Scene();
        var detector = Scene.Pac with { Id = "update-payload-untrusted", Sid = 1503, Stage = Stage.Payload };
        var finding = scene.Finding(detector, 7, scene.First, "delivered");
        var at = finding.At;
        (at.Protocol, at.SourcePort, at.DestinationPort) = (6, 80, 50000);
        scene.Book.Raise(finding with { At = at });
        var evidence = new IncidentEvidence(scene.Book.Incidents[0]);
        var ordinal = 0L;
        foreach (var part in order)
        {
            var octets = stream.AsSpan(part * 100, Math.Min(100, stream.Length - (part * 100)));
            var frame = new EvidenceFrame(ordinal, new()
            {
                LinkType = 1,
                CapturedLength = 54 + octets.Length,
                OriginalLength = 54 + octets.Length
            }, Segment(first + (uint)(part * 100), octets), false);
            evidence.Frames.Add(ordinal++, frame);
        }
        return PayloadExtractor.Extract(evidence);
    }

    private static byte[] Segment(uint sequence, ReadOnlySpan<byte> data)
    {
        var total = (ushort)(40 + data.Length);
        return [2, 0, 0, 0, 0, 0x20, 2, 0, 0, 0, 0, 0x66, 8, 0, 0x45, 0, (byte)(total >> 8), (byte)total, 0, 1, 0x40, 0, 64, 6, 0, 0,
            192, 168, 1, 66, 192, 168, 1, 20,
            0, 80, 0xC3, 0x50, (byte)(sequence >> 24), (byte)(sequence >> 16), (byte)(sequence >> 8), (byte)sequence, 0, 0, 0, 1, 0x50,
                0x18, 1, 0, 0, 0, 0, 0, .. data];
    }

    private static int[] All(byte[] stream) => [.. Enumerable.Range(0, (stream.Length + 99) / 100)];

    [Theory]
    [InlineData(1000u)]
    [InlineData(uint.MaxValue - 150)]
    public void By_length_in_chunks_out_of_order_and_twice(uint first)
    {
        foreach (var stream in new[] { Plain, Chunked, [.. "HTTP/1.0 200 OK\r\n\r\n"u8, .. Program] })
        {
            var parts = All(stream);
            foreach (var order in new int[][] { parts, [0, 2, 1, .. parts[3..]], [.. parts, .. parts] })
            {
                var payload = Assert.Single(Extract(stream, first, order));
                Assert.Equal(Program, payload.Octets);
                Assert.True(payload.IsWhole);
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Program)), payload.Sha256);
            }
        }
    }

    [Fact]
    public void A_gap_ends_it_and_is_told()
    {
        var payload = Assert.Single(Extract(Plain, 1, 0, 1, 3, 4));
        Assert.False(payload.IsWhole);
        Assert.Equal(Program[..payload.Octets.Length], payload.Octets);
        Assert.False(Assert.Single(Extract(Chunked, 1, 0, 1, 3)).IsWhole);
    }

    [Fact]
    public void Anything_else_is_no_payload_and_never_throws()
    {
        Assert.Empty(Extract("SSH-2.0-x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx"u8.ToArray(), 1, 0));
        var random = new Random(1);
        foreach (var stream in new[] { Plain, Chunked })
        {
            for (var i = 0; i < 2000; i++)
            {
                var changed = stream.ToArray();
                changed[random.Next(Math.Min(120, changed.Length))] = (byte)random.Next(256);
                Extract(changed, 1, All(changed));
            }
        }
    }
}
