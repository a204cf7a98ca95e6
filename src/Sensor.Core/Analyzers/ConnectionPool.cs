using Sensor.Core.Flows;
using Sensor.Core.Frames;

namespace Sensor.Core.Analyzers;

/// <summary>The watched connections of a shard, in the order they were made, and the spare ones.</summary>
internal sealed class ConnectionPool
{
    private readonly List<Connection> _all = [];
    private readonly Stack<Connection> _spare = new();
    private readonly StreamChunkPool _chunks;
    private readonly StreamRecognizer _recognizer;
    private readonly int _capacity;

    /// <summary>A pool within <paramref name="limits"/>.</summary>
    public ConnectionPool(FlowLimits limits, WireCounters counters)
    {
        var memory = new StreamMemory(limits.StreamOctets);
        _chunks = new StreamChunkPool(memory, counters);
        _recognizer = new StreamRecognizer(memory);
        _capacity = limits.Connections;
    }

    /// <summary>The connection made first, and through it all others.</summary>
    public Connection? Oldest { get; private set; }

    /// <summary>Whether one must be returned before another can be taken.</summary>
    public bool IsFull => _spare.Count == 0 && _all.Count == _capacity;

    private Connection? Newest { get; set; }

    /// <summary>The connection with <paramref name="number"/>.</summary>
    public Connection this[int number] => _all[number];

    /// <summary>A connection, as the newest.</summary>
    public Connection Take()
    {
        if (!_spare.TryPop(out var connection))
        {
            connection = new Connection(_chunks, _recognizer, _all.Count);
            _all.Add(connection);
        }
        connection.Older = Newest;
        if (Newest is null)
            Oldest = connection;
        else
            Newest.Newer = connection;
        Newest = connection;
        return connection;
    }

    /// <summary>Takes a closed connection back.</summary>
    public void Return(Connection connection)
    {
        if (connection.Older is null)
            Oldest = connection.Newer;
        else
            connection.Older.Newer = connection.Newer;
        if (connection.Newer is null)
            Newest = connection.Older;
        else
            connection.Newer.Older = connection.Older;
        connection.Older = connection.Newer = null;
        _spare.Push(connection);
    }
}
