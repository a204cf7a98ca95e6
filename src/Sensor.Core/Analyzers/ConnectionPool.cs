using Sensor.Core.Flows;
using Sensor.Core.Frames;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The watched connections of a shard, in the order they were made, and the spare ones. Their order and when they were seen last lie together here
/// and not in them: a look for idle ones, every few seconds, then waits for the memory of none that stays.
/// </summary>
internal sealed class ConnectionPool
{
    /// <summary>No connection.</summary>
    public const int None = -1;

    private const long Second = 1_000_000_000, Idle = 120 * Second, IdleAfterClose = 10 * Second;

    private readonly List<Connection> _all = [];
    private readonly Stack<Connection> _spare = new();
    private readonly StreamChunkPool _chunks;
    private readonly StreamRecognizer _recognizer;
    private readonly Seat[] _seats;

    /// <summary>A bit for each connection: octets passed by its flow's entry alone since it was last looked at.</summary>
    private readonly ulong[] _hasPassed;

    /// <summary>A pool within <paramref name="limits"/>.</summary>
    public ConnectionPool(FlowLimits limits, WireCounters counters)
    {
        var memory = new StreamMemory(limits.StreamOctets);
        _chunks = new StreamChunkPool(memory, counters);
        _recognizer = new StreamRecognizer(memory);
        _seats = new Seat[limits.Connections];
        _hasPassed = new ulong[(limits.Connections + 63) / 64];
    }

    /// <summary>Number of the connection made first, and through <see cref="Newer"/> of all others.</summary>
    public int Oldest { get; private set; } = None;

    /// <summary>Whether one must be returned before another can be taken.</summary>
    public bool IsFull => _spare.Count == 0 && _all.Count == _seats.Length;

    private int Newest { get; set; } = None;

    /// <summary>The connection with <paramref name="number"/>.</summary>
    public Connection this[int number] => _all[number];

    /// <summary>The connection made after <paramref name="number"/>.</summary>
    public int Newer(int number) => _seats[number].Newer;

    /// <summary>Packet time when <paramref name="number"/> was seen last, nanoseconds.</summary>
    public long LastSeenNs(int number) => _seats[number].LastSeenNs;

    /// <summary>A connection, as the newest, seen at <paramref name="now"/>.</summary>
    public Connection Take(long now)
    {
        if (!_spare.TryPop(out var connection))
        {
            connection = new Connection(_chunks, _recognizer, _all.Count);
            _all.Add(connection);
        }
        var number = connection.Number;
        _seats[number] = new Seat { LastSeenNs = now, Older = Newest, Newer = None };
        _hasPassed[number >> 6] &= ~(1UL << number);
        if (Newest == None)
            Oldest = number;
        else
            _seats[Newest].Newer = number;
        Newest = number;
        return connection;
    }

    /// <summary>Takes a closed connection back.</summary>
    public void Return(Connection connection)
    {
        ref readonly var seat = ref _seats[connection.Number];
        if (seat.Older == None)
            Oldest = seat.Newer;
        else
            _seats[seat.Older].Newer = seat.Newer;
        if (seat.Newer == None)
            Newest = seat.Older;
        else
            _seats[seat.Newer].Older = seat.Older;
        _spare.Push(connection);
    }

    /// <summary>A packet of <paramref name="connection"/> was seen at <paramref name="now"/>.</summary>
    public void See(Connection connection, long now)
    {
        ref var seat = ref _seats[connection.Number];
        seat.LastSeenNs = now;
        seat.IsClosing = connection.IsClosing;
    }

    /// <summary>Octets of <paramref name="number"/> were passed over; when, <see cref="CatchUp"/> says.</summary>
    public void Pass(int number) => _hasPassed[number >> 6] |= 1UL << number;

    /// <summary>If octets of <paramref name="number"/> were passed over, it was seen at <paramref name="now"/>.</summary>
    public void CatchUp(int number, long now)
    {
        ref var bits = ref _hasPassed[number >> 6];
        if (((bits >> number) & 1) == 0)
            return;
        bits &= ~(1UL << number);
        _seats[number].LastSeenNs = now;
    }

    /// <summary>Whether nothing of <paramref name="number"/> has come for so long that nothing will.</summary>
    public bool IsIdle(int number, long now)
    {
        CatchUp(number, now);
        ref readonly var seat = ref _seats[number];
        return now - seat.LastSeenNs > (seat.IsClosing ? IdleAfterClose : Idle);
    }

    private struct Seat
    {
        public long LastSeenNs;
        public int Older, Newer;

        /// <summary>Whether a side said it will send no more.</summary>
        public bool IsClosing;
    }
}
