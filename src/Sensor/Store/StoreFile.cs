using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sensor.Store;

/// <summary>
/// Opens the store's file: refuses one of a newer program, sets a damaged one aside, brings an older one up to date. WAL with synchronous=FULL:
/// a committed transaction survives the end of the process (kill -9) and of the machine (power): the log is synced before commit returns.
/// Transactions are batched, so a flood of findings costs one sync a batch.
/// </summary>
internal static class StoreFile
{
    /// <summary>Damaged stores that are kept for a look; older ones are removed, or a broken disk would fill.</summary>
    public const int MostSetAside = 3;

    // A version beyond all there will ever be is damage, not the future.
    private const int MostLikelyVersion = 1000;

    private const int BusyMilliseconds = 5_000, InstructionsBetweenLooks = 10_000;
    private static readonly string[] Companions = ["", "-wal", "-shm"];

    /// <summary>
    /// The connection of the writer. Throws <see cref="StoreException"/> when the file cannot be used and must not be replaced. A damaged
    /// store is set aside and <paramref name="say"/> told so in one line; <paramref name="aside"/> is then its new name.
    /// </summary>
    public static SqliteConnection OpenForWriting(string path, TimeSpan checkTime, TimeProvider clock, Action<string> say, out string? aside)
    {
        aside = null;
        for (var attempt = 0; ; attempt++)
        {
            var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
            try
            {
                Prepare(connection, checkTime, say, path);
                return connection;
            }
            catch (SqliteException failure) when (IsDamage(failure) && attempt == 0)
            {
                connection.Dispose();
                aside = SetAside(path, failure.Message, clock, say);
            }
            catch (SqliteException failure)
            {
                connection.Dispose();
                throw new StoreException($"{path}: the store cannot be opened: {OneLine(failure.Message)}", failure);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    /// <summary>A connection that only reads, beside the writer of this or another process. Throws as <see cref="OpenForWriting"/> does.</summary>
    public static SqliteConnection OpenForReading(string path, bool isDamaged = false) =>
        OpenExisting(path, SqliteOpenMode.ReadOnly, isDamaged);

    /// <summary>
    /// A connection beside the writer of this or another process, for few and short changes that the operator makes. Throws as
    /// <see cref="OpenForWriting"/> does.
    /// </summary>
    public static SqliteConnection OpenForEditing(string path) => OpenExisting(path, SqliteOpenMode.ReadWrite);

    private static SqliteConnection OpenExisting(string path, SqliteOpenMode mode, bool isDamaged = false)
    {
        if (!File.Exists(path))
            throw new StoreException($"{path}: there is no store here");
        var connection = new SqliteConnection(ConnectionString(path, mode));
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout={BusyMilliseconds.ToString(CultureInfo.InvariantCulture)}");
            // Makes it pass over entries of the list of tables that it cannot read.
            if (isDamaged)
                Execute(connection, "PRAGMA writable_schema=ON");
            else
                RefuseNewer(connection, path);
            return connection;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw new StoreException($"{path}: the store cannot be read: {OneLine(failure.Message)}", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether a failure says that the file is no sound database. The statements are fixed and fit the tables, so where one is refused the
    /// tables are not what they should be.
    /// </summary>
    public static bool IsDamage(SqliteException failure) => failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        or raw.SQLITE_SCHEMA or raw.SQLITE_FORMAT or raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_INTERNAL;

    /// <summary>Renames a damaged store to NAME.damaged-TIME, with what lies beside it, says so, and returns the new name.</summary>
    public static string SetAside(string path, string reason, TimeProvider clock, Action<string> say)
    {
        var time = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = $"{path}.damaged-{time}";
        for (var number = 2; File.Exists(target); number++)
            target = $"{path}.damaged-{time}-{number.ToString(CultureInfo.InvariantCulture)}";
        foreach (var companion in Companions)
        {
            if (File.Exists(path + companion))
                File.Move(path + companion, target + companion);
        }
        say($"{path}: the store is damaged ({OneLine(reason)}); it was set aside as {System.IO.Path.GetFileName(target)} and a new one is begun");
        ForgetOldest(path);
        return target;
    }

    /// <summary>Runs statements without results.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A text without line ends.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static void Prepare(SqliteConnection connection, TimeSpan checkTime, Action<string> say, string path)
    {
        connection.Open();
        Execute(connection, $"PRAGMA busy_timeout={BusyMilliseconds.ToString(CultureInfo.InvariantCulture)}");
        RefuseNewer(connection, path);
        // Before the first table, or it has no effect.
        Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL");
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=256; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF");
        Check(connection, checkTime, say, path);
        StoreSchema.Migrate(connection);
        if (!StoreSchema.IsAsMade(connection))
            throw new SqliteException("its tables are not those of its version", raw.SQLITE_CORRUPT);
    }

    private static void RefuseNewer(SqliteConnection connection, string path)
    {
        var version = StoreSchema.VersionOf(connection);
        if (version is < 0 or > MostLikelyVersion)
            throw new SqliteException("it has no version", raw.SQLITE_CORRUPT);
        if (version > StoreSchema.Version)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"{path}: the store has version {version}, this program knows versions up to {StoreSchema.Version}; run the newer program, or name another store"));
        }
    }

    /// <summary>Looks through the file for damage, but no longer than <paramref name="most"/>: what is not reached is found when it is read.</summary>
    private static void Check(SqliteConnection connection, TimeSpan most, Action<string> say, string path)
    {
        var begun = Stopwatch.GetTimestamp();
        var isOver = false;
        raw.sqlite3_progress_handler(connection.Handle, InstructionsBetweenLooks, _ => (isOver = Stopwatch.GetElapsedTime(begun) > most) ? 1 : 0, null);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            if (command.ExecuteScalar() is string answer && answer != "ok")
                throw new SqliteException(answer, raw.SQLITE_CORRUPT);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT && isOver)
        {
            say($"{path}: the store is too large to be looked through in {most.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s; the rest is looked at when it is read");
        }
        finally
        {
            raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }

    private static void ForgetOldest(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var all = Directory.GetFiles(folder, $"{System.IO.Path.GetFileName(path)}.damaged-*")
            .Where(static name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))
            .OrderByDescending(File.GetLastWriteTimeUtc).Skip(MostSetAside);
        foreach (var old in all)
        {
            foreach (var companion in Companions)
                File.Delete(old + companion);
        }
    }

    // Pooling keeps files open behind our back; they must be free to be set aside.
    private static string ConnectionString(string path, SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = false,
        DefaultTimeout = BusyMilliseconds / 1000,
    }.ToString();
}

/// <summary>The store cannot be used; the message is one line that names the file.</summary>
public sealed class StoreException : IOException
{
    /// <summary>A store that cannot be used.</summary>
    public StoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
