using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Incidents;

public sealed class DeferredFindingTests
{
    private int _said;

    [Fact]
    public void Says_nothing_before_it_is_read_and_then_once()
    {
        var finding = New();
        Assert.Equal(0, _said);

        Assert.Equal("summary", finding.Summary);
        Assert.Equal("refuted", finding.RefutedBy);
        Assert.Equal(["step"], finding.NextSteps);
        Assert.Equal("name", Assert.Single(finding.Metadata).Key);
        Assert.Equal(1, _said);
    }

    [Fact]
    public void A_copy_keeps_the_words_but_those_given_to_it()
    {
        var copy = New() with { Confidence = Confidence.Certain, Summary = "other", Metadata = [] };

        Assert.Equal("other", copy.Summary);
        Assert.Empty(copy.Metadata);
        Assert.Equal("refuted", copy.RefutedBy);
        Assert.Equal(["step"], copy.NextSteps);
        Assert.Equal(Confidence.Certain, copy.Confidence);
    }

    private DeferredFinding New()
    {
        var suspect = new HostTable().Of(0, IpAddress.FromV4(0x0A000001), 0);
        return new DeferredFinding(
            LlmnrWpadAnswer.Info, Severity.High, Confidence.Likely, suspect, null, 1, default, [],
            () =>
            {
                _said++;
                return new FindingWords("summary", "refuted", ["step"], [new("name", "value")]);
            });
    }
}
