using System.Runtime.InteropServices;

namespace Sensor.Commands;

/// <summary>
/// Turns the first SIGINT or SIGTERM into a request to stop reading, so that what was read is still reported. A second one ends the process
/// at once, as signals do.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt, _terminate;

    /// <summary>Listens from now on.</summary>
    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ExitCode.Terminated));
    }

    /// <summary>Signalled when reading is to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit status the signal asks for, or null while none came.</summary>
    public int? Status { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int status)
    {
        if (Status is not null)
            return;
        context.Cancel = true;
        Status = status;
        _stop.Cancel();
    }
}
