using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Sensor.Tests.Capture;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;
using Sensor.Tests.Oracles;

namespace Sensor.Tests.Evidence;

/// <summary>`--evidence DIR` from the command line to the files, looked at with tshark.</summary>
public sealed class EvidenceTests : TemporaryFolder
{
    private static string Tour => Path.Combine(Checkout.Captures, "tour.pcapng");

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(PathOf(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private JsonElement Manifest(string folder) =>
        JsonDocument.Parse(File.ReadAllBytes(PathOf(Path.Combine(folder, "manifest.json")))).RootElement;

    private void Replay(string folder, params string[] arguments)
    {
        var run = Invocation.Of(["replay", .. arguments, "--evidence", PathOf(folder)]);
        Assert.Equal((0, ""), (run.Status, run.Error));
    }

    [Fact]
    public void The_manifest_names_every_file_with_its_hash()
    {
        Replay("a", Tour);
        var files = Manifest("a").GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(["manifest.json", .. files.Select(file => file.GetProperty("name").GetString()!)], Files("a")
            .OrderBy(name => name != "manifest.json").ThenBy(
            name => files.FindIndex(file => file.GetProperty("name").GetString() == name)));
        foreach (var file in files)
        {
            var octets = File.ReadAllBytes(PathOf(Path.Combine("a", file.GetProperty("name").GetString()!)));
            Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(octets)));
            Assert.Equal(file.GetProperty("octets").GetInt64(), octets.Length);
        }
        var alerted = Replayed.Of(Tour, "--format", "jsonl").Lines.Select(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("incident_id").GetString());
        Assert.Equal(alerted, Manifest("a").GetProperty("incidents").EnumerateArray()
            .Select(incident => incident.GetProperty("incident_id").GetString()));
    }

    [Fact]
    public void Tshark_shows_exactly_the_frames_with_their_comments()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        Replay("a", Tour);
        var original = TsharkTable.Read(Tour, "frame", "frame.number", "frame.time_epoch", "frame.len", "frame.protocols")
            .ToDictionary(row => row[0], row => row[1..]);
        foreach (var line in Replayed.Of(Tour, "--format", "jsonl").Lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            var rows = TsharkTable.Read(
                PathOf($"a/{line.GetProperty("incident_id").GetString()}.pcapng"), "frame", "frame.comment", "frame.time_epoch",
                    "frame.len", "frame.protocols").ToList();
            var numbers = new List<string>();
            foreach (var row in rows)
            {
                var comment = row[0].Split("\\n");
                var number = comment[^1].Split(' ')[1];
                Assert.Equal($"frame {number} of tour.pcapng", comment[^1]);
                Assert.Equal(original[number], row[1..]);
                Assert.All(comment[..^1], text => Assert.Matches("^(context of )?[a-z0-9-]+, stage [a-z]+: .+$", text));
                numbers.Add(number);
            }
            Assert.Equal(numbers.Select(int.Parse).Order(), numbers.Select(int.Parse));
            var proving = line.GetProperty("findings").EnumerateArray()
                .SelectMany(finding => finding.GetProperty("frames").EnumerateArray())
                .Select(frame => frame.GetProperty("number").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Subset(numbers.ToHashSet(), proving.ToHashSet());
        }
    }

    [Fact]
    public void The_connection_of_a_pac_is_whole()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var capture = Path.Combine(Checkout.Captures, "pac", "rogue-pac-server.pcapng");
        Replay("a", capture);
        string[] Streams(string path) => [.. TsharkTable.Read(path, "http.response and media or http.response_for.uri", "tcp.stream",
            "ip.dst", "tcp.dstport").Select(row => row[2]).Distinct()];
        foreach (var port in Streams(capture))
        {
            var filter = $"tcp.port == {port}";
            var whole = TsharkTable.Read(capture, filter, "frame.time_epoch").Select(row => row[0]).ToList();
            var kept = Directory.GetFiles(PathOf("a"), "*.pcapng").SelectMany(file => TsharkTable.Read(file, filter, "frame.time_epoch"))
                .Select(row => row[0]).ToList();
            Assert.True(kept.Count == 0 || whole.SequenceEqual(kept), filter);
        }
        var first = Directory.GetFiles(PathOf("a"), "*.pcapng").First();
        Assert.NotEmpty(TsharkTable.Read(first, "tcp.flags.syn == 1 and tcp.flags.ack == 0", "frame.comment"));
        var pac = Assert.Single(Directory.GetFiles(PathOf("a"), "*.pac-*.txt"));
        Assert.Contains("FindProxyForURL", File.ReadAllText(pac), StringComparison.Ordinal);
        Assert.StartsWith(Path.GetFileName(pac).Split(".pac-")[1][..16],
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(pac))), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_masked()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        var capture = Path.Combine(Checkout.Captures, "pac", "pac-asks-credentials.pcapng");
        Assert.Contains(TsharkTable.Read(capture, "http.authorization", "http.authorization"), row => row[0]
            .StartsWith("NTLM TlRMTVNTUAAD", StringComparison.Ordinal));
        Replay("a", capture);
        var kept = Directory.GetFiles(PathOf("a"), "*.pcapng")
            .SelectMany(file => TsharkTable.Read(file, "http.authorization", "http.authorization", "frame.comment")).ToList();
        Assert.NotEmpty(kept);
        Assert.All(kept, row => Assert.Matches("^NTLM x+$", row[0]));
        Assert.All(kept, row => Assert.Contains("secrets masked", row[1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("names/llmnr-wpad-answer-vlan.pcapng", "vlan")]
    [InlineData("names/llmnr-wpad-answer-gre.pcapng", "gre")]
    public void Tags_and_tunnels_stay_as_they_were(string capture, string layer)
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        Replay("a", Path.Combine(Checkout.Captures, capture));
        var file = Assert.Single(Directory.GetFiles(PathOf("a"), "*.pcapng"));
        Assert.All(TsharkTable.Read(file, "llmnr", "frame.protocols"), row => Assert.Contains(layer, row[0].Split(':')));
    }

    [Fact]
    public void The_same_input_gives_the_same_octets()
    {
        Replay("a", Tour);
        Replay("b", Tour, "--workers", "8");
        Replay("a", Tour, "--workers", "2");
        Assert.NotEmpty(Files("a"));
        Assert.Equal(Files("a"), Files("b"));
        Assert.All(Files("a"), name => Assert.Equal(File.ReadAllBytes(PathOf($"a/{name}")), File.ReadAllBytes(PathOf($"b/{name}"))));
    }

    [Fact]
    public void Standard_input_and_compressed_files_give_the_same_frames()
    {
        File.WriteAllBytes(PathOf("tour.pcapng"), File.ReadAllBytes(Tour));
        using (var zipped = new GZipStream(File.Create(PathOf("tour.pcapng.gz")), CompressionLevel.Fastest))
            zipped.Write(File.ReadAllBytes(Tour));
        Replay("a", PathOf("tour.pcapng"));
        Replay("zipped", PathOf("tour.pcapng.gz"));
        var run = Invocation.Reading(File.ReadAllBytes(PathOf("tour.pcapng.gz")), "replay", "-", "--evidence", PathOf("piped"));
        Assert.Equal((0, ""), (run.Status, run.Error));
        foreach (var name in Files("a").Where(name => name.EndsWith(".pcapng", StringComparison.Ordinal)))
        {
            var expected = CaptureFixture.Read([PathOf($"a/{name}")]).Frames;
            Assert.NotEmpty(expected);
            Assert.Equal(expected, CaptureFixture.Read([PathOf($"zipped/{name}")]).Frames);
            Assert.Equal(expected, CaptureFixture.Read([PathOf($"piped/{name}")]).Frames);
        }
    }

    [Fact]
    public void Worlds_apart_keep_their_incidents_apart()
    {
        File.Copy(Tour, PathOf("one.pcapng"));
        File.Copy(Tour, PathOf("two.pcapng"));
        Replay("a", PathOf("one.pcapng"), PathOf("two.pcapng"), "--separate");
        var incidents = Manifest("a").GetProperty("incidents").EnumerateArray().ToList();
        Assert.Equal(6, incidents.Count);
        Assert.Equal([PathOf("one.pcapng"), PathOf("two.pcapng")], incidents.Select(incident => incident.GetProperty("world").GetString())
            .Distinct());
        Assert.Equal(6, Files("a").Count(name => name.EndsWith(".pcapng", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_owner_may_read_and_nobody_execute()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such modes there");
        Replay("a", Tour);
        foreach (var name in Files("a"))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default
                : File.GetUnixFileMode(PathOf($"a/{name}")));
    }

    [Fact]
    public void Without_alerts_there_is_only_a_manifest()
    {
        Replay("a", Path.Combine(Checkout.Captures, "names", "llmnr-own-names.pcapng"));
        Assert.Equal(["manifest.json"], Files("a"));
    }
}
