using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Sensor.Tests.Lab;

/// <summary>A program of a test's, ended with the test whatever happens. What it says on both outputs is kept.</summary>
internal sealed class LabProcess : IDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <summary>Starts it.</summary>
    public LabProcess(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Say(line.Data);
        _process.OutputDataReceived += (_, line) => Say(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Sends it a line.</summary>
    public void Tell(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Lets it know that nobody will tell it anything any more.</summary>
    public void TellNothingMore() => _process.StandardInput.Close();

    /// <summary>SIGTERM, and at most so long until it has ended. False when it has not.</summary>
    public bool Stop(TimeSpan most)
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, Terminate);
        return Wait(most);
    }

    /// <summary>Waits for its end. False when it takes longer.</summary>
    public bool Wait(TimeSpan most)
    {
        if (!_process.WaitForExit(most))
            return false;
        // Without a bound of its own this also waits for the last lines; a child that holds the pipe must not hold the test.
        _ = Task.Run(_process.WaitForExit).Wait(TimeSpan.FromSeconds(2));
        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(20));
        }
    }

    private void Say(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
