using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Sensor.Daemon;

/// <summary>
/// Tells the service manager how the daemon is: sd_notify(3) over the datagram socket that NOTIFY_SOCKET names. Without one everything here
/// does nothing. Never waits and never fails: a message that cannot be sent is counted.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET", IntervalVariable = "WATCHDOG_USEC", ProcessVariable = "WATCHDOG_PID";
    private const int LongestStatus = 512;

    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;

    /// <summary>A notifier to the socket at <paramref name="path"/> ('@' begins an abstract name); null for none.</summary>
    public ServiceNotifier(string? path, TimeSpan? watchdogInterval = null)
    {
        WatchdogInterval = watchdogInterval;
        if (string.IsNullOrEmpty(path) || path[0] is not ('/' or '@'))
            return;
        try
        {
            _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException or PlatformNotSupportedException)
        {
            _socket = null;
        }
    }

    /// <summary>How often the manager wants to hear that all is well at the latest; null when it does not ask.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Whether there is a manager to tell.</summary>
    public bool IsConnected => _socket is not null;

    /// <summary>Messages that could not be sent.</summary>
    public long Unsent { get; private set; }

    /// <summary>
    /// What this process was started with. The variables are taken away, so that child processes do not speak in the daemon's name.
    /// </summary>
    public static ServiceNotifier OfProcess()
    {
        var path = Take(SocketVariable);
        var interval = Take(IntervalVariable);
        var process = Take(ProcessVariable);
        var isForUs = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var asked = isForUs && long.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) : (TimeSpan?)null;
        return new ServiceNotifier(path, asked);
    }

    /// <summary>The daemon captures (also: has finished a reload).</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>One line for `systemctl status`.</summary>
    public void Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>A reload begins. The manager wants its own clock's time with it (Type=notify-reload): CLOCK_MONOTONIC in microseconds.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds}"));

    /// <summary>The daemon is about to end.</summary>
    public void Stopping(string status) => Send($"STOPPING=1\nSTATUS={OneLine(status)}");

    /// <summary>Every worker makes progress.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    // Stopwatch reads CLOCK_MONOTONIC on Linux, in nanoseconds.
    private static long MonotonicMicroseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    private static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (value is not null)
            Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    private static string OneLine(string status)
    {
        var line = Output.TextPage.Printable(status);
        return line.Length <= LongestStatus ? line : line[..LongestStatus];
    }

    private void Send(string message)
    {
        if (_socket is null || _manager is null)
            return;
        try
        {
            _socket.SendTo(System.Text.Encoding.UTF8.GetBytes(message), _manager);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Unsent++;
        }
    }
}
