namespace Sensor.Tests.Lab;

/// <summary>
/// Removes namespaces when the test process is gone, however it went: a shell that reads their names from a pipe and acts when the pipe
/// is closed, which the kernel does even for a process that was killed. What still runs in them is ended first.
/// </summary>
internal sealed class NamespaceGuard : IDisposable
{
    private const string Script =
        """
        trap '' INT TERM HUP
        all=
        while read -r name; do all="$all $name"; done
        for name in $all; do
          for id in $(ip netns pids "$name" 2>/dev/null); do kill -9 "$id" 2>/dev/null; done
          ip netns del "$name" 2>/dev/null
        done
        exit 0
        """;

    private readonly LabProcess _shell = new("bash", ["-c", Script]);

    /// <summary>Has <paramref name="name"/> removed at the end.</summary>
    public void Watch(string name) => _shell.Tell(name);

    /// <summary>The end: removes what is still there, and waits for it.</summary>
    public void Dispose()
    {
        _shell.TellNothingMore();
        _shell.Wait(TimeSpan.FromSeconds(20));
        _shell.Dispose();
    }
}
