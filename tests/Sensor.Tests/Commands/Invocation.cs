using Sensor.Commands;

namespace Sensor.Tests.Commands;

/// <summary>One run of the program in this process.</summary>
internal sealed record Invocation(int Status, string Output, string Error)
{
    public static Invocation Of(params string[] args) => Reading([], args);

    public static Invocation Reading(byte[] input, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var status = SensorCli.Run(args, output, error, new MemoryStream(input));
        return new Invocation(status, output.ToString(), error.ToString());
    }

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
