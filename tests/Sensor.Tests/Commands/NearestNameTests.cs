using Sensor.Commands;

namespace Sensor.Tests.Commands;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["Trust", "Alerts", "Detectors", "MinimumSeverity"];

    [Theory]
    [InlineData("Turst", "Trust")]
    [InlineData("alert", "Alerts")]
    [InlineData("Detektors", "Detectors")]
    [InlineData("MinimumSevrity", "MinimumSeverity")]
    [InlineData("Mini", "MinimumSeverity")]
    public void Finds_what_was_meant(string typed, string meant) => Assert.Equal(meant, NearestName.Of(typed, Known));

    [Theory]
    [InlineData("Logging")]
    [InlineData("x")]
    [InlineData("")]
    public void Says_nothing_when_nothing_is_near(string typed) => Assert.Null(NearestName.Of(typed, Known));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("acb", "abc", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Counts_edits(string left, string right, int edits) => Assert.Equal(edits, NearestName.Distance(left, right));
}
