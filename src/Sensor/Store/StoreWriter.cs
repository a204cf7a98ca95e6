using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>
/// The one thread that writes. What waits is written in batches, one transaction each; what cannot be written stays in memory and is tried
/// again. While nothing waits it keeps the house: positions of targets, retention, vacuum.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Work of one transaction: enough to share a sync among a flood, few enough that the log stays small.</summary>
    private const int MostOfBatch = 512;

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(2);

    private readonly StoreSettings _settings;
    private readonly TimeProvider _clock;
    private readonly WriteQueue _queue;
    private readonly OutboxPositions _positions;
    private readonly StoreReports _reports;
    private readonly List<StoreWork> _batch = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private SqliteConnection _connection;
    private StoreTables _tables;
    private StoreHousekeeping _house;
    private long? _troubledAt;
    private long _keptHouseAt;
    private bool _hasMore, _isReplacedForBatch;

    /// <summary>Opens the store and begins to write what comes into <paramref name="queue"/>.</summary>
    public StoreWriter(StoreSettings settings, TimeProvider clock, WriteQueue queue, OutboxPositions positions, StoreReports reports)
    {
        (_settings, _clock, _queue, _positions, _reports) = (settings, clock, queue, positions, reports);
        (_connection, _tables, _house) = Open();
        _thread = new Thread(Run) { Name = "store", IsBackground = true };
    }

    /// <summary>How often the file was replaced by a new one; readers open it again then.</summary>
    public int Generation { get; private set; }

    /// <summary>Begins to write.</summary>
    public void Start() => _thread.Start();

    /// <summary>Writes what is queued, for at most as long as given, and closes the store.</summary>
    public void Stop(TimeSpan most)
    {
        _queue.Close();
        _queue.Flush(most);
        _stop.Cancel();
        if (_thread.IsAlive)
            _thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tables.Dispose();
        _house.Dispose();
        _connection.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var pause = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested)
        {
            var wait = _hasMore ? TimeSpan.Zero : Idle;
            if (_batch.Count == 0 && !_queue.TryTake(_batch, MostOfBatch, wait, out var isClosed) && isClosed)
                break;
            if (TryStep())
            {
                pause = TimeSpan.Zero;
                continue;
            }
            pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            _stop.Token.WaitHandle.WaitOne(pause);
        }
        _hasMore = true;
        TryStep();
    }

    /// <summary>Writes the batch, then keeps the house; false when the disk does not take it.</summary>
    private bool TryStep()
    {
        try
        {
            WriteBatch();
            // Not for every batch of a flood: each round costs a sync or two.
            if (_hasMore || _clock.GetElapsedTime(_keptHouseAt) >= Idle)
            {
                _hasMore = _house.Step();
                _keptHouseAt = _clock.GetTimestamp();
            }
            _queue.IsStalled = false;
            if (_troubledAt is { } troubled && _clock.GetElapsedTime(troubled) >= _settings.Calm && _house.HasRoom)
            {
                _troubledAt = null;
                _reports.Over(StoreReports.Full);
            }
            return true;
        }
        catch (SqliteException failure) when (StoreFile.IsDamage(failure))
        {
            return Recover(() => Replace(failure));
        }
        catch (SqliteException failure)
        {
            return Recover(() => Stall(failure.Message));
        }
        catch (IOException failure)
        {
            return Recover(() => Stall(failure.Message));
        }
    }

    private void WriteBatch()
    {
        if (_batch.Count == 0)
            return;
        if (_batch.Exists(static work => work.EvidenceOctets > 0) && !_house.HasRoomForEvidence())
            _queue.GiveUpEvidence(_batch.Sum(static work => work.GiveUpEvidence()));
        var before = _tables.LastFinding;
        try
        {
            StoreTransaction.Run(_connection, () =>
            {
                foreach (var work in _batch)
                    work.Write(_tables);
                return true;
            });
        }
        catch
        {
            _tables.Undo(before);
            throw;
        }
        foreach (var (target, newest) in _tables.Newest)
            _positions.Stored(target, newest);
        _tables.ForgetNewest();
        _queue.Done(_batch.Count);
        _batch.Clear();
        _isReplacedForBatch = false;
    }

    /// <summary>What mends a trouble may meet the same trouble; then it is tried again later.</summary>
    private bool Recover(Action mend)
    {
        try
        {
            mend();
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            _queue.IsStalled = true;
            _troubledAt = _clock.GetTimestamp();
            _reports.Began(StoreReports.Full, $"the store cannot be written: {StoreFile.OneLine(failure.Message)}");
        }
        return false;
    }

    private void Stall(string reason)
    {
        _troubledAt = _clock.GetTimestamp();
        _queue.IsStalled = true;
        _reports.Began(StoreReports.Full, $"the store cannot be written: {StoreFile.OneLine(reason)}; findings wait in memory and the oldest evidence is removed");
        _house.MakeRoom();
    }

    private void Replace(SqliteException failure)
    {
        if (_isReplacedForBatch)
        {
            // Not the file but what is written is at fault; it must not keep everything else from being stored.
            _reports.Say($"{_settings.Path}: {_batch.Count} things cannot be stored ({StoreFile.OneLine(failure.Message)}) and are given up");
            _queue.GiveUp(_batch.Count);
            _batch.Clear();
            _isReplacedForBatch = false;
            return;
        }
        _isReplacedForBatch = _batch.Count > 0;
        var next = _positions.Highest;
        Close();
        var aside = File.Exists(_settings.Path) ? StoreFile.SetAside(_settings.Path, failure.Message, _clock, _reports.Say) : null;
        (_connection, _tables, _house) = OpenOnce(next, aside);
        Generation++;
        _reports.Happened(StoreReports.Damaged, "the store was damaged while it was in use; it was set aside and a new one is begun");
    }

    private void Close()
    {
        _tables.Dispose();
        _house.Dispose();
        _connection.Dispose();
    }

    private (SqliteConnection Connection, StoreTables Tables, StoreHousekeeping House) Open()
    {
        try
        {
            return OpenOnce(0, null);
        }
        catch (Exception failure) when (failure is SqliteException { } error && StoreFile.IsDamage(error) || failure is InvalidCastException or InvalidOperationException)
        {
            // The look at the file does not compare tables with their indices: the first reading may meet what it passed over.
            return OpenOnce(0, StoreFile.SetAside(_settings.Path, failure.Message, _clock, _reports.Say));
        }
    }

    private (SqliteConnection Connection, StoreTables Tables, StoreHousekeeping House) OpenOnce(long messagesBefore, string? aside)
    {
        var connection = StoreFile.OpenForWriting(_settings.Path, _settings.CheckTime, _clock, _reports.Say, out var damaged);
        try
        {
            if (messagesBefore > 0)
                StartMessagesAfter(connection, messagesBefore);
            if ((aside ?? damaged) is { } old)
                StoreSalvage.Take(old, connection, _reports.Say);
            var tables = new StoreTables(connection, _clock);
            var house = new StoreHousekeeping(connection, tables, _settings, _clock, _positions, _reports);
            _positions.Begin(house.Positions());
            return (connection, tables, house);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Numbers of messages are never used twice in a run: whoever delivers holds on to them.</summary>
    private static void StartMessagesAfter(SqliteConnection connection, long sequence)
    {
        using var statement = new Statement(connection, "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', $0)", 1);
        statement.Run(sequence);
    }
}
