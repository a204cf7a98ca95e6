using System.Text.Json;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Bodies;
using Sensor.Tests.Output.Formats;

namespace Sensor.Tests.Delivery;

/// <summary>Over-long messages: structured bodies lose whole fields, in order, and say so; text ends at a word.</summary>
public sealed class ShorteningTests
{
    private static readonly string LongName = string.Concat(Enumerable.Repeat("name-", 80));

    private static TargetSettings Target(BodyFormat format, int size) => new()
    {
        Name = "t",
        Type = TargetType.File,
        Path = "x",
        Format = format,
        MaxSize = size,
    };

    [Theory]
    [InlineData(BodyFormat.Eve)]
    [InlineData(BodyFormat.Ecs)]
    [InlineData(BodyFormat.Ocsf)]
    [InlineData(BodyFormat.Cef)]
    [InlineData(BodyFormat.Leef)]
    public void What_is_left_out_grows_with_the_need_and_nothing_else_changes(BodyFormat format)
    {
        var whole = Told.Message(Target(format, 1_048_576), name: LongName);
        var before = 0;
        for (var size = whole.Length; size >= 1024; size -= 100)
        {
            var message = Told.Message(Target(format, size), name: LongName);
            Assert.True(BodyShortener.Octets(message) <= size);
            SyslogFormatTests.CheckBody(format, message);
            var leftOut = LeftOut(format, message);
            Assert.True(leftOut >= before);
            Assert.Equal(leftOut == 0, message == whole);
            before = leftOut;
            if (format is BodyFormat.Eve or BodyFormat.Ecs or BodyFormat.Ocsf)
                IsPart(JsonDocument.Parse(message).RootElement, JsonDocument.Parse(whole).RootElement);
            else
                Assert.All(Pairs(format, message), pair => Assert.True(IsMark(pair) || Pairs(format, whole).Contains(pair), pair.Key));
        }
        Assert.True(before > 3);
    }

    [Fact]
    public void The_first_to_go_is_what_the_documentation_says()
    {
        var whole = Told.Message(Target(BodyFormat.Eve, 1_048_576), name: LongName);
        var shortened = JsonDocument.Parse(Told.Message(Target(BodyFormat.Eve, whole.Length - 1), name: LongName)).RootElement.GetProperty("sensor");
        Assert.False(shortened.TryGetProperty("techniques", out _));
        Assert.True(shortened.TryGetProperty("next_steps", out _));
        Assert.Equal(1, shortened.GetProperty("left_out").GetInt32());
        var cef = Told.Message(Target(BodyFormat.Cef, 1_048_576), name: LongName);
        var pairs = CefParser.Read(Told.Message(Target(BodyFormat.Cef, cef.Length - 1), name: LongName)).Extension;
        Assert.False(pairs.ContainsKey("flexString2") || pairs.ContainsKey("flexString2Label"));
        Assert.Equal(("1", "Fields left out"), (pairs["cn3"], pairs["cn3Label"]));
    }

    [Theory]
    [InlineData("one two three four", 18, "one two three four")]
    [InlineData("one two three four", 17, "one two three …")]
    [InlineData("one two three four", 12, "one two …")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 10, "abcdef …")]
    [InlineData("中中中中中中中中", 14, "中中中 …")]
    [InlineData("😀😀😀😀😀😀😀", 13, "😀😀 …")]
    public void Text_ends_at_a_word(string text, int most, string expected) => Assert.Equal(expected, BodyShortener.Fit(BodyFormat.Text, text, most));

    [Fact]
    public void An_over_long_text_keeps_its_beginning()
    {
        var message = Told.Message(Target(BodyFormat.Text, 1024), string.Concat(Enumerable.Repeat("word ", 5000)));
        Assert.StartsWith("HIGH llmnr-wpad-answer: word word", message, StringComparison.Ordinal);
        Assert.EndsWith("word …", message, StringComparison.Ordinal);
        Assert.InRange(BodyShortener.Octets(message), 1015, 1024);
    }

    [Fact]
    public void Structured_data_gives_way_before_the_body_must()
    {
        var target = new TargetSettings { Name = "t", Host = "h", Format = BodyFormat.Eve, MaxSize = 1024, HostName = new string('h', 255) };
        var parsed = Rfc5424Parser.Read(Told.Octets(Told.Message(target)));
        Assert.Equal(["confidence", "id", "incident", "severity"], parsed.Params.Keys.Order());
        SyslogFormatTests.CheckBody(BodyFormat.Eve, parsed.Message);
    }

    private static int LeftOut(BodyFormat format, string message) => format switch
    {
        BodyFormat.Cef => CefParser.Read(message).Extension.TryGetValue("cn3", out var count) ? int.Parse(count) : 0,
        BodyFormat.Leef => SyslogFormatTests.Leef(message).TryGetValue("leftOut", out var count) ? int.Parse(count) : 0,
        _ => Sensor(JsonDocument.Parse(message).RootElement).TryGetProperty("left_out", out var count) ? count.GetInt32() : 0,
    };

    private static JsonElement Sensor(JsonElement root) => (root.TryGetProperty("unmapped", out var unmapped) ? unmapped : root).GetProperty("sensor");

    private static Dictionary<string, string> Pairs(BodyFormat format, string message) =>
        format == BodyFormat.Cef ? CefParser.Read(message).Extension : SyslogFormatTests.Leef(message);

    private static bool IsMark(KeyValuePair<string, string> pair) => pair.Key is "cn3" or "cn3Label" or "leftOut";

    /// <summary>Everything in <paramref name="part"/> but the mark stands in <paramref name="whole"/> too, with the same value.</summary>
    private static void IsPart(JsonElement part, JsonElement whole)
    {
        Assert.Equal(whole.ValueKind, part.ValueKind);
        switch (part.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in part.EnumerateObject().Where(member => member.Name != "left_out"))
                    IsPart(member.Value, whole.GetProperty(member.Name));
                break;
            case JsonValueKind.Array:
                Assert.Equal(whole.GetArrayLength(), part.GetArrayLength());
                foreach (var (one, other) in part.EnumerateArray().Zip(whole.EnumerateArray()))
                    IsPart(one, other);
                break;
            default:
                Assert.Equal(whole.GetRawText(), part.GetRawText());
                break;
        }
    }
}
