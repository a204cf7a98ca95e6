namespace Sensor.Store;

/// <summary>
/// A file beside the store that takes up room until the disk is full: to delete rows SQLite must first write to its log, which a full disk
/// does not allow. Then the reserve is given up, and made again when there is room.
/// </summary>
internal sealed class DiskReserve(string storePath, long octets)
{
    /// <summary>
    /// Room to put a full log (4 MiB: one batch with its evidence, and what was there before) into the file, and then for the pages that steps
    /// of deletion change.
    /// </summary>
    public const long Octets = 8L * 1024 * 1024;

    private readonly string _path = storePath + "-reserve";

    /// <summary>Octets free for this process on the store's file system; 0 when that cannot be found out.</summary>
    public long Free
    {
        get
        {
            try
            {
                return new DriveInfo(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(storePath))!).AvailableFreeSpace;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return 0;
            }
        }
    }

    /// <summary>Whether the reserve is there, and with it the room that deletion needs.</summary>
    public bool IsKept => File.Exists(_path);

    /// <summary>Octets of the reserve.</summary>
    public long Size => octets;

    /// <summary>Makes the reserve where it is missing and there is room for much more than it.</summary>
    public void Keep()
    {
        if (IsKept || Free < octets * 2)
            return;
        try
        {
            using var file = new FileStream(_path, FileMode.Create, FileAccess.Write);
            // Written, not only sized: a hole takes up nothing.
            var block = new byte[64 * 1024];
            for (var written = 0L; written < octets; written += block.Length)
                file.Write(block);
        }
        catch (IOException)
        {
            GiveUp();
        }
    }

    /// <summary>Frees the room.</summary>
    public void GiveUp()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Then there is no more room than before.
        }
    }
}
