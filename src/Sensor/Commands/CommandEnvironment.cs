using System.Text;

namespace Sensor.Commands;

/// <summary>What surrounds a command: its streams, and what is known about the terminal they lead to.</summary>
public sealed class CommandEnvironment
{
    /// <summary>Width of text that does not go to a terminal.</summary>
    public const int DefaultWidth = 80;

    private const int NarrowestWidth = 40, WidestWidth = 160;

    /// <summary>Results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Warnings, errors, progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input, opened when it is first asked for.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Columns of the output's terminal, or <see cref="DefaultWidth"/>.</summary>
    public int OutputWidth { get; init; } = DefaultWidth;

    /// <summary>Columns of the error stream's terminal; 0 when it is not a terminal, and then no progress is drawn.</summary>
    public int ErrorWidth { get; init; }

    /// <summary>Whether results may be coloured: they go to a terminal and NO_COLOR is not set.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether results go to a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether this is the process's own command line, so that rights, signals and the service manager are its to handle.</summary>
    public bool IsProcess { get; init; }

    /// <summary>Whether a failure that was not foreseen shows its stack trace (SENSOR_STACK_TRACE).</summary>
    public bool ShowStackTraces { get; init; }

    /// <summary>The environment of this process.</summary>
    public static CommandEnvironment OfProcess()
    {
        var toTerminal = !Console.IsOutputRedirected;
        return new CommandEnvironment
        {
            IsProcess = true,
            Output = Utf8(Console.OpenStandardOutput()),
            Error = Utf8(Console.OpenStandardError()),
            OpenInput = Console.OpenStandardInput,
            OutputIsTerminal = toTerminal,
            OutputWidth = toTerminal ? TerminalWidth() : DefaultWidth,
            ErrorWidth = Console.IsErrorRedirected ? 0 : TerminalWidth(),
            Colour = toTerminal && !IsSet("NO_COLOR") && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            ShowStackTraces = IsSet("SENSOR_STACK_TRACE"),
        };
    }

    private static StreamWriter Utf8(Stream stream) => new(stream, new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static int TerminalWidth()
    {
        try
        {
            var columns = Console.WindowWidth;
            return columns <= 0 ? DefaultWidth : Math.Clamp(columns, NarrowestWidth, WidestWidth);
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
