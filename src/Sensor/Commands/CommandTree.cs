using System.CommandLine;
using System.CommandLine.Invocation;
using Sensor.Detection.Detectors;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>The command line: which commands, arguments and options there are. What they do lies in the command classes.</summary>
internal static class CommandTree
{
    /// <summary>Options of which the value may start with a dash need nothing special; @file and [directive] have no meaning here, they are file names.</summary>
    public static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Builds the tree over <paramref name="environment"/>.</summary>
    public static RootCommand Build(CommandEnvironment environment)
    {
        var root = new RootCommand("sensor");
        root.Directives.Clear();
        root.Options.Clear();
        root.Options.Add(Help(HelpText.Root, environment, recursive: false));
        root.Options.Add(new Option<bool>("--version") { Action = new Printing($"sensor {SensorCli.Version}\n", environment) });
        root.Subcommands.Add(Replay(environment));
        root.Subcommands.Add(ApplianceCommands.Run(environment));
        root.Subcommands.Add(ApplianceCommands.Status(environment));
        root.Subcommands.Add(ApplianceCommands.Selftest(environment));
        root.Subcommands.Add(Learn(environment));
        root.Subcommands.Add(Pac(environment));
        root.Subcommands.Add(Explain(environment));
        root.Subcommands.Add(Check(environment));
        root.Subcommands.Add(Devices(environment));
        root.Subcommands.Add(Verify(environment));
        root.Subcommands.Add(Incidents(environment));
        root.Subcommands.Add(Probe(environment));
        root.Subcommands.Add(Completion(environment));
        root.Subcommands.Add(Manual(environment));
        return root;
    }

    private static Command Replay(CommandEnvironment environment)
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore };
        var config = new Option<string?>("--config", "-c");
        var trust = new Option<string?>("--trust");
        var set = new Option<string[]>("--set");
        var format = new Option<string?>("--format") { CompletionSources = { Choices.Formats } };
        var output = new Option<string?>("--output", "-o");
        var report = new Option<string?>("--report");
        var evidence = new Option<string?>("--evidence");
        var all = new Option<bool>("--all");
        var separate = new Option<bool>("--separate");
        var workers = new Option<string?>("--workers");
        var filter = new Option<string?>("--filter", "-F");
        var checksums = new Option<string?>("--checksums", "-k") { CompletionSources = { Choices.ChecksumModes } };
        var noProgress = new Option<bool>("--no-progress");
        var failOn = new Option<string?>("--fail-on") { CompletionSources = { Words.Severities } };
        var command = new Command("replay", "")
        {
            paths, config, trust, set, format, output, report, evidence, all, separate, workers, filter, checksums, noProgress, failOn,
            Help(HelpText.Replay, environment),
        };
        command.SetAction(parsed => ReplayCommand.Run(environment, new ReplayArguments
        {
            Paths = parsed.GetValue(paths) ?? [],
            Configuration = new(parsed.GetValue(config), parsed.GetValue(trust), parsed.GetValue(set) ?? []),
            Format = Choices.Format(parsed.GetValue(format)),
            OutputPath = parsed.GetValue(output),
            ReportPath = parsed.GetValue(report),
            EvidencePath = parsed.GetValue(evidence),
            All = parsed.GetValue(all),
            Separate = parsed.GetValue(separate),
            Workers = Choices.Workers(parsed.GetValue(workers)),
            Filter = parsed.GetValue(filter),
            Checksums = Choices.Checksums(parsed.GetValue(checksums)),
            NoProgress = parsed.GetValue(noProgress),
            FailOn = Choices.FailOn(parsed.GetValue(failOn)),
        }));
        return command;
    }

    private static Command Learn(CommandEnvironment environment)
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore };
        var config = new Option<string?>("--config", "-c");
        var trust = new Option<string?>("--trust");
        var set = new Option<string[]>("--set");
        var output = new Option<string?>("--output", "-o");
        var separate = new Option<bool>("--separate");
        var workers = new Option<string?>("--workers");
        var filter = new Option<string?>("--filter", "-F");
        var command = new Command("learn", "") { paths, config, trust, set, output, separate, workers, filter, Help(HelpText.Learn, environment) };
        command.SetAction(parsed => LearnCommand.Run(environment, new LearnArguments
        {
            Paths = parsed.GetValue(paths) ?? [],
            Configuration = new(parsed.GetValue(config), parsed.GetValue(trust), parsed.GetValue(set) ?? []),
            OutputPath = parsed.GetValue(output),
            Separate = parsed.GetValue(separate),
            Workers = Choices.Workers(parsed.GetValue(workers)),
            Filter = parsed.GetValue(filter),
        }));
        return command;
    }

    private static Command Pac(CommandEnvironment environment)
    {
        var source = new Argument<string>("SOURCE");
        var host = new Option<string[]>("--host");
        var client = new Option<string?>("--client");
        var compare = new Option<string?>("--compare");
        var all = new Option<bool>("--all");
        var command = new Command("pac", "") { source, host, client, compare, all, Help(HelpText.Pac, environment) };
        command.SetAction(parsed => PacCommand.Run(environment, new PacArguments
        {
            Source = parsed.GetValue(source)!,
            Hosts = parsed.GetValue(host) ?? [],
            Client = parsed.GetValue(client),
            Compare = parsed.GetValue(compare),
            All = parsed.GetValue(all),
        }));
        return command;
    }

    private static Command Explain(CommandEnvironment environment)
    {
        var id = new Argument<string?>("ID")
        {
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { DetectorCatalog.All.Select(static entry => entry.Info.Id).ToArray() },
        };
        var markdown = new Option<bool>("--markdown");
        var command = new Command("explain", "") { id, markdown, Help(HelpText.Explain, environment) };
        command.SetAction(parsed => ExplainCommand.Run(environment, parsed.GetValue(id), parsed.GetValue(markdown)));
        return command;
    }

    private static Command Check(CommandEnvironment environment)
    {
        var config = new Option<string?>("--config", "-c");
        var trust = new Option<string?>("--trust");
        var set = new Option<string[]>("--set");
        var live = new Option<string?>("--live");
        var interfaces = new Option<string[]>("--interface", "-i");
        var command = new Command("check", "") { config, trust, set, live, interfaces, Help(HelpText.Check, environment) };
        command.SetAction(parsed => CheckCommand.Run(
            environment, new(parsed.GetValue(config), parsed.GetValue(trust), parsed.GetValue(set) ?? []), parsed.GetValue(live),
            parsed.GetValue(interfaces) ?? []));
        return command;
    }

    private static Command Devices(CommandEnvironment environment)
    {
        var json = new Option<bool>("--json");
        var command = new Command("devices", "") { json, Help(HelpText.Devices, environment) };
        command.SetAction(parsed => DevicesCommand.Run(environment, parsed.GetValue(json)));
        return command;
    }

    private static Command Verify(CommandEnvironment environment)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore };
        var verbose = new Option<bool>("--verbose", "-v");
        var roots = new Option<string[]>("--ca");
        var command = new Command("verify", "") { files, verbose, roots, Help(HelpText.Verify, environment) };
        command.SetAction(parsed => VerifyCommand.Run(
            environment, parsed.GetValue(files) ?? [], parsed.GetValue(verbose), parsed.GetValue(roots) ?? []));
        return command;
    }

    private static Command Incidents(CommandEnvironment environment)
    {
        var id = new Argument<string?>("ID") { Arity = ArgumentArity.ZeroOrOne };
        var store = new Option<string?>("--store");
        var config = new Option<string?>("--config", "-c");
        var set = new Option<string[]>("--set");
        var format = new Option<string?>("--format") { CompletionSources = { Choices.TextOrLines } };
        var evidence = new Option<string?>("--evidence");
        var since = new Option<string?>("--since");
        var all = new Option<bool>("--all");
        var command = new Command("incidents", "") { id, store, config, set, format, evidence, since, all, Help(HelpText.Incidents, environment) };
        command.SetAction(parsed => IncidentsCommand.Run(environment, new IncidentsArguments
        {
            Id = parsed.GetValue(id),
            StorePath = parsed.GetValue(store),
            Configuration = new(parsed.GetValue(config), null, parsed.GetValue(set) ?? []),
            AsJsonLines = Choices.IsJsonLines(parsed.GetValue(format)),
            EvidencePath = parsed.GetValue(evidence),
            Since = parsed.GetValue(since),
            All = parsed.GetValue(all),
        }));
        return command;
    }

    private static Command Probe(CommandEnvironment environment)
    {
        var config = new Option<string?>("--config", "-c");
        var trust = new Option<string?>("--trust");
        var set = new Option<string[]>("--set");
        var from = new Option<string?>("--interface", "-i");
        var once = new Option<bool>("--once");
        var dryRun = new Option<bool>("--dry-run");
        var command = new Command("probe", "") { config, trust, set, from, once, dryRun, Help(HelpText.Probe, environment) };
        command.SetAction(parsed => ProbeCommand.Run(environment, new ProbeArguments
        {
            Configuration = new(parsed.GetValue(config), parsed.GetValue(trust), parsed.GetValue(set) ?? []),
            Interface = parsed.GetValue(from),
            Once = parsed.GetValue(once),
            DryRun = parsed.GetValue(dryRun),
        }));
        return command;
    }

    private static Command Completion(CommandEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { CompletionSources = { CompletionCommand.Shells } };
        var command = new Command("completion", "") { shell, Help(HelpText.Completion, environment) };
        command.Hidden = true;
        command.SetAction(parsed => CompletionCommand.Run(environment, parsed.GetValue(shell)!));
        return command;
    }

    private static Command Manual(CommandEnvironment environment)
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("manual", "") { file, Help(HelpText.Manual, environment) };
        command.Hidden = true;
        command.SetAction(parsed => ManualCommand.Run(environment, parsed.GetValue(file)));
        return command;
    }

    /// <summary>What --help of a command prints.</summary>
    public static string HelpOf(Command command) => command.Options.Select(static option => option.Action).OfType<Printing>().First().Text;

    internal static Option<bool> Help(string text, CommandEnvironment environment, bool recursive = false) =>
        new("--help", "-h", "-?") { Action = new Printing(text, environment), Recursive = recursive };

    /// <summary>Prints a fixed text and ends with 0, whatever else is wrong with the command line.</summary>
    private sealed class Printing(string text, CommandEnvironment environment) : SynchronousCommandLineAction
    {
        public string Text => text;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            environment.Output.Write(text);
            return ExitCode.Finished;
        }
    }
}
