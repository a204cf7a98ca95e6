using Sensor.Configuration;
using Sensor.Manual;

namespace Sensor.Commands;

/// <summary>`sensor manual`: the manual pages, made from the help of the commands and from the annotated configuration.</summary>
internal static class ManualCommand
{
    private const long LargestFile = 1024 * 1024;

    /// <summary>Prints sensor(1), or the page about the annotated configuration <paramref name="path"/>.</summary>
    public static int Run(CommandEnvironment environment, string? path)
    {
        environment.Output.Write(path is null
            ? ProgramManual.Write(DescribedCommand.All(CommandTree.Build(environment)), SensorCli.Version)
            : ConfigurationManual.Write(Read(path), SensorCli.Version));
        return ExitCode.Finished;
    }

    private static string Read(string path)
    {
        // Complains about what is no configuration, with line and column.
        SettingsFile.Read(path);
        return new FileInfo(path).Length <= LargestFile
            ? File.ReadAllText(path)
            : throw CommandException.Usage($"{path}: larger than {LargestFile} octets, this is no configuration");
    }
}
