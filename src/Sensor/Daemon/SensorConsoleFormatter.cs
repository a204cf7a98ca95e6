using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Sensor.Output;

namespace Sensor.Daemon;

/// <summary>
/// One line an event on standard error: for the journal with the priority in front (sd-daemon(3), "&lt;4&gt;"), else with the time. Whatever
/// came from the wire is made printable here, so that no log line can steer a terminal or forge another line.
/// </summary>
internal sealed class SensorConsoleFormatter(bool toJournal, bool showStackTraces) : ConsoleFormatter(FormatName)
{
    /// <summary>The name under which the console logger finds it.</summary>
    public const string FormatName = "sensor";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = TextPage.Printable(logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" "));
        if (toJournal)
            textWriter.Write(Priority(logEntry.LogLevel));
        else
            textWriter.Write(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss.fff'Z '", CultureInfo.InvariantCulture) + Word(logEntry.LogLevel));
        textWriter.Write(text);
        if (showStackTraces && logEntry.Exception is { } failure)
            textWriter.Write(" | " + TextPage.Printable(failure.ToString().ReplaceLineEndings(" | ")));
        textWriter.Write('\n');
    }

    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical: ",
        LogLevel.Error => "error: ",
        LogLevel.Warning => "warning: ",
        _ => "",
    };
}
