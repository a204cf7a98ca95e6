using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Sensor.Capture;
using Sensor.Core.Frames;

namespace Sensor.Tests.Captures;

/// <summary>The same input gives the same answer: workers, pieces, compression, time zone and locale do not matter.</summary>
public sealed partial class SameAnswerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sensor-same").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The tour, and the largest real captures with much going on.</summary>
    public static TheoryData<string> Inputs()
    {
        var data = new TheoryData<string> { Path.Combine(Checkout.Captures, "tour.pcapng") };
        if (Checkout.SharedCaptures is { } shared)
            foreach (var name in new[] { "ARP-SPOOF-BIDIR__*", "MIXED-LAN-WPAD__*", "WPAD-ALL-PROTOCOLS__*", "FRAG-IPV4-GARBAGE__*", "BENIGN-BROWSING-2011__*" })
                data.Add(Directory.GetFiles(Path.Combine(shared, "given"), name).Single());
        return data;
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Any_number_of_workers(string capture)
    {
        var one = Replayed.Eve(capture, "--all", "--workers", "1");
        Assert.Equal(one, Replayed.Eve(capture, "--all", "--workers", "2"));
        Assert.Equal(one, Replayed.Eve(capture, "--all", "--workers", "8"));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void One_file_or_ten_pieces_of_it(string capture)
    {
        var whole = Path.Combine(_folder, "whole.pcap");
        var pieces = Path.Combine(_folder, "pieces");
        Directory.CreateDirectory(pieces);
        Rewrite(capture, whole, pieces);
        // Which file a frame lies in, and its number there, is all that may differ.
        var expected = FileAndNumber().Replace(Replayed.Eve(whole, "--all"), "");
        Assert.Equal(expected, FileAndNumber().Replace(Replayed.Of(pieces, "--format", "eve", "--all").Output, ""));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Compressed_or_not(string capture)
    {
        var zipped = Path.Combine(_folder, Path.GetFileName(capture));
        using (var target = new GZipStream(File.Create(zipped), CompressionLevel.Fastest))
        using (var source = File.OpenRead(capture))
            source.CopyTo(target);
        Assert.Equal(Replayed.Eve(capture, "--all"), Replayed.Eve(zipped, "--all"));
    }

    [Fact]
    public void In_any_locale()
    {
        var capture = Path.Combine(Checkout.Captures, "tour.pcapng");
        var expected = Replayed.Eve(capture, "--all");
        var (culture, zone) = (CultureInfo.CurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        try
        {
            // With invariant globalization every culture formats alike unless its numbers are changed by hand.
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = ",";
            odd.NumberFormat.NegativeSign = "minus";
            odd.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = odd;
            Environment.SetEnvironmentVariable("TZ", "Pacific/Chatham");
            TimeZoneInfo.ClearCachedData();
            Assert.Equal(expected, Replayed.Eve(capture, "--all"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [GeneratedRegex("\"pcap_cnt\":\\d+,|\"pcap_filename\":\"[^\"]*\",|\"frames\":\\[[^\\]]*\\],?")]
    private static partial Regex FileAndNumber();

    /// <summary>Writes the capture as one classic pcap and as ten of about equal length, frame for frame.</summary>
    private static void Rewrite(string capture, string whole, string pieces)
    {
        using var timeline = CaptureTimeline.Open([capture]);
        var batch = new FrameBatch();
        var frames = new List<(FrameRecord Record, byte[] Octets)>();
        while (timeline.TryRead(batch))
            for (var i = 0; i < batch.Count; i++)
                frames.Add((batch.Frames[i], batch.Frame(i).ToArray()));
        Write(whole, frames);
        var each = (frames.Count + 9) / 10;
        for (var piece = 0; piece < 10; piece++)
            Write(Path.Combine(pieces, $"{piece:00}.pcap"), frames.Skip(piece * each).Take(each));
    }

    private static void Write(string path, IEnumerable<(FrameRecord Record, byte[] Octets)> frames)
    {
        using var file = new BinaryWriter(File.Create(path));
        var started = false;
        foreach (var (record, octets) in frames)
        {
            if (!started)
            {
                foreach (var word in new uint[] { 0xA1B23C4D, 0x0004_0002, 0, 0, 262144, record.LinkType })
                    file.Write(word);
                started = true;
            }
            file.Write((uint)(record.TimestampNs / 1_000_000_000));
            file.Write((uint)(record.TimestampNs % 1_000_000_000));
            file.Write(octets.Length);
            file.Write(record.OriginalLength);
            file.Write(octets);
        }
    }
}
