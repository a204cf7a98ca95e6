using System.Text;
using Sensor.Core.Tests.Flows;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public class HttpPayloadTests
{
    private const string Ask = "GET /c/update.exe?x=1 HTTP/1.1\r\nHost: download.windowsupdate.com\r\n\r\n";
    private static readonly byte[] Program = [.. "MZ"u8, .. new byte[58], 0x80, 0, 0, 0, .. Enumerable.Range(0, 4000).Select(n => (byte)n)];

    [Theory]
    [InlineData(4064)]
    [InlineData(1400)]
    [InlineData(63)]
    [InlineData(7)]
    [InlineData(1)]
    public void A_program_is_delivered_in_parts_of_any_size(int size)
    {
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head($"Content-Length: {Program.Length}\r\nETag: \"a\""));
        foreach (var part in Program.Chunk(size))
            talk.Server(part);
        var body = Assert.Single(talk.Bodies.All);
        Assert.Equal(Program, body.Octets);
        Assert.Equal((PayloadKind.Program, 0L, Program.Length, Program.Length), (body.Began.Kind, body.Began.Offset, body.Began.Length,
            body.Began.Total));
        Assert.Equal(("/c/update.exe?x=1", "download.windowsupdate.com", "\"a\""), (body.Target, body.Host, body.EntityTag));
        Assert.True(body.Ended is { IsComplete: true, Missing: 0 });
        Assert.Equal(Program.Length, body.Ended.Value.End);
        Assert.Equal(talk.Requests.All[0].Fact.ExchangeId, body.Began.ExchangeId);
    }

    [Fact]
    public void Head_and_body_in_one_segment_and_two_answers_on_one_connection()
    {
        var talk = new TcpTalk().Handshake();
        for (var i = 0; i < 2; i++)
            talk.Client(Ask).Server([.. Encoding.ASCII.GetBytes(Head($"Content-Length: {Program.Length}")), .. Program]);
        Assert.Equal(2, talk.Bodies.All.Count);
        Assert.All(talk.Bodies.All, body => Assert.Equal(Program, body.Octets));
        Assert.NotEqual(talk.Bodies.All[0].Began.BodyId, talk.Bodies.All[1].Began.BodyId);
    }

    [Theory]
    [InlineData(1400)]
    [InlineData(9)]
    public void A_compressed_program_is_recognised_and_delivered_as_sent(int size)
    {
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Program);
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head($"Content-Length: {packed.Length}\r\nContent-Encoding: gzip"));
        foreach (var part in packed.ToArray().Chunk(size))
            talk.Server(part);
        var body = Assert.Single(talk.Bodies.All);
        Assert.Equal(packed.ToArray(), body.Octets);
        Assert.Equal((PayloadKind.Program, HttpCoding.Gzip), (body.Began.Kind, body.Began.Coding));
    }

    [Fact]
    public void A_first_range_too_short_to_tell_by_is_kept_for_the_ranges_that_follow()
    {
        var talk = new TcpTalk().Handshake().Client(Ask);
        talk.Server($"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-0/{Program.Length}\r\nContent-Length: 1\r\n\r\nM");
        var body = Assert.Single(talk.Bodies.All);
        Assert.Equal((PayloadKind.Range, 0L, (long)Program.Length), (body.Began.Kind, body.Began.Offset, body.Began.Total));
    }

    [Fact]
    public void A_chunk_size_may_have_any_number_of_leading_zeros()
    {
        var talk = new TcpTalk().Handshake().Client(Ask).Server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        talk.Server([.. Encoding.ASCII.GetBytes($"{Program.Length:x40}\r\n"), .. Program, .. "\r\n0\r\n\r\n"u8]);
        Assert.Equal(Program, Assert.Single(talk.Bodies.All).Octets);
    }

    [Fact]
    public void Chunks_and_bodies_that_end_with_the_stream()
    {
        var chunked = new TcpTalk().Handshake().Client(Ask).Server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var part in Program.Chunk(100))
            chunked.Server([.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part, .. "\r\n"u8]);
        chunked.Server("0\r\n\r\n");
        var untilClose = new TcpTalk().Handshake().Client(Ask).Server("HTTP/1.1 200 OK\r\n\r\n").Server(Program).CloseByServer();
        foreach (var talk in new[] { chunked, untilClose })
        {
            var body = Assert.Single(talk.Bodies.All);
            Assert.Equal(Program, body.Octets);
            Assert.Equal((-1L, -1L), (body.Began.Length, body.Began.Total));
            Assert.True(body.Ended is { IsComplete: true });
        }
    }

    [Fact]
    public void Lost_octets_leave_a_hole_that_is_counted()
    {
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head($"Content-Length: {Program.Length}")).Server(Program[..1000]).Lost(500).Server(Program[1500..]).Finish();
        var body = Assert.Single(talk.Bodies.All);
        Assert.Equal([.. Program[..1000], .. Program[1500..]], body.Octets);
        Assert.Equal(1500, body.Offsets[^1]);
        Assert.Equal(500, body.Ended!.Value.Missing);
    }

    [Fact]
    public void An_answer_that_breaks_off_is_incomplete()
    {
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head($"Content-Length: {Program.Length}")).Server(Program[..1000]).CloseByServer().Finish();
        Assert.True(Assert.Single(talk.Bodies.All).Ended is { IsComplete: false, End: 1000 });
    }

    [Fact]
    public void A_range_begins_at_its_place()
    {
        var talk = new TcpTalk().Handshake().Client(Ask)
            .Server($"HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\nContent-Range: bytes 700-799/4064\r\n\r\n").Server(Program[700..800]);
        var body = Assert.Single(talk.Bodies.All);
        Assert.Equal((PayloadKind.Range, 700L, 100L, 4064L), (body.Began.Kind, body.Began.Offset, body.Began.Length, body.Began.Total));
        Assert.Equal(Program[700..800], body.Octets);
        Assert.True(body.Ended is { IsComplete: true, End: 800 });
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(11)]
    [InlineData(1)]
    public void Several_ranges_in_one_answer_are_several_bodies(int size)
    {
        var octets = new List<byte>();
        octets.AddRange("\r\n\r\n--B\r\nContent-Type: x/y\r\nContent-Range: bytes 0-299/4064\r\n\r\n"u8);
        octets.AddRange(Program[..300]);
        octets.AddRange("\r\n--B\r\nContent-Range: bytes 1000-1099/4064\r\n\r\n"u8);
        octets.AddRange(Program[1000..1100]);
        octets.AddRange("\r\n--B--\r\n"u8);
        var talk = new TcpTalk().Handshake().Client(Ask)
            .Server($"HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=B\r\nContent-Length: {octets.Count}\r\n\r\n");
        foreach (var part in octets.ToArray().Chunk(size))
            talk.Server(part);
        Assert.Equal([PayloadKind.Program, PayloadKind.Range], talk.Bodies.All.Select(body => body.Began.Kind));
        Assert.Equal(Program[..300], talk.Bodies.All[0].Octets);
        Assert.Equal(Program[1000..1100], talk.Bodies.All[1].Octets);
        Assert.All(talk.Bodies.All, body => Assert.True(body.Ended is { IsComplete: true }));
    }

    [Theory]
    [InlineData("/x.html", "text/html", "<html>MZ</html>")]
    [InlineData("/MZ.txt", "text/plain", "MZ is how a text may begin, and this one is longer than sixty-four characters in all")]
    [InlineData("/app.js", "text/javascript", "function a() { return 1; }")]
    [InlineData("/x.json", "application/json", "{\"a\":1}")]
    [InlineData("/release.png", "image/png", "\u0089PNG\r\n\u001A\n")]
    public void What_is_no_payload_is_not_delivered(string path, string type, string text)
    {
        var talk = new TcpTalk().Handshake().Client($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").Server(Head($"Content-Type: {type}\r\nContent-Length: {text.Length}") + text);
        Assert.Empty(talk.Bodies.All);
        Assert.Single(talk.Answers.All);
    }

    [Theory]
    [InlineData("MSCF\0\0\0\0", PayloadKind.Cabinet)]
    [InlineData("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1", PayloadKind.Compound)]
    [InlineData("\u0030\u0082\u0010\u0000\u0006\u0009\u002A\u0086\u0048\u0086\u00F7\u000D\u0001\u0007\u0002", PayloadKind.SignedData)]
    [InlineData("\u007FELF", PayloadKind.Elf)]
    [InlineData("!<arch>\ndebian-binary", PayloadKind.DebianPackage)]
    [InlineData("\u00ED\u00AB\u00EE\u00DB", PayloadKind.RpmPackage)]
    [InlineData("#!/bin/sh\n", PayloadKind.Script)]
    public void Kinds_are_told_by_content_whatever_the_type_says(string start, PayloadKind kind)
    {
        var talk = new TcpTalk().Handshake().Client(Ask.Replace("update.exe", "picture.png", StringComparison.Ordinal))
            .Server(Head($"Content-Type: image/png\r\nContent-Length: {start.Length}") + start);
        Assert.Equal(kind, Assert.Single(talk.Bodies.All).Began.Kind);
    }

    [Theory]
    [InlineData("/a/install.ps1", "text/plain", "Write-Host 1", PayloadKind.Script)]
    [InlineData("/a/run.BAT?x", "text/plain", "@echo off", PayloadKind.Script)]
    [InlineData("/a/x", "text/vbscript", "MsgBox 1", PayloadKind.Script)]
    [InlineData("/debian/dists/stable/InRelease", "text/plain", "Origin: Debian", PayloadKind.RepositoryMetadata)]
    [InlineData("/repo/repodata/repomd.xml", "text/xml", "<?xml version", PayloadKind.RepositoryMetadata)]
    public void Texts_are_told_by_path_or_type(string target, string type, string text, PayloadKind kind) =>
        Assert.Equal(kind, PayloadTraits.Recognize(Encoding.Latin1.GetBytes(text), Encoding.Latin1.GetBytes(target),
            Encoding.Latin1.GetBytes(type)));

    [Theory]
    [InlineData("bytes 0-499/1234", 0, 500, 1234)]
    [InlineData("BYTES  5-5/*", 5, 1, -1)]
    public void Content_ranges_are_read(string value, long first, long length, long total)
    {
        Assert.True(ContentRange.TryRead(Encoding.ASCII.GetBytes(value), out var range));
        Assert.Equal(new ContentRange(first, length, total), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes */1234")]
    [InlineData("bytes 5-4/10")]
    [InlineData("bytes 0-10/10")]
    [InlineData("bytes -1-3/10")]
    [InlineData("items 0-1/10")]
    [InlineData("bytes 0-99999999999999999999/*")]
    public void What_is_no_content_range_is_none(string value) => Assert.False(ContentRange.TryRead(Encoding.ASCII.GetBytes(value), out _));

    [Fact]
    public void Delivering_a_program_allocates_nothing_once_warm()
    {
        var talk = new TcpTalk().Handshake();
        talk.Bodies.IsSilent = talk.Answers.IsSilent = talk.Requests.IsSilent = true;
        byte[] ask = Encoding.ASCII.GetBytes(Ask), head = Encoding.ASCII.GetBytes(Head($"Content-Length: {Program.Length}\r\nETag: \"a\""));
        Assert.Equal(0, Allocations.LeastOfRounds(() =>
        {
            for (var round = 0; round < 50; round++)
                talk.Client(ask).Server(head).Server(Program);
        }));
    }

    [Fact]
    public void No_changed_octet_and_no_cut_throws()
    {
        byte[] answer =
        [
            .. "HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=B\r\nContent-Length: 260\r\n\r\n--B\r\nContent-Range: bytes 0-99/4064\r\n\r\n"u8,
            .. Program[..100], .. "\r\n--B\r\nContent-Range: bytes 200-220/4064\r\n\r\n"u8, .. Program[200..221], .. "\r\n--B--\r\n"u8,
        ];
        for (var at = 0; at < answer.Length; at++)
        {
            var changed = answer.ToArray();
            changed[at] ^= 0x11;
            foreach (var size in new[] { 1000, 13 })
            {
                var talk = new TcpTalk().Handshake().Client(Ask);
                foreach (var part in changed.Chunk(size))
                    talk.Server(part);
                talk.Finish();
            }
            new TcpTalk().Handshake().Client(Ask).Server(answer[..at]).CloseByServer().Finish();
        }
    }

    private static string Head(string fields) => $"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n";
}
