namespace Sensor.Tests.Commands;

public sealed class UsageTests
{
    public static TheoryData<string, string> WrongCommandLines => new()
    {
        { "replay", "no capture file given (use - for standard input)" },
        { "replya x", "there is no command \"replya\"; did you mean replay?" },
        { "--versoin", "there is no option --versoin" },
        { "replay x --formt eve", "there is no option --formt; did you mean --format?" },
        { "replay x --format xml", "--format does not take \"xml\"" },
        { "replay x --format", "--format needs a value" },
        { "replay x --format eve --format text", "--format is given 2 times, it takes one value" },
        { "replay x -k some", "-k does not take \"some\"" },
        { "replay x --workers zwei", "--workers takes a number from 1 on, not \"zwei\"" },
        { "replay x --workers 0", "--workers takes a number from 1 on, not \"0\"" },
        { "replay x --fail-on hihg", "--fail-on does not take \"hihg\"; did you mean high?" },
        { "replay x --set Alerts", "--set takes Key:Path=value, not \"Alerts\"" },
        { "run -i eth0 --workers 0", "--workers takes a number from 1 on, not \"0\"" },
        { "run -i eth0 -F nonsense", "-F: " },
        { "run", "no interface to capture from" },
        { "run eth0", "\"eth0\" is one argument too many" },
        { "run -i eth0 -i eth0", "--set: Capture:Interfaces: eth0 is named twice" },
        { "selftest --timeout soon", "--timeout takes a time" },
        { "status --jsn", "there is no option --jsn" },
        { "check y", "\"y\" is one argument too many" },
        { "explain no-such-thing", "there is no detector \"no-such-thing\"" },
        { "@replay", "there is no command \"@replay\"" },
        { "[replay]", "which command?" },
    };

    [Theory]
    [MemberData(nameof(WrongCommandLines))]
    public void A_wrong_command_line_is_one_line_a_hint_and_status_2(string line, string complaint)
    {
        var run = Invocation.Of(line.Split(' '));
        Assert.Equal(2, run.Status);
        Assert.Empty(run.Output);
        Assert.StartsWith($"sensor: {complaint}", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Length, 1, 2);
    }

    [Fact]
    public void Nothing_at_all_shows_the_help_on_standard_error_and_ends_with_2()
    {
        var run = Invocation.Of();
        Assert.Equal(2, run.Status);
        Assert.Empty(run.Output);
        Assert.Contains("Usage:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("replay --help")]
    [InlineData("explain --help")]
    [InlineData("check --help")]
    [InlineData("run --help")]
    [InlineData("status --help")]
    [InlineData("selftest --help")]
    public void Help_fits_a_screen_and_has_examples(string line)
    {
        var run = Invocation.Of(line.Split(' '));
        Assert.Equal(0, run.Status);
        Assert.Empty(run.Error);
        Assert.Contains("Example", run.Output, StringComparison.Ordinal);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 24, $"{lines.Length} lines");
        Assert.All(lines, text => Assert.True(text.Length <= 80, text));
    }

    [Fact]
    public void Help_wins_over_what_else_is_wrong()
    {
        Assert.Equal(0, Invocation.Of("replay", "--help", "--no-such-option").Status);
    }

    [Fact]
    public void The_version_is_name_and_three_numbers()
    {
        var run = Invocation.Of("--version");
        Assert.Equal(0, run.Status);
        Assert.Matches(@"^sensor \d+\.\d+\.\d+\n$", run.Output);
    }

    [Fact]
    public void After_two_dashes_words_are_files()
    {
        var run = Invocation.Of("replay", "--", "--no-such-file");
        Assert.Equal(1, run.Status);
        Assert.Contains("--no-such-file", run.Error, StringComparison.Ordinal);
    }
}
