using System.CommandLine;
using Sensor.PacSandbox;

namespace Sensor.Commands;

/// <summary>The program behind `sensor`: arguments in, exit status out. Nothing escapes as an exception.</summary>
public static class SensorCli
{
    /// <summary>The version, as `--version` says it.</summary>
    public static string Version { get; } = typeof(SensorCli).Assembly.GetName().Version!.ToString(3);

    /// <summary>Runs with the streams of this process.</summary>
    public static int RunProcess(string[] args) =>
        args is [SandboxChild.Command] ? SandboxChild.Run() : Run(args, CommandEnvironment.OfProcess());

    /// <summary>Runs with streams that are no terminal, as tests do.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error, Stream input) =>
        Run(args, new CommandEnvironment { Output = output, Error = error, OpenInput = () => input });

    /// <summary>Runs the command that <paramref name="args"/> ask for and returns its <see cref="ExitCode"/>.</summary>
    public static int Run(string[] args, CommandEnvironment environment)
    {
        try
        {
            var status = Dispatch(args, environment);
            environment.Output.Flush();
            return status;
        }
        catch (CommandException failure)
        {
            Flush(environment.Output);
            WriteLine(environment, $"sensor: {failure.Message}", failure.Hint);
            return failure.Status;
        }
        catch (IOException failure) when (!environment.ShowStackTraces)
        {
            Flush(environment.Output);
            WriteLine(environment, $"sensor: {OneLine(failure.Message)}", null);
            return ExitCode.Failed;
        }
        catch (Exception failure)
        {
            Flush(environment.Output);
            var hint = environment.ShowStackTraces ? failure.ToString() : "Set SENSOR_STACK_TRACE=1 to see where.";
            WriteLine(environment, $"sensor: {failure.GetType().Name}: {OneLine(failure.Message)}", hint);
            return ExitCode.Failed;
        }
        finally
        {
            Flush(environment.Error);
        }
    }

    private static int Dispatch(string[] args, CommandEnvironment environment)
    {
        if (args.Length == 0)
        {
            environment.Error.Write(HelpText.Root);
            return ExitCode.Usage;
        }
        var parsed = CommandTree.Build(environment).Parse(args, CommandTree.Parser);
        if (parsed.Action is not { ClearsParseErrors: true })
            UsageErrors.Refuse(parsed);
        return parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = environment.Output,
            Error = environment.Error,
        });
    }

    private static void WriteLine(CommandEnvironment environment, string line, string? hint)
    {
        environment.Error.WriteLine(line);
        if (hint is not null)
            environment.Error.WriteLine(hint);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    /// <summary>Flushing may fail for the reason that is being reported already (full disk, closed pipe).</summary>
    private static void Flush(TextWriter writer)
    {
        try
        {
            writer.Flush();
        }
        catch (IOException)
        {
        }
    }
}
