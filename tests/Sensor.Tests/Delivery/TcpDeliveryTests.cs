using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>Syslog over TCP to receivers that reset, stall, close and come back: nothing is lost, order is kept.</summary>
public sealed class TcpDeliveryTests
{
    private static TargetSettings Tcp(int port) => Target() with { Protocol = SyslogProtocol.Tcp, Port = port };

    private static IEnumerable<string> Bodies(int count) => Entries(count).Select(entry => entry.Body);

    [Theory]
    [InlineData(SyslogFraming.Octets)]
    [InlineData(SyslogFraming.Lf)]
    public async Task Messages_arrive_once_and_in_order(SyslogFraming framing)
    {
        await using var receiver = new TcpReceiver { Lines = framing == SyslogFraming.Lf };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(5000));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port) with { Framing = framing }]);
        Assert.True(await dispatcher.StopAsync(Patience));
        Assert.Equal(Bodies(5000), receiver.Messages);
    }

    [Fact]
    public async Task A_receiver_that_resets_in_the_middle_of_messages_gets_everything()
    {
        // What it had not read when it reset is gone though TCP had acknowledged it.
        await using var receiver = new TcpReceiver
        {
            Script = connection => connection.Number < 8 ? connection.ReadThenResetAsync((1000 * connection.Number) + 7) : connection.ReadAllAsync(),
        };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3000));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port)]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Bodies(3000), receiver.First);
        Assert.True(dispatcher.Only() is { Failures: >= 7, Resent: > 0, Delivered: 3000, LastError: not null });
    }

    [Fact]
    public async Task What_comes_while_the_receiver_is_down_waits_and_both_ends_are_told()
    {
        var port = FreePort();
        var outbox = new MemoryOutbox();
        var told = new ConcurrentQueue<OperationalEvent>();
        await using var dispatcher = new Dispatcher(outbox) { Happened = told.Enqueue };
        await dispatcher.ApplyAsync([Tcp(port)]);
        outbox.Add(Entries(500));
        await Until(() => dispatcher.Only().FailuresInRow >= 5, "it fails");
        Assert.Equal(("target-unreachable", "t", false), Facts(Assert.Single(told)));
        Assert.Contains("connection refused", dispatcher.Only().LastError);
        Assert.Equal(500, dispatcher.Only().Depth);
        Assert.NotNull(dispatcher.Only().Oldest);
        await using var receiver = new TcpReceiver(port: port);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Bodies(500), receiver.Messages);
        Assert.Equal(("target-unreachable", "t", true), Facts(told.Last()));
        Assert.Equal(2, told.Count);

        static (string, string, bool) Facts(OperationalEvent happened) => (happened.Id, happened.Subject, happened.IsOver);
    }

    [Fact]
    public async Task A_receiver_that_takes_nothing_any_more_is_given_up()
    {
        await using var receiver = new TcpReceiver
        {
            Script = connection => connection.Number == 1 ? connection.NeverReadAsync() : connection.ReadAllAsync(),
        };
        var outbox = new MemoryOutbox();
        var entries = Enumerable.Range(1, 40).Select(number => Entry(number, body: number + new string('x', 300_000))).ToList();
        outbox.Add(entries);
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port) with { WriteTimeout = TimeSpan.FromMilliseconds(300) }]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(entries.Select(entry => entry.Body), receiver.Messages);
        Assert.True(dispatcher.Only().Failures >= 1);
    }

    [Fact]
    public async Task A_slow_receiver_is_waited_for_and_delays_no_other()
    {
        await using var slow = new TcpReceiver { Script = connection => connection.ReadSlowlyAsync(16_384, 20) };
        await using var quick = new TcpReceiver();
        var outbox = new MemoryOutbox();
        outbox.Add(Enumerable.Range(1, 20).Select(number => Entry(number, "slow", number + new string('x', 200_000))));
        outbox.Add(Entries(2000, "quick"));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(slow.Port) with { Name = "slow" }, Tcp(quick.Port) with { Name = "quick" }]);
        await Until(() => quick.Messages.Count == 2000, "the quick one has all");
        Assert.True(slow.Messages.Count < 20);
        await Until(() => slow.Messages.Count == 20, "the slow one has all");
        Assert.Equal(0, dispatcher.Status()[0].Failures);
        Assert.Equal(1, slow.Connections);
    }

    [Fact]
    public async Task A_connection_closed_while_idle_is_no_failure_and_loses_nothing()
    {
        await using var receiver = new TcpReceiver
        {
            Script = async connection =>
            {
                using var idle = new CancellationTokenSource(TimeSpan.FromMilliseconds(1500));
                await Task.WhenAny(connection.ReadAllAsync(), Task.Delay(Timeout.Infinite, idle.Token));
            },
        };
        var outbox = new MemoryOutbox();
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port)]);
        for (var number = 1; number <= 3; number++)
        {
            outbox.Add(Entry(number));
            await Until(() => dispatcher.Only().Depth == 0, $"message {number} is delivered");
            await Until(() => dispatcher.Only().State != TargetState.Connected, "the receiver has closed");
        }
        Assert.Equal(Bodies(3), receiver.Messages);
        Assert.Equal((0, 3), (dispatcher.Only().Failures, receiver.Connections));
    }

    [Fact]
    public async Task A_receiver_that_only_ever_accepts_and_closes_never_counts_as_delivered()
    {
        await using var receiver = new TcpReceiver { Script = static connection => connection.ReadThenResetAsync(0) };
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port)]);
        await Until(() => dispatcher.Only().FailuresInRow >= 5, "it fails");
        Assert.Equal((3, 0), (dispatcher.Only().Depth, dispatcher.Only().Delivered));
        receiver.Script = static connection => connection.ReadAllAsync();
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(Bodies(3), receiver.First);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task Receivers_are_reached_by_address_and_by_name(string host)
    {
        await using var receiver = new TcpReceiver(host == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        var outbox = new MemoryOutbox();
        outbox.Add(Entries(3));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(receiver.Port) with { Host = host }]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        Assert.Equal(3, receiver.Messages.Count);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_said_and_asked_for_again()
    {
        var outbox = new MemoryOutbox();
        outbox.Add(Entry(1));
        await using var dispatcher = new Dispatcher(outbox);
        await dispatcher.ApplyAsync([Tcp(514) with { Host = "receiver.invalid", ConnectTimeout = TimeSpan.FromSeconds(2) }]);
        await Until(() => dispatcher.Only().FailuresInRow >= 2, "it fails");
        Assert.StartsWith("tcp://receiver.invalid:514: ", dispatcher.Only().LastError, StringComparison.Ordinal);
        Assert.Equal(1, dispatcher.Only().Depth);
    }

    [Fact]
    public async Task After_a_restart_only_what_had_not_arrived_is_sent_again()
    {
        await using var receiver = new TcpReceiver();
        var outbox = new MemoryOutbox();
        await using (var first = new Dispatcher(outbox))
        {
            await first.ApplyAsync([Tcp(receiver.Port)]);
            outbox.Add(Entries(100));
            await Until(() => receiver.Messages.Count == 100, "the first are read");
            await first.StopAsync(Patience);
        }
        outbox.Add(Entry(101));
        await using var second = new Dispatcher(outbox);
        await second.ApplyAsync([Tcp(receiver.Port)]);
        await Until(() => second.Only().Depth == 0, "the last is delivered");
        Assert.Equal(Bodies(101), receiver.Messages);
    }

    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
