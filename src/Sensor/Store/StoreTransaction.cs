using Microsoft.Data.Sqlite;

namespace Sensor.Store;

/// <summary>A transaction of the writer.</summary>
internal static class StoreTransaction
{
    /// <summary>Does <paramref name="work"/> in one transaction; whatever it throws undoes all of it.</summary>
    public static T Run<T>(SqliteConnection connection, Func<T> work)
    {
        try
        {
            StoreFile.Execute(connection, "BEGIN IMMEDIATE");
            var result = work();
            StoreFile.Execute(connection, "COMMIT");
            return result;
        }
        catch
        {
            Undo(connection);
            throw;
        }
    }

    private static void Undo(SqliteConnection connection)
    {
        try
        {
            StoreFile.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has done so itself: after a full disk the transaction is gone already.
        }
    }
}
