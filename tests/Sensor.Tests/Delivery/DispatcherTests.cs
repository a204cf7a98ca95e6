using CsCheck;
using Sensor.Configuration;
using Sensor.Output.Delivery;
using Sensor.Output.Delivery.Dispatch;
using Sensor.Output.Delivery.Transports;
using static Sensor.Tests.Delivery.Deliveries;

namespace Sensor.Tests.Delivery;

/// <summary>The dispatcher over transports that fail in every way at random, and through changes of the configuration.</summary>
public sealed class DispatcherTests
{
    [Fact]
    public void However_a_transport_fails_everything_arrives_and_first_arrivals_are_in_order() =>
        Gen.Int[0, int.MaxValue].Sample(seed => Lossy(seed).GetAwaiter().GetResult(), iter: 30, threads: 2);

    private static async Task Lossy(int seed)
    {
        var transport = new FaultyTransport(seed);
        var outbox = new MemoryOutbox();
        var target = Target() with { RetryFirst = TimeSpan.FromMilliseconds(10), RetryMost = TimeSpan.FromMilliseconds(10) };
        await using var dispatcher = new Dispatcher(outbox, _ => transport);
        await dispatcher.ApplyAsync([target]);
        foreach (var entry in Entries(200))
            outbox.Add(entry);
        await Until(() => dispatcher.Only().Depth == 0, $"all is delivered, seed {seed}");
        Assert.Equal(Entries(200).Select(entry => entry.Body), transport.Arrived.Distinct());
    }

    [Fact]
    public async Task Targets_come_go_and_change_without_loss()
    {
        await using var first = new TcpReceiver();
        await using var second = new TcpReceiver();
        var outbox = new MemoryOutbox();
        await using var dispatcher = new Dispatcher(outbox);
        var (a, b) = (Tcp("a", first.Port), Tcp("b", first.Port));
        await dispatcher.ApplyAsync([a]);
        outbox.Add(Entries(50, "a"));
        outbox.Add(Entries(50, "b"));
        await Until(() => first.Messages.Count == 50, "a has its own");
        Assert.Equal(50, outbox.Backlog("b").Depth);
        await dispatcher.ApplyAsync([a, b]);
        await Until(() => first.Messages.Count == 100, "b has its own too");
        await dispatcher.ApplyAsync([a with { Port = second.Port }]);
        outbox.Add(Entry(51, "a"));
        outbox.Add(Entry(51, "b"));
        await Until(() => outbox.Backlog("a").Depth == 0, "a has gone over");
        Assert.Equal([Entry(51).Body], second.Messages);
        Assert.Equal(1, outbox.Backlog("b").Depth);
        await dispatcher.ApplyAsync([a with { Port = second.Port, Enabled = false }, b]);
        await Until(() => outbox.Backlog("b").Depth == 0, "b is back");
        Assert.Equal(["b"], dispatcher.Status().Select(status => status.Name));
    }

    [Fact]
    public async Task A_target_that_is_not_changed_keeps_its_connection()
    {
        await using var receiver = new TcpReceiver();
        await using var dispatcher = new Dispatcher(new MemoryOutbox());
        await dispatcher.ApplyAsync([Tcp("a", receiver.Port)]);
        await Until(() => receiver.Connections == 1, "it is connected");
        await dispatcher.ApplyAsync([Tcp("a", receiver.Port), Target("other")]);
        await Until(() => dispatcher.Status().Count == 2 && dispatcher.Status()[0].State == TargetState.Connected, "it is still connected");
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task A_refused_message_is_set_aside_and_told_and_the_next_ones_go_on()
    {
        var transport = new FaultyTransport(refused: [Entry(2).Body, Entry(3).Body]);
        var outbox = new MemoryOutbox();
        var told = new List<OperationalEvent>();
        outbox.Add(Entries(5));
        await using var dispatcher = new Dispatcher(outbox, _ => transport) { Happened = told.Add };
        await dispatcher.ApplyAsync([Target()]);
        await Until(() => dispatcher.Only().Depth == 0, "the queue is empty");
        Assert.Equal([Entry(1).Body, Entry(4).Body, Entry(5).Body], transport.Arrived);
        Assert.Equal(2, dispatcher.Only().Refused);
        Assert.Contains("id-2", Assert.Single(told, happened => happened.Id == "message-refused").Summary);
    }

    [Theory]
    [InlineData(0, 0, 500)]
    [InlineData(0, 1, 1000)]
    [InlineData(3, 1, 8000)]
    [InlineData(3, 0, 4000)]
    [InlineData(20, 1, 60_000)]
    [InlineData(10_000, 0, 30_000)]
    public void Waits_double_up_to_a_bound_with_chance_in_their_second_half(int failures, double chance, double milliseconds)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), () => chance);
        for (var i = 0; i < failures; i++)
            backoff.Next();
        Assert.Equal(milliseconds, backoff.Next().TotalMilliseconds);
        Assert.Equal(TimeSpan.FromHours(1), backoff.Next(TimeSpan.FromHours(1)));
        backoff.Reset();
        Assert.Equal(500 + (500 * chance), backoff.Next().TotalMilliseconds);
    }

    [Fact]
    public async Task The_status_tells_depth_and_counts_of_a_target()
    {
        var transport = new FaultyTransport();
        var outbox = new MemoryOutbox();
        var name = "metered-" + Guid.NewGuid().ToString("N")[..8];
        outbox.Add(Entries(7, name));
        await using var dispatcher = new Dispatcher(outbox, _ => transport);
        await dispatcher.ApplyAsync([Target(name)]);
        await Until(() => dispatcher.Only().Depth == 0, "all is delivered");
        var status = dispatcher.Only();
        Assert.Equal((7L, 0L, 0L, TargetState.Connected), (status.Delivered, status.Depth, status.Failures, status.State));
    }

    private static TargetSettings Tcp(string name, int port) => Target(name) with { Protocol = SyslogProtocol.Tcp, Port = port };

    /// <summary>Fails by a seed: at opening, at sending (before or after some arrived), and later, when what was in flight may or may not have arrived.</summary>
    private sealed class FaultyTransport(int? seed = null, string[]? refused = null) : ITransport
    {
        private readonly Random? _random = seed is { } value ? new Random(value) : null;
        private readonly List<string> _inFlight = [];
        private TaskCompletionSource _broken = new();
        private bool _open;

        public List<string> Arrived { get; } = [];

        public int MostAtOnce => refused is null ? 16 : 1;

        public int MostInFlight => 40;

        public TimeSpan Grace => TimeSpan.FromMilliseconds(refused is null ? 2 : 0);

        public long Position => 0;

        public long Acknowledged
        {
            get
            {
                // What is confirmed from here on has really arrived.
                Arrived.AddRange(_inFlight);
                _inFlight.Clear();
                return long.MaxValue;
            }
        }

        public Task Broken => _broken.Task;

        public Task OpenAsync(CancellationToken stop)
        {
            if (Chance(0.3))
                throw new TransportException("refused");
            (_open, _broken) = (true, new TaskCompletionSource());
            _inFlight.Clear();
            return Task.CompletedTask;
        }

        public Task<int> SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken stop)
        {
            ThrowIfBroken();
            var sent = 0;
            foreach (var message in messages)
            {
                if (Chance(0.03))
                {
                    Lose();
                    return sent > 0 && Chance(0.5) ? Task.FromResult(sent) : throw new TransportException("reset");
                }
                if (refused?.Contains(message.Entry.Body) == true)
                    throw new MessageRefusedException("no");
                _inFlight.Add(message.Entry.Body);
                sent++;
            }
            return Task.FromResult(sent);
        }

        public void ThrowIfBroken()
        {
            if (_open && Chance(0.02))
                Lose();
            if (!_open)
                throw new TransportException("broken");
        }

        public Task<bool> FinishAsync(CancellationToken stop) => Task.FromResult(true);

        public void Close() => _open = false;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Some of what is in flight still arrives, from its beginning on, the rest is lost.</summary>
        private void Lose()
        {
            Arrived.AddRange(_inFlight.Take(_random!.Next(_inFlight.Count + 1)));
            _inFlight.Clear();
            _open = false;
            _broken.TrySetResult();
        }

        private bool Chance(double share) => _random?.NextDouble() < share;
    }
}
