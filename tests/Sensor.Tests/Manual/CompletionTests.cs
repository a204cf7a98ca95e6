using Sensor.Commands;
using Sensor.Manual;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Manual;

/// <summary>The completion scripts, run by the shells they are for.</summary>
public sealed class CompletionTests
{
    private static readonly IReadOnlyList<DescribedCommand> Commands = DescribedCommand.All(CommandTree.Build(CommandEnvironment.OfProcess()));

    [Fact]
    public void Bash_completes_every_command_and_every_option()
    {
        Assert.SkipUnless(Shell.Has("bash"), "bash is not installed");
        Assert.Superset(Commands.Skip(1).Where(command => !command.IsHidden).Select(command => command.Path.Split(' ')[0]).ToHashSet(), Complete(""));
        foreach (var command in Commands)
        {
            var options = command.Options.SelectMany(option => option.Names).Where(name => name != "-?").ToHashSet();
            Assert.Equal(options, Complete($"{command.Path} -".TrimStart()));
        }
    }

    [Theory]
    [InlineData("re", "replay")]
    [InlineData("replay --for", "--format")]
    [InlineData("replay --format e", "ecs eve")]
    [InlineData("replay --format = st", "stix")]
    [InlineData("replay x.pcap --fail-on c", "critical")]
    [InlineData("replay -k ", "all none")]
    [InlineData("replay --set Al", "")]
    [InlineData("explain flame", "flame-replication")]
    [InlineData("completion z", "zsh")]
    [InlineData("replay /etc/hostn", "/etc/hostname")]
    [InlineData("check --config /etc/hostn", "/etc/hostname")]
    public void Bash_completes_words_and_files(string line, string expected)
    {
        Assert.SkipUnless(Shell.Has("bash"), "bash is not installed");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(), Complete(line));
    }

    [Fact]
    public void The_zsh_script_is_read_by_zsh_and_has_every_option()
    {
        var script = Invocation.Of("completion", "zsh").Output;
        Assert.All(Commands.Skip(1), command => Assert.Contains($"  {command.Path})\n", script, StringComparison.Ordinal));
        Assert.All(Commands.SelectMany(command => command.Options.SelectMany(option => option.Names)).Where(name => name != "-?"),
            name => Assert.Contains($"'*{name}[", script, StringComparison.Ordinal));
        Assert.SkipUnless(Shell.Has("zsh"), "zsh is not installed");
        var run = Shell.Run("zsh", ["-n", "/dev/stdin"], script);
        Assert.Equal((0, ""), (run.Status, run.Error));
    }

    [Fact]
    public void Another_shell_is_refused_with_status_2()
    {
        var run = Invocation.Of("completion", "zhs");
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.StartsWith("sensor: there is no completion for \"zhs\"; did you mean zsh?", run.Error, StringComparison.Ordinal);
    }

    /// <summary>What bash offers at the end of `sensor <paramref name="line"/>`; the last word may be empty.</summary>
    private static HashSet<string> Complete(string line)
    {
        var script = Invocation.Of("completion", "bash").Output + """
            compopt() { :; }
            IFS=' ' read -r -a typed <<<"$1"
            [[ -n $1 && $1 != *' ' ]] || typed+=('')
            COMP_WORDS=(sensor "${typed[@]}") COMP_CWORD=${#typed[@]}
            _sensor
            for word in "${COMPREPLY[@]}"; do echo "$word"; done

            """;
        var run = Shell.Run("bash", ["-s", "--", line], script);
        Assert.Equal((0, ""), (run.Status, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
