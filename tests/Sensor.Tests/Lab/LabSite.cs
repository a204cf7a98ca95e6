using System.Globalization;
using Sensor.Daemon;
using Sensor.Tests.Captures;
using Sensor.Tests.Live;

namespace Sensor.Tests.Lab;

/// <summary>
/// A sensor's and a receiver's namespace with a cable between them, and the receiver: what scenes are played before. One for a class of
/// tests; each scene gets a daemon of its own.
/// </summary>
public class LabSite : IDisposable
{
    private const string SensorAddress = "10.255.0.1/24";
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(45);
    private readonly string _folder = Directory.CreateTempSubdirectory("sensor-live-lab-").FullName;
    private readonly Stack<IDisposable> _parts = new();
    private readonly Receiver _kind;
    private NetworkNamespace? _sensor;
    private SyslogReceivers? _receivers;
    private int _played;

    /// <summary>With rsyslog.</summary>
    public LabSite()
        : this(Receiver.Rsyslog)
    {
    }

    private protected LabSite(Receiver kind) => _kind = kind;

    /// <summary>
    /// Plays a scene before a new daemon and gives what each way brought to the receiver, by protocol. The last thing in it is a known
    /// attack, the sentinel: when it has arrived everything before it has, and who hears it is not deaf.
    /// </summary>
    internal LabOutcome Play(string area, string scene, Func<IReadOnlyList<ReceivedAlert>, bool> isEnough, ITestOutputHelper output)
    {
        Build();
        var name = string.Create(CultureInfo.InvariantCulture, $"lab-{++_played}");
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        using var played = new LabScene(area, scene, _sensor!, folder);
        played.WaitForMirror();
        using var daemon = new LabDaemon(name, _sensor!, played.MirrorPort, _receivers!, folder);
        try
        {
            daemon.WaitUntilReady();
            played.WaitUntilReady();
            played.Play();
            Dictionary<string, List<ReceivedAlert>> arrived = [];
            Await(() => AllArrived(name, isEnough, arrived));
            NetworkNamespace.Inside(played.Switch, SendSentinel);
            Await(() => AllArrived(name, all => all.Any(LabOutcome.IsSentinel) && isEnough(all), arrived));
            daemon.Stop();
            var eve = daemon.EveDetectors();
            return new LabOutcome(arrived, eve, Replayed.Of(played.End(), "--format", "eve").Lines);
        }
        finally
        {
            output.WriteLine(daemon.Log);
        }
    }

    public void Dispose()
    {
        while (_parts.TryPop(out var part))
            part.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A client that is lured and configured, in the addresses of documentation.</summary>
    private static void SendSentinel()
    {
        using var sender = new FrameSender("feed");
        foreach (var frame in SelftestFrames.All())
            Assert.True(sender.Send([.. frame]));
    }

    private static void Await(Func<bool> isSo)
    {
        var patience = DateTime.UtcNow + ArrivalPatience;
        while (!isSo() && DateTime.UtcNow < patience)
            Thread.Sleep(50);
    }

    private bool AllArrived(string name, Func<IReadOnlyList<ReceivedAlert>, bool> isEnough, Dictionary<string, List<ReceivedAlert>> arrived)
    {
        foreach (var protocol in SyslogReceivers.Protocols)
            arrived[protocol] = _receivers!.From(name, protocol);
        return arrived.Values.All(isEnough);
    }

    /// <summary>At the first scene and not before: a skipped test says why by itself, a fixture that fails does not.</summary>
    private void Build()
    {
        if (_receivers is not null)
            return;
        LabTools.SkipWithout("ip", "tc", "ss", "ethtool", "tcpdump", "editcap");
        var guard = Kept(new NamespaceGuard());
        _sensor = Kept(new NetworkNamespace("sensor"));
        guard.Watch(_sensor.Name);
        var siem = Kept(new NetworkNamespace("siem"));
        guard.Watch(siem.Name);
        _sensor.Ip("link", "add", "mgmt", "type", "veth", "peer", "name", "eth0", "netns", siem.Name);
        _sensor.Ip("addr", "add", SensorAddress, "dev", "mgmt");
        siem.Ip("addr", "add", $"{SyslogReceivers.Address}/24", "dev", "eth0");
        siem.Ip("link", "set", "eth0", "up");
        _sensor.Ip("link", "set", "mgmt", "up");
        _receivers = Kept(new SyslogReceivers(_kind, siem, Directory.CreateDirectory(Path.Combine(_folder, "siem")).FullName));
    }

    private T Kept<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }
}

/// <summary>The same before syslog-ng.</summary>
public sealed class SyslogNgSite : LabSite
{
    public SyslogNgSite()
        : base(Receiver.SyslogNg)
    {
    }
}
