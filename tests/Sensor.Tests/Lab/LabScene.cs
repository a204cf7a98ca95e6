using Sensor.Tests.Captures;

namespace Sensor.Tests.Lab;

/// <summary>
/// One scene of captures/make, played step by step: its namespaces, hosts and programs are made by the script, which removes them at
/// its end, and at the end of whoever started it too.
/// </summary>
internal sealed class LabScene : IDisposable
{
    private static readonly TimeSpan SetUpPatience = TimeSpan.FromSeconds(60), PlayPatience = TimeSpan.FromSeconds(90),
        EndPatience = TimeSpan.FromSeconds(30);
    private readonly string _scene, _file;
    private readonly LabProcess _script;

    /// <summary>
    /// Starts the scene with its mirror port in the namespace <paramref name="sensor"/>; its recording goes below <paramref name="folder"/>.
    /// </summary>
    public LabScene(string area, string scene, NetworkNamespace sensor, string folder)
    {
        _scene = scene;
        // The whole way of Flame has a script of its own and lies with the updates.
        var isOfArea = File.ReadAllText(Path.Combine(Checkout.Captures, "make", $"{area}.sh"))
            .Contains($"scene_{scene.Replace('-', '_')}()", StringComparison.Ordinal);
        var script = isOfArea ? area : "flame";
        _file = Path.Combine(folder, area, $"{scene}.pcapng");
        _script = new LabProcess("bash", [Path.Combine(Checkout.Captures, "make", $"{script}.sh"), scene],
            ("SENSOR_CAPTURES_OUT", folder), ("SENSOR_LAB_SENSOR", sensor.Name));
    }

    /// <summary>The switch's namespace; empty before the mirror port is there.</summary>
    public string Switch => Port().ElementAtOrDefault(1) ?? "";

    /// <summary>The mirror port's name in the sensor's namespace.</summary>
    public string MirrorPort => Port()[2];

    /// <summary>Waits until the mirror port is there.</summary>
    public void WaitForMirror() => Await(() => Switch.Length > 0, SetUpPatience, "it has no mirror port");

    /// <summary>Waits until all stand where they begin.</summary>
    public void WaitUntilReady() => Await(() => Said("ready"), SetUpPatience, "it does not begin");

    /// <summary>Plays it to its end; nothing is removed yet.</summary>
    public void Play()
    {
        _script.Tell("go");
        Await(() => Said("played"), PlayPatience, "it was not played to its end");
    }

    /// <summary>Lets it clean up, and gives the file of its recording.</summary>
    public string End()
    {
        _script.Tell("end");
        Assert.True(_script.Wait(EndPatience), $"{_scene}: the script does not end: {_script.Said}");
        Assert.True(_script.ExitCode == 0, $"{_scene}: {_script.Said}");
        return _file;
    }

    public void Dispose()
    {
        if (!_script.HasEnded)
        {
            // The next step it waits for is its last.
            _script.TellNothingMore();
            if (!_script.Stop(EndPatience) && Switch.Length > 0)
                NetworkNamespace.Remove(Switch);
        }
        _script.Dispose();
    }

    private bool Said(string word) => _script.Said.Split('\n').Any(line => line.TrimEnd() == word);

    private string[] Port() =>
        _script.Said.Split('\n').FirstOrDefault(line => line.StartsWith("mirror ", StringComparison.Ordinal))?.Trim().Split(' ') ?? [];

    private void Await(Func<bool> isSo, TimeSpan most, string otherwise)
    {
        var patience = DateTime.UtcNow + most;
        while (!isSo())
        {
            var isRefused = _script.HasEnded && _script.Said.Contains("Operation not permitted", StringComparison.Ordinal);
            Assert.SkipWhen(isRefused, "no network namespaces here");
            Assert.False(_script.HasEnded, $"{_scene}: {otherwise}: {_script.Said}");
            Assert.True(DateTime.UtcNow < patience, $"{_scene}: {otherwise}: {_script.Said}");
            Thread.Sleep(30);
        }
    }
}
