using System.Text;
using Sensor.Tests.Commands;
using Sensor.Tests.Oracles;

namespace Sensor.Tests.Captures;

/// <summary>
/// No output of the sensor holds a secret of a capture: no password that was typed, no response or key; in no format, not in the report,
/// and not in the frames of the evidence folder. Challenges are no secret by themselves and stay in the frames.
/// </summary>
public sealed class SecretsTests : TemporaryFolder
{
    /// <summary>The passwords of the scenes in captures/make.</summary>
    private static readonly string[] Typed = ["correct-horse", "battery-staple", "not-a-secret"];

    private static readonly string[] Areas = ["credentials", "proxies", "pac"];

    private static readonly string[] Formats = ["text", "eve", "jsonl", "ecs", "cef", "leef", "ocsf", "stix"];

    private static readonly string[] ResponseFields = ["ntlmssp.ntlmv2_response", "ntlmssp.auth.ntresponse", "ntlmssp.auth.lmresponse", "ntlmssp.auth.sesskey"];

    public static TheoryData<string> Captures() =>
    [
        .. Areas.SelectMany(static area => Directory.EnumerateFiles(Path.Combine(Checkout.Captures, area), "*.pcapng")).Order(StringComparer.Ordinal)
            .Select(static file => Path.GetRelativePath(Checkout.Captures, file)),
    ];

    [Theory]
    [MemberData(nameof(Captures))]
    public void No_output_holds_a_secret(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        var outputs = Formats.Select(format => Replayed.Of(path, "--format", format, "--all").Output).ToList();
        Assert.NotEmpty(outputs[0]);
        Assert.Equal(0, Replayed.Of(path, "--all", "--report", PathOf("report.html"), "--evidence", PathOf("evidence")).Status);
        outputs.Add(File.ReadAllText(PathOf("report.html")));
        outputs.AddRange(Directory.GetFiles(PathOf("evidence")).Select(file => File.ReadAllText(file, Encoding.Latin1)));
        Assert.All(outputs, output => Assert.All(Spellings(), secret => Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase)));
        if (!TsharkTable.IsInstalled)
            return;
        foreach (var response in Values(path, ResponseFields))
            Assert.All(outputs, output => Assert.All(Spellings(response), secret => Assert.DoesNotContain(secret, output, StringComparison.Ordinal)));
        foreach (var challenge in Values(path, ["ntlmssp.ntlmserverchallenge"]))
            Assert.All(outputs.Take(Formats.Length), output => Assert.All(Spellings(challenge).Skip(1), secret =>
                Assert.DoesNotContain(secret, output, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_captures_do_hold_secrets()
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        Assert.NotEmpty(Values(Path.Combine(Checkout.Captures, "proxies", "rogue-proxy.pcapng"), ResponseFields));
        Assert.NotEmpty(Values(Path.Combine(Checkout.Captures, "credentials", "smb-to-poisoner.pcapng"), ResponseFields));
        string[] files = ["credentials/passwords-to-poisoner.pcapng", "proxies/rogue-socks-by-dhcp.pcapng"];
        Assert.All(files, file => Assert.Contains(Spellings(), secret =>
            File.ReadAllText(Path.Combine(Checkout.Captures, file), Encoding.Latin1).Contains(secret, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("credentials/passwords-to-poisoner.pcapng")]
    [InlineData("credentials/smb-to-poisoner.pcapng")]
    [InlineData("proxies/rogue-socks-by-dhcp.pcapng")]
    public void The_frames_that_brought_them_are_kept_and_say_so(string capture)
    {
        Assert.SkipUnless(TsharkTable.IsInstalled, "tshark is not installed");
        Assert.Equal(0, Replayed.Of(Path.Combine(Checkout.Captures, capture), "--evidence", PathOf("evidence")).Status);
        var comments = Directory.GetFiles(PathOf("evidence"), "*.pcapng").SelectMany(file => TsharkTable.Read(file, "frame", "frame.comment"))
            .Select(row => row[0]);
        Assert.Contains(comments, comment => comment.Contains("credentials-exposed", StringComparison.Ordinal)
            && comment.Contains("secrets masked", StringComparison.Ordinal));
    }

    /// <summary>The passwords as text, as UTF-16, and as base64 of "user:password" at each of the three places it may begin.</summary>
    private static IEnumerable<string> Spellings() => Typed.SelectMany(static secret =>
        new[] { secret, Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(secret)) }.Concat(Enumerable.Range(0, 3).Select(shift =>
            Convert.ToBase64String(Encoding.Latin1.GetBytes(new string(':', shift) + secret))[(shift == 0 ? 0 : 4)..^4])));

    /// <summary>The octets themselves, and as hexadecimal, packed and as a dump has it, and base64.</summary>
    private static IEnumerable<string> Spellings(byte[] octets) =>
    [
        Encoding.Latin1.GetString(octets.AsSpan(0, 8)), Convert.ToHexString(octets.AsSpan(0, 8)), Convert.ToHexStringLower(octets.AsSpan(0, 8)),
        string.Join(' ', octets.Take(6).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))),
        Convert.ToBase64String(octets.AsSpan(0, 6)),
    ];

    private static List<byte[]> Values(string path, string[] fields) =>
    [
        .. TsharkTable.Read(path, "ntlmssp", fields).SelectMany(static row => row).Select(static field => field.Split(',')[0])
            .Where(static field => field.Length >= 16).Select(static field => Convert.FromHexString(field.Replace(":", "", StringComparison.Ordinal)))
            .Where(static octets => octets.Any(static octet => octet != 0)),
    ];
}
