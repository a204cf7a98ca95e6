using System.Net.Sockets;

namespace Sensor.Telemetry;

/// <summary>
/// Answers `sensor status`: whoever connects to the Unix socket is sent the report as one JSON object, and nothing is read from him. The socket
/// is the owner's alone (0600 in a directory of 0700), and a client that does not read is left after a second.
/// </summary>
internal sealed class StatusSocket : IDisposable
{
    private const int SendTimeoutMilliseconds = 1000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Socket _listener;
    private readonly Func<StatusReport> _report;
    private readonly Thread _thread;
    private volatile bool _isClosed;

    /// <summary>Listens at <paramref name="path"/> and answers with what <paramref name="report"/> gives.</summary>
    public StatusSocket(string path, Func<StatusReport> report)
    {
        Path = path;
        _report = report;
        _listener = UnixListener.Bind(path, OwnerOnly, OwnerOnly | UnixFileMode.UserExecute);
        _thread = new Thread(Run) { Name = "status", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        _listener.Dispose();
        _thread.Join(TimeSpan.FromSeconds(2));
        try
        {
            File.Delete(Path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Left over; the next start finds that nobody listens and replaces it.
        }
    }

    private void Run()
    {
        while (!_isClosed)
        {
            try
            {
                using var client = _listener.Accept();
                client.SendTimeout = SendTimeoutMilliseconds;
                Send(client, StatusJson.Write(_report()));
                client.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The client went away, or does not read. One that holds on costs a second, and only its owner can connect.
                if (!_isClosed)
                    Thread.Sleep(10);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static void Send(Socket client, byte[] octets)
    {
        for (var sent = 0; sent < octets.Length;)
            sent += client.Send(octets, sent, octets.Length - sent, SocketFlags.None);
    }
}
