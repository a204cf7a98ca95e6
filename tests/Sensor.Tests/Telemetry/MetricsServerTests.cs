using System.Net;
using System.Net.Sockets;
using System.Text;
using Sensor.Commands;
using Sensor.Configuration;
using Sensor.Telemetry;
using Sensor.Tests.Commands;

namespace Sensor.Tests.Telemetry;

public sealed class MetricsServerTests : TemporaryFolder
{
    private IReadOnlyList<string> _problems = [];
    private bool _isReady = true;

    [Fact]
    public async Task It_serves_metrics_health_and_readiness_over_tcp()
    {
        using var server = Serve("127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var metrics = await client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        Assert.Equal("a 1\n", await metrics.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/readyz")).StatusCode);
        _problems = ["worker 1 makes no progress"];
        _isReady = false;
        using var health = await client.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("worker 1 makes no progress\n", await health.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/etc/passwd")).StatusCode);
    }

    [Fact]
    public async Task It_serves_over_a_unix_socket_that_others_cannot_use()
    {
        var path = PathOf("metrics.sock");
        using (Serve($"unix:{path}"))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await AskAsync(path, "GET /metrics HTTP/1.1\r\nHost: anything\r\n\r\n"), StringComparison.Ordinal);
            Assert.Throws<CommandException>(() => Serve($"unix:{path}"));
        }
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_socket_that_a_killed_daemon_left_is_replaced()
    {
        var path = PathOf("metrics.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            left.Bind(new UnixDomainSocketEndPoint(path));
        // .NET removes the file of a socket it bound; a killed process does not.
        if (!File.Exists(path))
            MakeStale(path);
        using var server = Serve($"unix:{path}");
        Assert.True(UnixListener.IsAlive(path));
    }

    [Fact]
    public void A_file_of_that_name_is_not_touched()
    {
        var path = Write("metrics.sock", "mine");
        var refused = Assert.Throws<CommandException>(() => Serve($"unix:{path}"));
        Assert.Contains("there is a file of that name", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(path));
    }

    public static TheoryData<string, string> Requests => new()
    {
        { "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9117\r\n\r\n", "200 OK" },
        { "GET /metrics HTTP/1.0\r\n\r\n", "200 OK" },
        { "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", "200 OK" },
        { "GET /metrics HTTP/1.1\r\nHost: [::1]:9117\r\n\r\n", "200 OK" },
        { "GET /metrics HTTP/1.1\r\nHost: evil.example.net\r\n\r\n", "421 Misdirected Request" },
        { "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1.evil.example.net\r\n\r\n", "421 Misdirected Request" },
        { "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", "405 Method Not Allowed" },
        { "GET /%2e%2e/secret HTTP/1.1\r\n\r\n", "404 Not Found" },
        { "GET\r\n\r\n", "400 Bad Request" },
        { "GET /metrics HTTP/9.9\r\n\r\n", "400 Bad Request" },
        { "\0\u0001\u0002\r\n\r\n", "400 Bad Request" },
        { "GET /" + new string('a', 10_000) + " HTTP/1.1\r\n\r\n", "431 Request Header Fields Too Large" },
        { "GET /metrics HTTP/1.1\r\nX: \r\n\t folded\r\n\r\n", "200 OK" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Whatever_a_client_sends_it_gets_one_answer(string request, string status)
    {
        using var server = Serve("127.0.0.1:0");
        using var socket = Connect(server);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", await ReadAllAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_hold_on_are_dropped_and_others_served_after_them()
    {
        using var server = Serve("127.0.0.1:0");
        var holding = new List<Socket>();
        // More than it serves at a time, all silent or trickling.
        for (var i = 0; i < 40; i++)
        {
            var socket = Connect(server);
            if (i % 2 == 0)
                await socket.SendAsync("GET /metr"u8.ToArray());
            holding.Add(socket);
        }
        using var client = Connect(server);
        await client.SendAsync("GET /metrics HTTP/1.0\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 OK", await ReadAllAsync(client), StringComparison.Ordinal);
        Assert.True(server.Aborted > 0);
        holding.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Every_cut_of_a_request_is_survived()
    {
        using var server = Serve("127.0.0.1:0");
        var request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();
        for (var length = 0; length < request.Length; length++)
        {
            using var socket = Connect(server);
            await socket.SendAsync(request.AsMemory(0, length));
            socket.LingerState = new LingerOption(true, 0);
        }
        using var client = Connect(server);
        await client.SendAsync(request);
        Assert.StartsWith("HTTP/1.1 200 OK", await ReadAllAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:9117")]
    [InlineData("192.168.1.1:9117")]
    [InlineData("[::]:9117")]
    [InlineData("127.0.0.1")]
    [InlineData("::1:9117")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:")]
    [InlineData("9117")]
    [InlineData("*:9117")]
    public void Nothing_but_this_machine_can_be_served(string listen)
    {
        var run = Invocation.Of("check", "--set", $"Telemetry:Listen={listen}");
        Assert.Equal(2, run.Status);
        Assert.StartsWith("sensor: --set: Telemetry:Listen: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:9117")]
    [InlineData("127.1.2.3:9117")]
    [InlineData("[::1]:9117")]
    [InlineData("localhost:9117")]
    [InlineData("unix:/run/sensor/metrics.sock")]
    [InlineData("")]
    public void This_machine_can(string listen) => Assert.Equal(0, Invocation.Of("check", "--set", $"Telemetry:Listen={listen}").Status);

    private static void MakeStale(string path)
    {
        using var bash = System.Diagnostics.Process.Start("python3", ["-c", $"import socket; socket.socket(socket.AF_UNIX).bind({System.Text.Json.JsonSerializer.Serialize(path)})"]);
        bash.WaitForExit();
        Assert.True(File.Exists(path));
    }

    private static async Task<string> AskAsync(string path, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return await ReadAllAsync(socket);
    }

    private static Socket Connect(MetricsServer server)
    {
        var at = new Uri(server.Address);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, at.Port);
        return socket;
    }

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer) is var got and > 0)
            all.Write(buffer, 0, got);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private MetricsServer Serve(string listen) =>
        new(new TelemetrySettings { Listen = listen }, new MetricsPages(static () => "a 1\n", () => _problems, () => _isReady));
}
