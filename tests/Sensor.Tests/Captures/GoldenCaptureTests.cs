namespace Sensor.Tests.Captures;

/// <summary>
/// Every capture the project ships gives exactly its golden alerts. SENSOR_UPDATE_GOLDENS=1 writes them anew; read the difference before
/// committing it.
/// </summary>
public sealed class GoldenCaptureTests
{
    public static TheoryData<string> Captures()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Checkout.Captures, "*.pcapng", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            data.Add(Path.GetRelativePath(Checkout.Captures, file));
        return data;
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Gives_its_golden_alerts(string capture)
    {
        var path = Path.Combine(Checkout.Captures, capture);
        var golden = Path.ChangeExtension(path, ".alerts.jsonl");
        var alerts = Replayed.Eve(path);
        if (Environment.GetEnvironmentVariable("SENSOR_UPDATE_GOLDENS") == "1")
            File.WriteAllText(golden, alerts);
        Assert.Equal(File.ReadAllText(golden), alerts);
    }

    [Fact]
    public void Every_golden_belongs_to_a_capture() => Assert.All(
        Directory.EnumerateFiles(Checkout.Captures, "*.alerts.jsonl", SearchOption.AllDirectories),
        golden => Assert.True(File.Exists(golden.Replace(".alerts.jsonl", ".pcapng", StringComparison.Ordinal)), golden));
}
