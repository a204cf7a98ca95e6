using System.Diagnostics;

namespace Sensor.Tests.Manual;

/// <summary>A program of the machine, run to its end.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record Shell(int Status, string Output, string Error)
{
    /// <summary>Whether the program is installed.</summary>
    public static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs it with <paramref name="input"/>; one that does not end in time is killed, and the test fails.</summary>
    public static Shell Run(string program, string[] arguments, string input = "", TimeSpan? most = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(most ?? TimeSpan.FromMinutes(1)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end: {output.Result}{error.Result}");
        }
        return new Shell(process.ExitCode, output.Result, error.Result);
    }
}
