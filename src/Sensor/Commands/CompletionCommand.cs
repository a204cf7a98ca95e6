using Sensor.Manual;

namespace Sensor.Commands;

/// <summary>`sensor completion`: what shells need to complete the command line, made from the command tree.</summary>
internal static class CompletionCommand
{
    /// <summary>The shells there is one for.</summary>
    public static readonly string[] Shells = ["bash", "zsh"];

    /// <summary>Prints the script for <paramref name="shell"/>.</summary>
    public static int Run(CommandEnvironment environment, string shell)
    {
        if (!Shells.Contains(shell))
            throw CommandException.Usage($"there is no completion for \"{shell}\"{NearestName.Hint(shell, Shells)}", "It is one of: bash, zsh.");
        var commands = DescribedCommand.All(CommandTree.Build(environment));
        environment.Output.Write(shell == "bash" ? BashCompletion.Write(commands) : ZshCompletion.Write(commands));
        return ExitCode.Finished;
    }
}
