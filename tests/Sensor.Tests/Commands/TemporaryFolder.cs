namespace Sensor.Tests.Commands;

/// <summary>A folder that lives as long as a test.</summary>
public abstract class TemporaryFolder : IDisposable
{
    protected TemporaryFolder() => Folder = Directory.CreateTempSubdirectory("sensor-test-").FullName;

    protected string Folder { get; }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
