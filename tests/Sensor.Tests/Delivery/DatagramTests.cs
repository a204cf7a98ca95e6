using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Tests.Commands;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>One message a datagram: UDP, the local logger, the journal.</summary>
public sealed class DatagramTests : TemporaryFolder
{
    private static Socket UdpReceiver(IPAddress address, int port = 0)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20, ReceiveTimeout = 60_000 };
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var octets = new byte[128 * 1024];
        return Encoding.UTF8.GetString(octets, 0, socket.Receive(octets));
    }

    private static TargetSettings Udp(Socket receiver) => Target() with { Port = ((IPEndPoint)receiver.LocalEndPoint!).Port };

    private Socket LocalReceiver(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Bind(new UnixDomainSocketEndPoint(PathOf(name)));
        return socket;
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_message_is_a_datagram_without_framing(string address)
    {
        using var receiver = UdpReceiver(IPAddress.Parse(address));
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(200));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Udp(receiver) with { Host = address }]);
        foreach (var entry in Entries(200))
            Assert.Equal(entry.Body, Receive(receiver));
        await Until(() => dispatcher.Only().Depth == 0, "all counts as delivered");
    }

    [Fact]
    public async Task A_machine_without_a_receiver_says_so_and_gets_everything_later()
    {
        var port = TcpDeliveryTests.FreePort();
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(5));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Target() with { Port = port }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 3, "it fails");
        Assert.Contains("connection refused", dispatcher.Only().LastError);
        Assert.Equal(5, dispatcher.Only().Depth);
        using var receiver = UdpReceiver(IPAddress.Loopback, port);
        await Until(() => dispatcher.Only().Depth == 0, "all is sent");
        var first = new HashSet<string>();
        while (first.Count < 5)
            first.Add(Receive(receiver));
        Assert.Equal(Entries(5).Select(entry => entry.Body), first.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_largest_message_there_may_be_fits_a_datagram()
    {
        using var receiver = UdpReceiver(IPAddress.Loopback);
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1, body: new string('x', 65_000)), Entry(2, body: new string('y', 70_000)), Entry(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Udp(receiver)]);
        Assert.Equal(65_000, Receive(receiver).Length);
        // One that no datagram can hold is set aside; it must not stop the rest for ever.
        var next = Receive(receiver);
        while (next.StartsWith('x'))
            next = Receive(receiver);
        Assert.Equal(Entry(3).Body, next);
        await Until(() => dispatcher.Only().Depth == 0, "the queue is empty");
        Assert.Equal(1, dispatcher.Only().Refused);
    }

    [Fact]
    public async Task The_local_logger_may_come_and_go()
    {
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Target() with { Protocol = SyslogProtocol.Local, Host = "", Path = PathOf("log") }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "there is none");
        using (var first = LocalReceiver("log"))
        {
            foreach (var entry in Entries(3))
                Assert.Equal(entry.Body, Receive(first));
        }
        File.Delete(PathOf("log"));
        await Until(() => dispatcher.Only().Depth == 0, "the first are delivered");
        outbox.Add(Entry(4));
        await Until(() => dispatcher.Only().FailuresInRow >= 1, "it is gone");
        using var second = LocalReceiver("log");
        Assert.Equal(Entry(4).Body, Receive(second));
    }

    [Fact]
    public async Task A_logger_that_takes_nothing_fills_up_and_is_waited_for()
    {
        using var receiver = LocalReceiver("log");
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(2000));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Target() with { Protocol = SyslogProtocol.Local, Host = "", Path = PathOf("log") }]);
        foreach (var entry in Entries(2000))
            Assert.Equal(entry.Body, Receive(receiver));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a\nb\n")]
    [InlineData("x\nPRIORITY=0\n_PID=1")]
    [InlineData("\u00e9\u4e2d\U0001F600")]
    [InlineData("")]
    public async Task The_journal_gets_fields_that_no_name_can_forge(string name)
    {
        using var receiver = LocalReceiver("journal");
        var target = Target() with { Type = TargetType.Journald, Host = "", Path = PathOf("journal"), MaxSize = 2048 };
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1, body: Told.Message(target, "summary of " + name, name)));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([target]);
        var octets = new byte[128 * 1024];
        var fields = JournalFields(octets.AsSpan(0, receiver.Receive(octets)).ToArray());
        Assert.Equal(("3", "sensor", "llmnr-wpad-answer"), (fields["PRIORITY"], fields["SYSLOG_IDENTIFIER"], fields["SENSOR_DETECTOR"]));
        Assert.Equal(("high", "likely", "192.168.1.66"), (fields["SENSOR_SEVERITY"], fields["SENSOR_CONFIDENCE"], fields["SENSOR_SUSPECT"]));
        Assert.StartsWith("HIGH llmnr-wpad-answer: summary of ", fields["MESSAGE"], StringComparison.Ordinal);
        Assert.All(fields.Keys, static key => Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", key));
        Assert.Equal(name.Length == 0 ? null : name, fields.GetValueOrDefault("SENSOR_SUSPECT_NAME"));
    }

    /// <summary>Reads the native protocol as systemd's documentation describes it.</summary>
    private static Dictionary<string, string> JournalFields(byte[] octets)
    {
        var fields = new Dictionary<string, string>();
        for (var at = 0; at < octets.Length;)
        {
            var end = Array.IndexOf(octets, (byte)'\n', at);
            Assert.True(end > at, "a field without an end");
            var equals = Array.IndexOf(octets, (byte)'=', at, end - at);
            var name = Encoding.ASCII.GetString(octets, at, (equals < 0 ? end : equals) - at);
            var (start, length) = equals < 0
                ? (end + 1 + 8, (int)BinaryPrimitives.ReadUInt64LittleEndian(octets.AsSpan(end + 1)))
                : (equals + 1, end - equals - 1);
            Assert.True(fields.TryAdd(name, Encoding.UTF8.GetString(octets, start, length)), name);
            Assert.Equal((byte)'\n', octets[start + length]);
            at = start + length + 1;
        }
        return fields;
    }
}
