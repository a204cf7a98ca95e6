using System.Text;
using Sensor.Configuration;
using Sensor.Telemetry;

namespace Sensor.Commands;

/// <summary>`sensor status`: how the running daemon is.</summary>
internal static class StatusCommand
{
    private const string Clear = "\x1b[H\x1b[J";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Shows it once, or again and again until interrupted.</summary>
    public static int Run(CommandEnvironment environment, ConfigurationSources sources, string? socket, bool asJson, bool watch)
    {
        var paths = Paths(sources, socket);
        if (!watch)
        {
            Show(environment, paths, asJson);
            return ExitCode.Finished;
        }
        using var stop = new StopSignals();
        while (true)
        {
            if (environment.OutputIsTerminal && !asJson)
                environment.Output.Write(Clear);
            Show(environment, paths, asJson);
            environment.Output.Flush();
            if (stop.Token.WaitHandle.WaitOne(Every))
                return ExitCode.Finished;
        }
    }

    private static IReadOnlyList<string> Paths(ConfigurationSources sources, string? socket)
    {
        if (socket is not null)
            return [socket];
        // Without --config the daemon may have been started with another file: only what was asked for is read.
        var setting = sources.ConfigPath is null && sources.Overrides.Count == 0 ? "auto" : SensorConfiguration.Read(sources).Daemon.StatusSocket;
        return setting switch
        {
            "auto" => StatusPath.Candidates(),
            "" => throw CommandException.Usage("Daemon:StatusSocket is empty: that daemon cannot be asked"),
            _ => [setting],
        };
    }

    private static void Show(CommandEnvironment environment, IReadOnlyList<string> paths, bool asJson)
    {
        var json = StatusClient.Ask(paths);
        var report = StatusJson.Read(json) ?? throw new CommandException(ExitCode.Failed, $"what answers at {paths[0]} is no sensor of this version");
        if (asJson)
            environment.Output.WriteLine(Encoding.UTF8.GetString(json));
        else
            StatusPage.Write(new Output.TextPage(environment.Output, environment.OutputWidth, environment.Colour), report);
    }
}
