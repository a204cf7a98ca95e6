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

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500), LongestPause = TimeSpan.FromSeconds(5);

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

    /// <summary>Opens the store and begins to write what comes into <paramref name="queue"/>.</summary>
    public StoreWriter(StoreSettings settings, TimeProvider clock, WriteQueue queue, OutboxPositions positions, StoreReports reports)
    {
        (_settings, _clock, _queue, _positions, _reports) = (settings, clock, queue, positions, reports);
        (_connection, _tables, _house) = Open(0);
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
            if (_batch.Count == 0 && !_queue.TryTake(_batch, MostOfBatch, Idle, out var isClosed) && isClosed)
                break;
            if (TryStep())
            {
                pause = TimeSpan.Zero;
                continue;
            }
            pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            _stop.Token.WaitHandle.WaitOne(pause);
        }
        TryStep();
    }

    /// <summary>Writes the batch, or keeps the house when there is none; false when the disk does not take it.</summary>
    private bool TryStep()
    {
        try
        {
            var isIdle = _batch.Count == 0;
            WriteBatch();
            _house.Step(isIdle);
            _queue.IsStalled = false;
            _reports.Over(StoreReports.Full);
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
        var before = _tables.LastFinding;
        try
        {
            StoreFile.Execute(_connection, "BEGIN IMMEDIATE");
            foreach (var work in _batch)
                work.Write(_tables);
            StoreFile.Execute(_connection, "COMMIT");
        }
        catch
        {
            _tables.Undo(before);
            Rollback();
            throw;
        }
        foreach (var (target, newest) in _tables.Newest)
            _positions.Stored(target, newest);
        _tables.ForgetNewest();
        _queue.Done(_batch.Count);
        _batch.Clear();
    }

    private void Rollback()
    {
        try
        {
            StoreFile.Execute(_connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has done so itself: after a full disk the transaction is gone already.
        }
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
            _reports.Began(StoreReports.Full, $"the store cannot be written: {StoreFile.OneLine(failure.Message)}");
        }
        return false;
    }

    private void Stall(string reason)
    {
        _queue.IsStalled = true;
        _reports.Began(StoreReports.Full, $"the store cannot be written: {StoreFile.OneLine(reason)}; findings wait in memory and the oldest evidence is removed");
        _house.MakeRoom();
    }

    private void Replace(SqliteException failure)
    {
        var next = Math.Max(_positions.Highest, 0);
        Close();
        if (File.Exists(_settings.Path))
            StoreFile.SetAside(_settings.Path, failure.Message, _clock, _reports.Say);
        (_connection, _tables, _house) = Open(next);
        Generation++;
        _reports.Happened(StoreReports.Damaged, "the store was damaged while it was in use; it was set aside and a new one is begun");
    }

    private void Close()
    {
        _tables.Dispose();
        _house.Dispose();
        _connection.Dispose();
    }

    private (SqliteConnection Connection, StoreTables Tables, StoreHousekeeping House) Open(long messagesBefore)
    {
        var connection = StoreFile.OpenForWriting(_settings.Path, _settings.CheckTime, _clock, _reports.Say);
        try
        {
            if (messagesBefore > 0)
                StartMessagesAfter(connection, messagesBefore);
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
