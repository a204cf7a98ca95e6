using Sensor.Detection.Detectors;
using Sensor.Output.Formats;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Output.Formats;

/// <summary>What all formats of single findings have in common.</summary>
public sealed class FindingFormatTests
{
    public static TheoryData<string> Names() => [.. FormatRun.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void As_many_lines_as_EVE_with_all_and_without(string format)
    {
        Assert.Equal(FormatRun.OfCaptures("eve", all: false).Count, FormatRun.OfCaptures(format, all: false).Count);
        Assert.Equal(FormatRun.OfCaptures("eve", all: true).Count, FormatRun.OfCaptures(format, all: true).Count);
        Assert.True(FormatRun.OfCaptures("eve", all: true).Count > FormatRun.OfCaptures("eve", all: false).Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_workers_gives_the_same_octets(string format)
    {
        var one = Replayed.Of(Checkout.Captures, "--format", format, "--all", "--workers", "1").Output;
        Assert.NotEmpty(one);
        Assert.Equal(one, Replayed.Of(Checkout.Captures, "--format", format, "--all", "--workers", "3").Output);
        Assert.Equal(one, Replayed.Of(Checkout.Captures, "--format", format, "--all", "--workers", "8").Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_text_stays_on_its_line(string format)
    {
        foreach (var line in FormatRun.Play(format, all: true, FormatRun.Hostile))
        {
            Assert.DoesNotContain(line, character => char.IsControl(character) && (character != '\t' || format != "leef"));
            if (format is "cef" or "leef")
                Assert.DoesNotContain(line, character => character is '\u202e' or '\u2028');
        }
        Assert.Equal(3, FormatRun.Play(format, all: true, FormatRun.Hostile).Count);
        Assert.Equal(2, FormatRun.Play(format, all: false, FormatRun.Hostile).Count);
    }

    [Fact]
    public void Every_technique_of_every_detector_has_its_name()
    {
        var named = DetectorCatalog.All.SelectMany(entry => entry.Info.Techniques).Distinct();
        Assert.All(named, id => Assert.Contains(Technique.All, known => known.Id == id && known.Name.Length > 0));
        Assert.All(Technique.All, known => Assert.Contains(Technique.All, parent => parent.Id == known.ParentId));
    }

    [Fact]
    public void Uuids_are_those_of_RFC_9562()
    {
        // Appendix A.4: version 5 of "www.example.com" in the DNS namespace.
        Assert.Equal("2ed6657d-e927-568b-95e1-2665a8aea6a2",
            NameUuid.Of(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));
    }

    [Fact]
    public void Ids_of_findings_are_all_different()
    {
        var ids = Replayed.Of(Checkout.Captures, "--format", "ocsf", "--all").Lines
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("finding_info").GetProperty("uid")
                .GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }
}
