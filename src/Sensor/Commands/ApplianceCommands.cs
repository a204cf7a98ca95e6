using System.CommandLine;
using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>The commands of the appliance: run, status, selftest.</summary>
internal static class ApplianceCommands
{
    /// <summary>`sensor run`.</summary>
    public static Command Run(CommandEnvironment environment)
    {
        var interfaces = new Option<string[]>("--interface", "-i");
        var config = new Option<string?>("--config", "-c");
        var trust = new Option<string?>("--trust");
        var set = new Option<string[]>("--set");
        var store = new Option<string?>("--store");
        var workers = new Option<string?>("--workers");
        var filter = new Option<string?>("--filter", "-F");
        var command = new Command("run", "") { interfaces, config, trust, set, store, workers, filter, CommandTree.Help(ApplianceHelp.Run, environment) };
        command.SetAction(parsed => RunCommand.Run(environment, new ConfigurationSources(
            parsed.GetValue(config), parsed.GetValue(trust), RunCommand.Overrides(
                parsed.GetValue(set) ?? [], parsed.GetValue(interfaces) ?? [], parsed.GetValue(store), parsed.GetValue(workers), parsed.GetValue(filter)))));
        return command;
    }

    /// <summary>`sensor status`.</summary>
    public static Command Status(CommandEnvironment environment)
    {
        var config = new Option<string?>("--config", "-c");
        var socket = new Option<string?>("--socket");
        var json = new Option<bool>("--json");
        var watch = new Option<bool>("--watch", "-w");
        var command = new Command("status", "") { config, socket, json, watch, CommandTree.Help(ApplianceHelp.Status, environment) };
        command.SetAction(parsed => StatusCommand.Run(
            environment, new ConfigurationSources(parsed.GetValue(config), null, []), parsed.GetValue(socket), parsed.GetValue(json), parsed.GetValue(watch)));
        return command;
    }

    /// <summary>`sensor selftest`.</summary>
    public static Command Selftest(CommandEnvironment environment)
    {
        var one = new Option<string?>("--interface", "-i");
        var config = new Option<string?>("--config", "-c");
        var set = new Option<string[]>("--set");
        var timeout = new Option<string?>("--timeout");
        var command = new Command("selftest", "") { one, config, set, timeout, CommandTree.Help(ApplianceHelp.Selftest, environment) };
        command.SetAction(parsed => SelftestCommand.Run(
            environment, new ConfigurationSources(parsed.GetValue(config), null, parsed.GetValue(set) ?? []), parsed.GetValue(one), Timeout(parsed.GetValue(timeout))));
        return command;
    }

    private static TimeSpan Timeout(string? text)
    {
        if (text is null)
            return TimeSpan.FromSeconds(10);
        return TimeSpans.TryParse(text, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromMinutes(10)
            ? span : throw CommandException.Usage($"--timeout takes a time up to 10m such as 30s, not \"{text}\"");
    }
}
