using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Sensor.Daemon;

/// <summary>
/// The daemon's life is ended by SIGTERM, SIGINT or SIGQUIT; a second one of these ends the process at once. SIGHUP asks for a reload, also
/// while the daemon still starts: the default would be to end it.
/// </summary>
internal sealed class SignalLifetime : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private IHostApplicationLifetime? _application;
    private int _stops;

    /// <summary>Listens from now on.</summary>
    public SignalLifetime()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnStop));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp));
    }

    /// <summary>Called for SIGHUP, on a thread of the runtime.</summary>
    public Action? ReloadAsked { get; set; }

    /// <summary>What ends the daemon: "SIGTERM"; null while nothing does.</summary>
    public string? Reason { get; private set; }

    /// <summary>The host that is to be stopped.</summary>
    public void Attach(IHostApplicationLifetime application)
    {
        _application = application;
        if (Reason is not null)
            application.StopApplication();
    }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(static registration => registration.Dispose());

    private void OnStop(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _stops) > 1)
            return;
        context.Cancel = true;
        Reason = context.Signal.ToString();
        _application?.StopApplication();
    }

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        ReloadAsked?.Invoke();
    }
}
