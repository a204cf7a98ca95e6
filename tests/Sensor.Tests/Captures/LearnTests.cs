using System.Text;
using System.Text.Json;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Captures;

/// <summary>
/// What `sensor learn` writes of captures with known truth: of benign networks a file under which the same traffic raises nothing, of attacked ones
/// none of the attacker's.
/// </summary>
public sealed class LearnTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sensor-learn").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Benign() =>
    [
        .. Shipped().Where(static capture => new FileInfo(Path.ChangeExtension(capture, ".alerts.jsonl")).Length == 0)
            .Select(static capture => Path.GetRelativePath(Checkout.Captures, capture)),
    ];

    public static TheoryData<string> Attacked() =>
    [
        .. Shipped().Where(static capture => new FileInfo(Path.ChangeExtension(capture, ".alerts.jsonl")).Length > 0)
            .Select(static capture => Path.GetRelativePath(Checkout.Captures, capture)),
    ];

    [Theory]
    [MemberData(nameof(Benign))]
    public void Raises_nothing_on_the_benign_traffic_it_learned_from(string capture)
    {
        var trust = Learn([Path.Combine(Checkout.Captures, capture)], out var told);
        Assert.DoesNotContain("not learned:", told, StringComparison.Ordinal);
        Assert.Equal("", Replayed.Eve(Path.Combine(Checkout.Captures, capture), "--trust", trust));
    }

    [Theory]
    [MemberData(nameof(Attacked))]
    public void Names_an_attacker_and_goes_on_alerting_under_what_it_learned(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        var before = Suspects(Replayed.Eve(path));
        var trust = Learn([path], out var told);
        Assert.Contains("sensor: not learned: ", told, StringComparison.Ordinal);
        Assert.Empty(before.Except(Suspects(Replayed.Eve(path, "--trust", trust))));
    }

    [Theory]
    [InlineData("tour.pcapng")]
    [InlineData("dhcp/failover-pair.pcapng")]
    [InlineData("wire/vrrp-failover.pcapng")]
    public void Writes_the_same_octets_each_time_and_for_any_number_of_workers(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        var one = File.ReadAllText(Learn([path], out _));
        Assert.Equal(one, File.ReadAllText(Learn([path], out _)));
        Assert.Equal(one, File.ReadAllText(Learn([path], out _, "--workers", "2")));
        Assert.Equal(one, File.ReadAllText(Learn([path], out _, "--workers", "8")));
    }

    /// <summary>
    /// The real captures of many networks: learned on those without an attack, each a network of its own, and replayed all under what was learned.
    /// </summary>
    [Fact]
    public void Loses_no_attack_and_raises_nothing_new_on_the_shared_captures()
    {
        Assert.SkipWhen(Checkout.SharedCaptures is null, "no shared captures beside this checkout");
        var given = Path.Combine(Checkout.SharedCaptures!, "given");
        var benign = ManifestTests.Rows().Where(static file => !ManifestTests.IsAttack(file)).Select(file => Path.Combine(given, file)).ToArray();
        var trust = Learn(benign, out var told, "--separate");
        output.WriteLine(told);
        var table = new StringBuilder($"{"capture",-72} {"truth",-7} {"alerts",6}  learned\n");
        var problems = new List<string>();
        foreach (var file in ManifestTests.Rows())
        {
            var path = Path.Combine(given, file);
            var (before, after) = (Replayed.Of(path, "--format", "eve").Lines, Replayed.Of(path, "--format", "eve", "--trust", trust).Lines);
            table.AppendLine($"{file,-72} {(ManifestTests.IsAttack(file) ? "attack" : "benign"),-7} {before.Length,6}  {after.Length}");
            var (was, now) = (Suspects(string.Join('\n', before)), Suspects(string.Join('\n', after)));
            problems.AddRange(was.Except(now).Select(lost => $"{file}: no longer named: {lost}"));
            if (!ManifestTests.IsAttack(file))
                problems.AddRange(after.Select(raised => $"{file}: raised: {raised}"));
        }
        output.WriteLine(table.ToString());
        Assert.Empty(problems);
    }

    private static IEnumerable<string> Shipped() =>
        Directory.EnumerateFiles(Checkout.Captures, "*.pcapng", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>By their MACs where they have one: trusted routers keep addresses of their own, so the rest of a description may differ.</summary>
    private static HashSet<string> Suspects(string eve) =>
    [
        .. eve.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("sensor").GetProperty("suspect"))
            .Select(static suspect => suspect.GetProperty(suspect.GetProperty("mac").GetArrayLength() > 0 ? "mac" : "ips").GetRawText()),
    ];

    private string Learn(string[] captures, out string told, params string[] more)
    {
        var trust = Path.Combine(_folder, $"{Guid.NewGuid():N}.json");
        var run = Invocation.Of(["learn", .. captures, "-o", trust, .. more]);
        // One of the shared captures is cut short: what there is of it is learned from.
        Assert.True(run.Status == 0 || (run.Status == 1 && run.Error.Contains("cut short", StringComparison.Ordinal)), $"status {run.Status}: {run.Error}");
        told = run.Error;
        var check = Invocation.Of("check", "--trust", trust);
        Assert.True(check.Status == 0, $"{check.Error}\n{File.ReadAllText(trust)}");
        return trust;
    }
}
