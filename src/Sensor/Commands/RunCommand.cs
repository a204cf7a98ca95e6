using Microsoft.Extensions.Logging;
using Sensor.Capture;
using Sensor.Capture.Live;
using Sensor.Configuration;
using Sensor.Daemon;
using Sensor.PacSandbox;
using Sensor.Probing;
using Sensor.Telemetry;

namespace Sensor.Commands;

/// <summary>`sensor run`: everything that can be wrong is found before anything is opened, then the daemon runs until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>Runs and returns the exit status.</summary>
    public static int Run(CommandEnvironment environment, ConfigurationSources sources)
    {
        var configuration = Read(sources, environment.Error);
        var warning = environment.IsProcess && configuration.Daemon.DropPrivileges ? Privileges.Confine() : null;
        var notifier = environment.IsProcess ? ServiceNotifier.OfProcess() : new ServiceNotifier(null);
        using (notifier)
        {
            return DaemonRun.Run(log => Parts(log, sources, configuration, notifier, warning), environment);
        }
    }

    /// <summary>Reads the configuration as the daemon needs it.</summary>
    internal static SensorConfiguration Read(ConfigurationSources sources, TextWriter? notes = null)
    {
        var configuration = SensorConfiguration.Read(sources, notes);
        DetectionRun.Check(configuration);
        if (configuration.Capture.Live.Interfaces.Count == 0)
            throw CommandException.Usage("no interface to capture from", "Name one with -i, or in Capture:Interfaces. 'sensor devices' lists them.");
        if (configuration.Probing is { Enabled: true } probing && configuration.Capture.Live.Interfaces.Contains(probing.Interface))
        {
            throw CommandException.Usage(
                $"Probing:Interface: {probing.Interface} is captured from", "Probes leave by a management interface, never by the mirror port.");
        }
        return configuration;
    }

    /// <summary>Options of the command line as settings over the file: a reload keeps them.</summary>
    internal static IReadOnlyList<string> Overrides(
        IReadOnlyList<string> set, IReadOnlyList<string> interfaces, string? store, string? workers, string? filter)
    {
        var all = new List<string>(set);
        if (filter is not null && !FrameFilter.TryCompile(filter, out var compiled, out var error))
            throw CommandException.Usage($"-F: {error}");
        foreach (var one in interfaces)
            all.Add($"Capture:Interfaces={one}");
        if (store is not null)
            all.Add($"Store:Path={store}");
        if (workers is not null)
            all.Add($"Capture:Workers={Choices.Workers(workers)}");
        if (filter is not null)
            all.Add($"Capture:Filter={filter}");
        return all;
    }

    /// <summary>Where probes are sent from answers come in: that interface is read like those that are captured from.</summary>
    private static LiveOptions Captured(SensorConfiguration configuration) => configuration.Probing is { Enabled: true } probing
        ? configuration.Capture.Live with { Interfaces = [.. configuration.Capture.Live.Interfaces, probing.Interface] }
        : configuration.Capture.Live;

    private static DaemonParts Parts(ILogger log, ConfigurationSources sources, SensorConfiguration configuration, ServiceNotifier notifier, string? warning)
    {
        DaemonLog.Starting(
            log, SensorCli.Version, string.Join(", ", configuration.Capture.Live.Interfaces), configuration.Capture.Workers,
            configuration.ConfigPath ?? "none, defaults hold");
        if (warning is not null)
            DaemonLog.Warning(log, warning);
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
            DaemonLog.Warning(log, "runs as root: a user of its own with CAP_NET_RAW is enough, as the unit file has it");
        return new DaemonParts(
            () => Read(sources), configuration, notifier,
            static (current, segments, tell) => new LiveLine(Captured(current), current.Capture.Workers, segments, tell), log)
        {
            Evaluator = new SandboxedEvaluator(),
            Probing = configuration.Probing.Enabled ? new ProbingService(configuration.Probing, configuration.Updates, log) : null,
            StatusPath = StatusPath.Of(configuration.Daemon.StatusSocket),
        };
    }
}
