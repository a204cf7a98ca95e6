using System.Security.Cryptography;
using System.Text.Json;
using Sensor.Tests.Captures;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Evidence;

/// <summary>Payloads that findings name come out as files, octet for octet, and the report tells what they are worth.</summary>
public sealed class PayloadEvidenceTests : TemporaryFolder
{
    private List<JsonElement> Replay(string capture, params string[] more)
    {
        var run = Replayed.Of([Path.Combine(Checkout.Captures, capture), "--format", "eve", "--evidence", PathOf("evidence"),
            "--report", PathOf("report.html"), "--all", .. more]);
        Assert.Equal((0, ""), (run.Status, run.Error));
        return [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    [Theory]
    [InlineData("payloads/update-payload-untrusted.pcapng")]
    [InlineData("payloads/update-content-differs.pcapng")]
    [InlineData("payloads/certificate-misused.pcapng")]
    [InlineData("payloads/revoked-certificate.pcapng")]
    [InlineData("payloads/collision-certificate.pcapng")]
    public void Every_payload_a_finding_names_is_there(string capture)
    {
        var named = Replay(capture).Select(alert => alert.GetProperty("alert").GetProperty("metadata"))
            .SelectMany(metadata => metadata.EnumerateObject())
            .Where(fact => fact.Name.StartsWith("payload_sha256", StringComparison.Ordinal))
            .Select(fact => fact.Value[0].GetString()!).ToHashSet();
        Assert.NotEmpty(named);
        var files = Directory.GetFiles(PathOf("evidence"), "*.bin");
        Assert.Superset(named, files.Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))).ToHashSet());
        Assert.All(files, file => Assert.Contains(Path.GetFileNameWithoutExtension(file).Split(".payload-")[1], named.Select(hash => hash[..16])));
        if (!OperatingSystem.IsWindows())
            Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default
                : File.GetUnixFileMode(file)));
        var manifest = JsonDocument.Parse(File.ReadAllBytes(PathOf("evidence/manifest.json"))).RootElement;
        Assert.Equal(files.Length, manifest.GetProperty("files").EnumerateArray().Count(file => file.GetProperty("kind").GetString() == "payload"));
    }

    [Theory]
    [InlineData("payloads/update-payload-untrusted.pcapng", "The files that were delivered", "unsigned")]
    [InlineData("payloads/certificate-misused.pcapng", "Terminal Services LS", "which is not for this use")]
    [InlineData("payloads/revoked-certificate.pcapng", "Microsoft LSRA PA", "KB2718704")]
    [InlineData("payloads/collision-certificate.pcapng", "Old Root", "was signed with MD5 in 2010")]
    [InlineData("updates/update-tls-impostor.pcapng", "sls.update.microsoft.com", "is an authority of mitmproxy")]
    [InlineData("pac/pac-diverts-updates.pcapng", "singles out ", "sends traffic through 10.4.0.66")]
    [InlineData("pac/pac-suspicious-code.pcapng", "class=\"why\"", "What is risky about it")]
    [InlineData("pac/pac-changed.pcapng", "Difference to the version before", "Hosts that are sent elsewhere now")]
    public void The_report_shows_what_was_found_out(string capture, string one, string other)
    {
        Replay(capture);
        var page = System.Net.WebUtility.HtmlDecode(File.ReadAllText(PathOf("report.html")));
        Assert.Contains(one, page, StringComparison.Ordinal);
        Assert.Contains(other, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_page_for_any_number_of_workers()
    {
        Replay("payloads/revoked-certificate.pcapng");
        var first = File.ReadAllText(PathOf("report.html"));
        Replay("payloads/revoked-certificate.pcapng", "--workers", "8");
        Assert.Equal(first, File.ReadAllText(PathOf("report.html")));
    }
}
