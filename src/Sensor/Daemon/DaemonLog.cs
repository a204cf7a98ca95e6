using Microsoft.Extensions.Logging;

namespace Sensor.Daemon;

/// <summary>Everything the daemon logs. Event ids are stable. Texts from the wire are made printable by the console formatter; secrets never get here.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(1, LogLevel.Information, "sensor {Version} starts: {Interfaces}, {Workers} worker(s), configuration {Configuration}")]
    public static partial void Starting(ILogger log, string version, string interfaces, int workers, string configuration);

    [LoggerMessage(2, LogLevel.Information, "capturing on {Interfaces}; store {Store}; alerts go to {Targets}")]
    public static partial void Capturing(ILogger log, string interfaces, string store, string targets);

    [LoggerMessage(3, LogLevel.Information, "stopping: {Reason}")]
    public static partial void Stopping(ILogger log, string reason);

    [LoggerMessage(4, LogLevel.Information,
        "stopped after {Seconds:0.0} s: {Frames} frames, {Findings} findings, {Alerts} alerts; {Waiting} message(s) still wait for delivery")]
    public static partial void Stopped(ILogger log, double seconds, long frames, long findings, long alerts, long waiting);

    [LoggerMessage(5, LogLevel.Error, "{Part} did not stop within {Seconds:0.0} s")]
    public static partial void StopTimedOut(ILogger log, string part, double seconds);

    [LoggerMessage(6, LogLevel.Critical, "{Part} failed: {Reason}")]
    public static partial void PartFailed(ILogger log, string part, string reason, Exception? failure);

    [LoggerMessage(10, LogLevel.Error, "{Worker} has had work for {Seconds:0.0} s and makes no progress: the watchdog is not fed")]
    public static partial void WorkerStalled(ILogger log, string worker, double seconds);

    [LoggerMessage(11, LogLevel.Warning, "{Worker} goes on")]
    public static partial void WorkerGoesOn(ILogger log, string worker);

    [LoggerMessage(20, LogLevel.Information, "reload: {Changes}")]
    public static partial void Reloaded(ILogger log, string changes);

    [LoggerMessage(21, LogLevel.Error, "reload refused, the running configuration stays: {Reason}")]
    public static partial void ReloadRefused(ILogger log, string reason);

    [LoggerMessage(22, LogLevel.Warning, "reload: {Keys} take effect after a restart")]
    public static partial void NeedsRestart(ILogger log, string keys);

    [LoggerMessage(30, LogLevel.Warning, "{Warning}")]
    public static partial void Warning(ILogger log, string warning);

    [LoggerMessage(31, LogLevel.Information, "{Note}")]
    public static partial void Note(ILogger log, string note);

    [LoggerMessage(40, LogLevel.Information, "metrics on {Address}")]
    public static partial void MetricsListening(ILogger log, string address);

    [LoggerMessage(EventId = 41, Message = "{Event}: {Summary}")]
    public static partial void Operational(ILogger log, LogLevel level, string @event, string summary);

    [LoggerMessage(42, LogLevel.Information, "{Event} is over: {Summary}")]
    public static partial void OperationalOver(ILogger log, string @event, string summary);

    [LoggerMessage(50, LogLevel.Warning, "alert: {Severity} {Detector} incident {Incident}: {Summary}")]
    public static partial void Alert(ILogger log, string severity, string detector, string incident, string summary);
}
