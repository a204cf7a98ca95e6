using Sensor.Configuration;

namespace Sensor.Commands;

/// <summary>`sensor check`: reads the configuration as replay would.</summary>
internal static class CheckCommand
{
    /// <summary>Says that it is right, or throws what is wrong.</summary>
    public static int Run(CommandEnvironment environment, ConfigurationSources sources, string? live, string[] interfaces)
    {
        var configuration = SensorConfiguration.Read(sources, environment.Error);
        DetectionRun.Check(configuration);
        TargetFiles.Check(configuration);
        if (live is null && interfaces.Length > 0)
            throw CommandException.Usage("-i needs --live", "It says from where, --live says how long: --live 30s.");
        if (live is not null)
            return LiveCheck.Run(environment, configuration, live, interfaces);
        var files = new[] { configuration.ConfigPath, sources.TrustPath }.OfType<string>().ToArray();
        environment.Output.WriteLine(files.Length == 0 ? "No configuration file: defaults hold. OK" : $"{string.Join(", ", files)}: OK");
        return ExitCode.Finished;
    }
}
