using Sensor.Tests.Captures;
using Sensor.Tests.Manual;

namespace Sensor.Tests.Package;

/// <summary>The package of this checkout, built once for all its tests; SENSOR_DEB names one that is built already.</summary>
public sealed class BuiltPackage : IDisposable
{
    private static readonly string[] Tools = ["dpkg-deb", "strip", "objdump", "gzip", "dotnet", "bash"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sensor-package-test-").FullName;
    private readonly Lazy<string> _path;

    public BuiltPackage() => _path = new Lazy<string>(Build);

    /// <summary>The script that builds it.</summary>
    public static string Script => System.IO.Path.Combine(Checkout.Root, "src", "Package", "build-deb");

    /// <summary>The package; skips the test where it cannot be built.</summary>
    public string Path
    {
        get
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Debian packages are built on Linux");
            Assert.SkipUnless(Tools.All(Shell.Has), $"building the package needs {string.Join(' ', Tools)}");
            return _path.Value;
        }
    }

    /// <summary>A folder for a test's own files.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(_folder, name)).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Build()
    {
        if (Environment.GetEnvironmentVariable("SENSOR_DEB") is { Length: > 0 } given)
            return given;
        var run = Shell.Run("bash", [Script, "--output", NewFolder("built")], most: TimeSpan.FromMinutes(12));
        Assert.True(run.Status == 0, run.Output + run.Error);
        return run.Output.Trim().Split('\n')[^1];
    }
}
