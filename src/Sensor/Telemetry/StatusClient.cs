using System.Net.Sockets;
using Sensor.Commands;

namespace Sensor.Telemetry;

/// <summary>Asks a running daemon how it is.</summary>
internal static class StatusClient
{
    private const int MostOctets = 8 * 1024 * 1024, TimeoutMilliseconds = 5000;

    /// <summary>The report as JSON. Throws <see cref="CommandException"/> when no daemon answers at any of <paramref name="paths"/>.</summary>
    public static byte[] Ask(IReadOnlyList<string> paths)
    {
        CommandException? denied = null;
        foreach (var path in paths)
        {
            try
            {
                return Read(path);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AccessDenied)
            {
                denied ??= new CommandException(ExitCode.Failed, $"{path}: permission denied", "Ask as root or as the user the daemon runs as.");
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.TimedOut)
            {
                throw new CommandException(ExitCode.Failed, $"the daemon at {path} does not answer");
            }
            catch (SocketException)
            {
                // Nobody there: the next place.
            }
        }
        throw denied ?? new CommandException(
            ExitCode.Failed, "no daemon is running", $"Looked for {string.Join(", ", paths)}. Start one with: sensor run -i INTERFACE");
    }

    private static byte[] Read(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = TimeoutMilliseconds,
            SendTimeout = TimeoutMilliseconds,
        };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (socket.Receive(buffer) is var got and > 0)
        {
            answer.Write(buffer, 0, got);
            if (answer.Length > MostOctets)
                throw new CommandException(ExitCode.Failed, $"what answers at {path} is no sensor");
        }
        return answer.ToArray();
    }
}
