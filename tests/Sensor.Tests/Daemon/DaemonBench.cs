using System.Net.Sockets;
using Sensor.Commands;
using Sensor.Store;
using Sensor.Telemetry;
using Sensor.Tests.Delivery;
using Sensor.Tests.Lab;
using Sensor.Tests.Live;

namespace Sensor.Tests.Daemon;

/// <summary>
/// A place where the real daemon is run and maltreated: a network namespace with a cable, frames sent into "va" come out of "vb" where it captures, a
/// receiver of alerts, and a folder with its configuration and store, which outlives it.
/// </summary>
internal sealed class DaemonBench : IDisposable
{
    /// <summary>Much longer than anything takes, on whatever machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<LabProcess> _started = [];
    private FrameSender? _sender;

    /// <summary>A bench whose daemon sends alerts to <paramref name="targets"/> (entries of Alerts:Targets); with none to standard output.</summary>
    public DaemonBench(string targets = "", string more = "")
    {
        Place = new NetworkNamespace("d");
        Place.Ip("link", "add", "va", "type", "veth", "peer", "name", "vb");
        Place.Ip("link", "set", "va", "up");
        Place.Ip("link", "set", "vb", "up");
        Folder = Directory.CreateTempSubdirectory("sensor-daemon-").FullName;
        Configure(targets, more);
    }

    public NetworkNamespace Place { get; }

    public string Folder { get; }

    public string StorePath => PathOf("sensor.db");

    /// <summary>The program that runs the sensor.</summary>
    public static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";

    /// <summary>The sensor.</summary>
    public static string Program => typeof(RunCommand).Assembly.Location;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes the configuration anew; <paramref name="more"/> are further sections.</summary>
    public void Configure(string targets, string more = "") => File.WriteAllText(PathOf("sensor.json"), $$"""
        { "Alerts": { "Targets": [ {{targets}} ] }, {{more}}
          "Capture": { "Interfaces": ["vb"], "RingSize": "4MiB" },
          "Daemon": { "StatusSocket": "{{PathOf("private/status.sock")}}" },
          "Store": { "Path": "{{StorePath}}", "SnapshotInterval": "1s" } }
        """);

    /// <summary>Starts the daemon without waiting for anything.</summary>
    public LabProcess Start(params (string Name, string Value)[] environment)
    {
        var process = Place.Start(DotNet, [Program, "run", "--config", PathOf("sensor.json")], environment);
        _started.Add(process);
        return process;
    }

    /// <summary>Starts the daemon and waits until it captures.</summary>
    public LabProcess StartCapturing(params (string Name, string Value)[] environment)
    {
        var process = Start(environment);
        Until(() => process.HasEnded || Status() is { Phase: DaemonPhase.Running, Interfaces: [{ Statistics.IsUp: true }] }, () => $"it does not capture: {process.Said}");
        Assert.False(process.HasEnded, process.Said);
        return process;
    }

    /// <summary>Runs another command of the sensor in the namespace, to its end.</summary>
    public Manual.Shell Command(params string[] arguments) =>
        Manual.Shell.Run("ip", ["netns", "exec", Place.Name, DotNet, Program, .. arguments], most: Patience);

    /// <summary>How the daemon is; null while none answers.</summary>
    public StatusReport? Status()
    {
        try
        {
            return StatusJson.Read(StatusClient.Ask([PathOf("private/status.sock")]));
        }
        catch (CommandException)
        {
            return null;
        }
    }

    /// <summary>A receiver of syslog over TCP in the namespace.</summary>
    public TcpReceiver Receiver(int port = 0)
    {
        TcpReceiver? receiver = null;
        NetworkNamespace.Inside(Place.Name, () => receiver = new TcpReceiver(port: port));
        return receiver!;
    }

    /// <summary>The entry of Alerts:Targets for a receiver at <paramref name="port"/>.</summary>
    public static string Target(int port) => $$"""
        { "Name": "siem", "Type": "syslog", "Protocol": "tcp", "Host": "127.0.0.1", "Port": {{port}}, "Operational": false,
          "RetryFirst": "100ms", "RetryMost": "500ms" }
        """;

    /// <summary>Plays attack <paramref name="number"/>.</summary>
    public void Attack(int number) => Send(NameAttack.Frames(number));

    /// <summary>Sends frames into the cable.</summary>
    public void Send(IReadOnlyList<byte[]> frames)
    {
        if (_sender is null)
            NetworkNamespace.Inside(Place.Name, () => _sender = new FrameSender("va"));
        foreach (var frame in frames)
            Assert.True(_sender!.Send(frame));
    }

    /// <summary>Unplugs the sender, before the cable is removed.</summary>
    public void StopSending()
    {
        _sender?.Dispose();
        _sender = null;
    }

    /// <summary>One line over HTTP from a Unix socket: the status line, and the body.</summary>
    public static (string Status, string Body) Get(string socketPath, string page)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
        socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        using var stream = new NetworkStream(socket);
        stream.Write(System.Text.Encoding.ASCII.GetBytes($"GET {page} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = reader.ReadToEnd();
        return (answer[..answer.IndexOf("\r\n", StringComparison.Ordinal)], answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    /// <summary>A number out of the store, read beside whoever has it.</summary>
    public long Number(string sql)
    {
        using var connection = StoreFile.OpenForReading(StorePath);
        using var statement = new Statement(connection, sql, 0);
        return statement.Number(-1);
    }

    /// <summary>Waits for <paramref name="holds"/>; fails with what <paramref name="otherwise"/> says when it never does.</summary>
    public static void Until(Func<bool> holds, Func<string> otherwise)
    {
        var until = DateTime.UtcNow + Patience;
        while (!holds())
        {
            if (DateTime.UtcNow > until)
                Assert.Fail(otherwise());
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        _sender?.Dispose();
        _started.ForEach(static process => process.Dispose());
        Place.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
