using System.Net.Sockets;
using Sensor.Commands;
using Sensor.Configuration;

namespace Sensor.Telemetry;

/// <summary>Binds a Unix socket with chosen rights, without ever taking one away from a process that still listens.</summary>
internal static class UnixListener
{
    private const int Backlog = 16;

    /// <summary>
    /// Listens at <paramref name="path"/>. A missing directory is made with <paramref name="directoryMode"/>; a socket that nobody listens on
    /// any more is replaced. Throws <see cref="CommandException"/> when it cannot be.
    /// </summary>
    public static Socket Bind(string path, UnixFileMode mode, UnixFileMode directoryMode)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } directory && !Directory.Exists(directory))
                MakeDirectory(directory, directoryMode);
            RemoveStale(path);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(path));
                // Nobody can connect before listen(2), so the rights are right from the first connection on.
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, mode);
                socket.Listen(Backlog);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot listen on {path}: {Reason(failure)}");
        }
    }

    /// <summary>Whether somebody listens at <paramref name="path"/>.</summary>
    public static bool IsAlive(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void MakeDirectory(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, mode);
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;
        if (CanBeOpened(path))
            throw new IOException("there is a file of that name");
        if (IsAlive(path))
            throw new IOException("another process listens there");
        File.Delete(path);
    }

    /// <summary>open(2) refuses sockets and nothing else (ENXIO).</summary>
    private static bool CanBeOpened(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Reason(Exception failure) => failure is SocketException socket
        ? socket.SocketErrorCode == SocketError.AccessDenied ? "permission denied" : socket.Message
        : FileFailure.Reason(failure);
}
