namespace Sensor.Commands;

/// <summary>
/// Ends a command with one line on standard error, an optional hint below it, and an exit status. Thrown only by the edge of the program
/// (arguments, configuration, output files), never about octets of a capture.
/// </summary>
public sealed class CommandException : Exception
{
    /// <summary>A failure with its exit status, its line and a hint.</summary>
    public CommandException(int status, string message, string? hint = null) : base(message)
    {
        Status = status;
        Hint = hint;
    }

    /// <summary>The exit status, see <see cref="ExitCode"/>.</summary>
    public int Status { get; }

    /// <summary>What to try instead, or null.</summary>
    public string? Hint { get; }

    /// <summary>A wrong command line or configuration.</summary>
    public static CommandException Usage(string message, string? hint = null) => new(ExitCode.Usage, message, hint);
}
