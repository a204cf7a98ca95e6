using System.Security.Cryptography;
using System.Text.Json;
using Sensor.Commands;
using Sensor.Configuration;

namespace Sensor.Evidence;

/// <summary>A file that was written into the folder.</summary>
/// <param name="Name">Its name, without a path.</param>
/// <param name="Octets">Its length.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal readonly record struct EvidenceFile(string Name, long Octets, string Sha256);

/// <summary>
/// The folder --evidence names. It may be new, empty, or one this program wrote before: then exactly the files of its manifest are
/// replaced, and only if nobody changed them. Everything else is refused before anything is read. Files are readable by their owner alone
/// and never executable.
/// </summary>
internal sealed class EvidenceFolder
{
    /// <summary>The file that says what the others are.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The manifest's first property, by which a folder is known as ours.</summary>
    public const string Kind = "sensor-evidence";

    private const UnixFileMode OwnerFiles = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly List<string> _own = [];
    private bool _isBegun;

    private readonly HashSet<string> _tolerated;

    private EvidenceFolder(string path, IEnumerable<string?> others)
    {
        _path = path;
        _tolerated = [.. others.OfType<string>().Select(Path.GetFullPath)];
    }

    /// <summary>
    /// Makes sure that <paramref name="path"/> can take evidence; changes nothing but that it exists. <paramref name="others"/> are files
    /// this run writes beside it (the report), which may lie in the folder.
    /// </summary>
    public static EvidenceFolder Open(string path, params IEnumerable<string?> others)
    {
        var folder = new EvidenceFolder(path, others);
        try
        {
            folder.Check();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Cannot(path, failure is DirectoryNotFoundException ? "no such directory" : FileFailure.Reason(failure));
        }
        return folder;
    }

    /// <summary>Writes a file under a name that is free, and says what it became.</summary>
    public EvidenceFile Write(string name, Action<Stream> write)
    {
        try
        {
            Begin();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerFiles;
            using var file = new FileStream(Path.Combine(_path, name), options);
            write(file);
            file.Flush();
            file.Position = 0;
            return new EvidenceFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Cannot(Path.Combine(_path, name), FileFailure.Reason(failure));
        }
    }

    private void Check()
    {
        if (File.Exists(_path))
            throw Cannot(_path, "is a file");
        if (!Directory.Exists(_path))
        {
            var parent = Path.GetDirectoryName(Path.GetFullPath(_path));
            if (!Directory.Exists(parent))
                throw new DirectoryNotFoundException();
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(_path);
            else
                Directory.CreateDirectory(_path, OwnerFiles | UnixFileMode.UserExecute);
            return;
        }
        var entries = Directory.EnumerateFileSystemEntries(_path).Where(entry => !_tolerated.Contains(Path.GetFullPath(entry)))
            .Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal).ToList();
        if (entries.Count == 0)
            return;
        var listed = ReadManifest();
        foreach (var entry in entries.Where(entry => entry != ManifestName))
        {
            if (!listed.TryGetValue(entry, out var sha256) || Directory.Exists(Path.Combine(_path, entry)))
                throw Refused($"holds {entry}, which is not from an earlier run of sensor");
            if (Hash(entry) != sha256)
                throw Refused($"holds {entry}, which was changed since sensor wrote it");
            _own.Add(entry);
        }
        _own.Add(ManifestName);
    }

    private Dictionary<string, string> ReadManifest()
    {
        var path = Path.Combine(_path, ManifestName);
        if (!File.Exists(path))
            throw Refused("is not empty and holds no manifest.json of sensor");
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));
            if (manifest.RootElement.GetProperty("kind").GetString() != Kind)
                throw Refused("holds a manifest.json that is not sensor's");
            return manifest.RootElement.GetProperty("files").EnumerateArray()
                .ToDictionary(file => file.GetProperty("name").GetString()!, file => file.GetProperty("sha256").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw Refused("holds a manifest.json that is not sensor's");
        }
    }

    /// <summary>
    /// What an earlier run wrote goes away when the first new file comes, so a run that fails before has changed nothing.
    /// </summary>
    private void Begin()
    {
        if (_isBegun)
            return;
        _isBegun = true;
        foreach (var name in _own)
            File.Delete(Path.Combine(_path, name));
    }

    private string Hash(string name)
    {
        using var file = File.OpenRead(Path.Combine(_path, name));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private CommandException Refused(string why) =>
        CommandException.Usage($"--evidence {_path} {why}", "Name a directory that is new or empty, or the one of an earlier run.");

    private static CommandException Cannot(string path, string reason) =>
        new(ExitCode.Failed, $"cannot write evidence to {path}: {reason}");
}
