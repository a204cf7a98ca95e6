using System.CommandLine;
using Sensor.Store;

namespace Sensor.Commands;

/// <summary>The commands below `sensor trust`.</summary>
internal static class TrustCommands
{
    /// <summary>All of them.</summary>
    public static Command Of(CommandEnvironment environment) => new("trust", "")
    {
        Reading("list", environment, TrustCommand.List),
        Reading("diff", environment, TrustCommand.Diff),
        Deciding("accept", environment, BaselineDecision.Accepted),
        Deciding("reject", environment, BaselineDecision.Rejected),
        Freezing(environment),
        CommandTree.Help(HelpText.Trust, environment),
    };

    private static Command Reading(string name, CommandEnvironment environment, Func<CommandEnvironment, TrustArguments, int> run)
    {
        var (config, store) = (Config(), Store());
        var command = new Command(name, "") { config, store, CommandTree.Help(HelpText.Trust, environment) };
        command.SetAction(parsed => run(environment, Arguments(parsed.GetValue(config), parsed.GetValue(store))));
        return command;
    }

    private static Command Deciding(string name, CommandEnvironment environment, BaselineDecision decision)
    {
        var what = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore };
        var reason = new Option<string?>("--reason");
        var (config, store) = (Config(), Store());
        var command = new Command(name, "") { what, reason, config, store, CommandTree.Help(HelpText.Trust, environment) };
        command.SetAction(parsed => TrustCommand.Decide(
            environment,
            Arguments(parsed.GetValue(config), parsed.GetValue(store)) with { What = parsed.GetValue(what) ?? [], Reason = parsed.GetValue(reason) },
            decision));
        return command;
    }

    private static Command Freezing(CommandEnvironment environment)
    {
        var reason = new Option<string?>("--reason");
        var (config, store) = (Config(), Store());
        var command = new Command("freeze", "") { reason, config, store, CommandTree.Help(HelpText.Trust, environment) };
        command.SetAction(parsed => TrustCommand.Freeze(
            environment, Arguments(parsed.GetValue(config), parsed.GetValue(store)) with { Reason = parsed.GetValue(reason) }));
        return command;
    }

    private static Option<string?> Config() => new("--config", "-c");

    private static Option<string?> Store() => new("--store");

    private static TrustArguments Arguments(string? config, string? store) => new() { Configuration = new(config, null, []), StorePath = store };
}
