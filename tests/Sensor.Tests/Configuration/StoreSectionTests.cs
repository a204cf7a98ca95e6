using Sensor.Configuration;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Configuration;

public sealed class StoreSectionTests
{
    [Theory]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("64 MiB", 64L << 20)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("4096", 4096)]
    [InlineData("10B", 10)]
    public void A_size_may_have_a_unit(string text, long octets)
    {
        Assert.True(OctetSizes.TryParse(text, out var read));
        Assert.Equal(octets, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1MiB")]
    [InlineData("2GiBB")]
    [InlineData("99999999999TiB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(OctetSizes.TryParse(text, out _));

    [Theory]
    [InlineData("Store:MaxSize=1MiB", "--set: Store:MaxSize: \"1MiB\" is not a size of at least 8MiB, such as 2GiB")]
    [InlineData("Store:MaxAge=5m", "--set: Store:MaxAge: \"5m\" is not a time of at least 1h, such as 180d")]
    [InlineData("Store:SnapshotInterval=2d", "--set: Store:SnapshotInterval: \"2d\" is not a time from 1s to 1d, such as 1m")]
    [InlineData("Store:RecentFrames=5GiB", "--set: Store:RecentFrames: \"5GiB\" is not a size from 1MiB to 4GiB, such as 64MiB")]
    [InlineData("Store:Path=/var/lib/", "--set: Store:Path: \"/var/lib/\" is not the name of a file")]
    [InlineData("Store:Size=1", "--set: Store:Size: there is no such key")]
    public void A_wrong_value_is_one_line_with_its_key(string assignment, string complaint)
    {
        var run = Invocation.Of("check", "--set", assignment);
        Assert.Equal(2, run.Status);
        Assert.StartsWith($"sensor: {complaint}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
