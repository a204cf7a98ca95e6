using System.Diagnostics;

namespace Sensor.PacSandbox;

/// <summary>A running sandbox, seen from the sensor: one request, one answer, within a deadline.</summary>
internal sealed class SandboxProcess : IDisposable
{
    /// <summary>
    /// Processor time an evaluation may take. Time of the process, not of the wall: a busy machine must not change a verdict.
    /// </summary>
    private static readonly TimeSpan MostProcessorTime = TimeSpan.FromSeconds(1.5);

    /// <summary>When the process got no processor for this long, nothing is known about the script.</summary>
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;

    private SandboxProcess(Process process) => _process = process;

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has been asked before.</summary>
    public bool HasServed { get; private set; }

    /// <summary>Starts a sandbox and waits until it is warm; null when that fails.</summary>
    public static SandboxProcess? Start()
    {
        if (SandboxCommand.Create() is not { } start)
            return null;
        try
        {
            var sandbox = new SandboxProcess(Process.Start(start)!);
            var output = sandbox._process.StandardOutput.BaseStream;
            if (sandbox.Await(() => SandboxMessages.ReadFrame(output), isLimited: false) is { Octets: not null })
                return sandbox;
            sandbox.Dispose();
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // No process to be had: the caller says that nothing was evaluated.
        }
        return null;
    }

    /// <summary>Sends a request and waits for the answer. When there is none the process is not to be used again.</summary>
    public SandboxAnswer Exchange(byte[] request)
    {
        HasServed = true;
        return Await(
            () =>
            {
                SandboxMessages.WriteFrame(_process.StandardInput.BaseStream, request);
                return SandboxMessages.ReadFrame(_process.StandardOutput.BaseStream);
            },
            isLimited: true);
    }

    /// <summary>Ends the process at once.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
        _process.Dispose();
    }

    private SandboxAnswer Await(Func<byte[]?> exchange, bool isLimited)
    {
        var usedBefore = Used();
        var since = Stopwatch.GetTimestamp();
        var running = Task.Run(() => Safely(exchange));
        while (!running.Wait(Look))
        {
            var isSpent = isLimited && Used() - usedBefore > MostProcessorTime;
            if (!isSpent && Stopwatch.GetElapsedTime(since) < MostWaiting)
                continue;
            Kill();
            running.Wait();
            return new SandboxAnswer(null, isSpent ? SandboxEnd.TimeSpent : SandboxEnd.Starved);
        }
        return new SandboxAnswer(running.Result, running.Result is null ? SandboxEnd.Died : SandboxEnd.Answered);
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
        }
    }

    private TimeSpan Used()
    {
        try
        {
            return _process.TotalProcessorTime;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }

    private static byte[]? Safely(Func<byte[]?> exchange)
    {
        try
        {
            return exchange();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>Why there is an answer, or none.</summary>
internal enum SandboxEnd
{
    /// <summary>There is one.</summary>
    Answered,

    /// <summary>The process ended.</summary>
    Died,

    /// <summary>It used up its processor time and was ended.</summary>
    TimeSpent,

    /// <summary>The machine gave it no processor.</summary>
    Starved,
}

/// <summary>What came back from a sandbox.</summary>
internal readonly record struct SandboxAnswer(byte[]? Octets, SandboxEnd End);
