using System.Net.Sockets;
using System.Text.Json;
using Sensor.Commands;
using Sensor.Telemetry;

namespace Sensor.Tests.Lab;

/// <summary>
/// `sensor run --config FILE` as a process of its own, on the mirror port of a scene, with a store, an EVE file and a real receiver
/// by UDP, TCP and TLS.
/// </summary>
internal sealed class LabDaemon : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60), StopPatience = TimeSpan.FromSeconds(30);
    private readonly string _folder;
    private readonly LabProcess _process;

    /// <summary>
    /// Starts it on the interface <paramref name="port"/> of <paramref name="place"/>; it calls itself <paramref name="name"/> in what it sends.
    /// </summary>
    public LabDaemon(string name, NetworkNamespace place, string port, SyslogReceivers receivers, string folder)
    {
        _folder = folder;
        File.WriteAllText(PathOf("sensor.json"), Configuration(name, port, receivers));
        _process = place.Start(DotNet, [typeof(RunCommand).Assembly.Location, "run", "--config", PathOf("sensor.json")]);
    }

    /// <summary>What it wrote to its log.</summary>
    public string Log => _process.Said;

    /// <summary>Detector ids of the alerts in its EVE file.</summary>
    public List<string> EveDetectors() => !File.Exists(PathOf("eve.json")) ? [] :
    [
        .. File.ReadAllLines(PathOf("eve.json")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event_type").GetString() == "alert")
            .Select(line => line.GetProperty("sensor").GetProperty("detector").GetString()!),
    ];

    /// <summary>Waits until it says by /readyz that it captures.</summary>
    public void WaitUntilReady()
    {
        var patience = DateTime.UtcNow + StartPatience;
        while (!IsReady())
        {
            Assert.False(_process.HasEnded, $"the daemon ended: {Log}");
            Assert.True(DateTime.UtcNow < patience, $"the daemon is not ready: {Log}");
            Thread.Sleep(50);
        }
    }

    /// <summary>What `sensor status` shows.</summary>
    public StatusReport Status() => StatusJson.Read(StatusClient.Ask([PathOf("status.sock")]))!;

    /// <summary>SIGTERM; it must end in time with status 0, without a stalled or failed part.</summary>
    public void Stop()
    {
        Assert.False(_process.HasEnded, $"the daemon ended by itself: {Log}");
        Assert.True(_process.Stop(StopPatience), $"the daemon does not stop: {Log}");
        Assert.True(_process.ExitCode == ExitCode.Finished, $"the daemon ended with status {_process.ExitCode}: {Log}");
        Assert.DoesNotContain("unhandled", Log, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _process.Dispose();

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    private bool IsReady()
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
            socket.Connect(new UnixDomainSocketEndPoint(PathOf("metrics.sock")));
            using var stream = new NetworkStream(socket);
            stream.Write("GET /readyz HTTP/1.1\r\nHost: sensor\r\nConnection: close\r\n\r\n"u8);
            using var reader = new StreamReader(stream);
            return reader.ReadLine()?.Contains(" 200 ", StringComparison.Ordinal) == true;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }

    private string Configuration(string name, string port, SyslogReceivers receivers)
    {
        var address = SyslogReceivers.Address;
        return $$"""
            {
              "Alerts": { "Observer": "{{name}}", "Targets": [
                { "Name": "udp", "Type": "syslog", "Protocol": "udp", "Host": "{{address}}", "HostName": "{{name}}" },
                { "Name": "tcp", "Type": "syslog", "Protocol": "tcp", "Host": "{{address}}", "HostName": "{{name}}", "Format": "ecs" },
                { "Name": "tls", "Type": "syslog", "Protocol": "tls", "Host": "{{address}}", "HostName": "{{name}}", "Format": "eve",
                  "CaFile": "{{receivers.CaFile}}", "ServerName": "{{SyslogReceivers.ServerName}}" },
                { "Name": "eve", "Type": "file", "Path": "{{PathOf("eve.json")}}" } ] },
              "Capture": { "Interfaces": ["{{port}}"], "RingSize": "16MiB" },
              "Daemon": { "StatusSocket": "{{PathOf("status.sock")}}" },
              "Telemetry": { "Listen": "unix:{{PathOf("metrics.sock")}}" },
              "Store": { "Path": "{{PathOf("sensor.db")}}" }
            }
            """;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
