using System.Diagnostics;
using Sensor.Detection.Incidents;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>One interface of a live source: its rings while it is up, what it has counted, and what is wrong with it.</summary>
internal sealed class LiveInterface : IDisposable
{
    private const int Loopback = 772, OutgoingPacket = 4;
    private const long ClockSlackNs = 1_000_000_000;

    /// <summary>A card that was just set up, at boot, needs a moment to find its partner: only then is it called down.</summary>
    private static readonly TimeSpan Negotiation = TimeSpan.FromSeconds(5);

    private readonly LiveOptions _options;
    private readonly LinkProbe _probe;
    private readonly LossWatch _loss;
    private readonly EventLatch _gone, _down, _silent, _failed, _clock;
    private LinkState _link;
    private List<CaptureRing> _rings = [];
    private long _closedOctets, _closedDrops, _closedControlDrops, _newestNs;
    private TimeSpan _quietSince;
    private long _framesThen;
    private int _stamps;
    private long _openedAt;
    private bool _wasUp;

    internal LiveInterface(string name, ushort origin, LiveOptions options, LinkProbe probe, Action<OperationalEvent> report)
    {
        (Name, Origin, _options, _probe) = (name, origin, options, probe);
        _loss = new LossWatch(name, options.LossThreshold, options.LossWindow, report);
        _gone = new EventLatch("interface-gone", name, Severity.High, "Make the interface again under this name; capture goes on by itself.", report);
        _down = new EventLatch("interface-down", name, Severity.High, $"Check the cable and 'ip link set {name} up'; capture goes on by itself.", report);
        _silent = new EventLatch("no-traffic", name, Severity.Medium, "Check that the switch mirrors to this port and that the cable is in the right one.", report);
        _failed = new EventLatch("capture-failed", name, Severity.High, "See the message; capture is tried again every second.", report);
        _clock = new EventLatch("hardware-clock", name, Severity.Low, "Discipline the card's clock (phc2sys) or set Capture:HardwareTimestamps to false.", report);
    }

    internal string Name { get; }

    internal ushort Origin { get; }

    internal ushort LinkType { get; private set; } = LinkLayers.Ethernet;

    internal bool HasEthernetHeader => LinkType == LinkLayers.Ethernet;

    /// <summary>Frames taken, over all rings there were: the number of the newest frame.</summary>
    internal long Frames { get; set; }

    internal bool TrustsHardwareClock { get; private set; } = true;

    internal ulong Mac => _link.Mac;

    private bool IsReading => _rings.Count > 0 && !_down.IsOn;

    /// <summary>The rings, empty while the interface is not up.</summary>
    internal IReadOnlyList<CaptureRing> Rings => _rings;

    /// <summary>Each frame passes the loopback twice: what leaves is the same as what comes.</summary>
    internal bool IsOwnEcho(byte packetType) => packetType == OutgoingPacket && _link.HardwareType == Loopback;

    /// <summary>How often the threads that fill its rings have looked; null while it has none. Any thread may ask.</summary>
    internal long? ReaderTurns
    {
        get
        {
            long? turns = null;
            foreach (var ring in Volatile.Read(ref _rings))
                turns = ring is { HasFailed: false, Turns: { } more } ? (turns ?? 0) + more : turns;
            return turns;
        }
    }

    /// <summary>Opens for the first time. Throws <see cref="LiveCaptureException"/> when that cannot succeed later either.</summary>
    internal void OpenFirst()
    {
        if (_probe.Look(Name) is not { } link)
            throw new LiveCaptureException($"interface {Name}: there is no such interface", "'sensor devices' lists them.");
        _openedAt = Stopwatch.GetTimestamp();
        if (link.IsUp)
            Open(link);
    }

    /// <summary>Looks whether the interface is there and up, and opens or closes its rings. True when the rings changed.</summary>
    internal bool Follow()
    {
        var before = _rings;
        if (_probe.Look(Name) is not { } link)
        {
            Close();
            _gone.Begin($"{Name} is gone: nothing is captured from it");
            return before != _rings;
        }
        _gone.End($"{Name} is back");
        if (_rings.Count > 0 && (link.Index != _link.Index || _rings.Exists(static ring => ring.HasFailed)))
            Close();
        if (!link.IsUp)
        {
            if (_wasUp || Stopwatch.GetElapsedTime(_openedAt) >= Negotiation)
                _down.Begin($"{Name} is down: nothing is captured from it");
            return before != _rings;
        }
        if (_rings.Count == 0)
            TryOpen(link);
        if (_rings.Count > 0)
            _down.End($"{Name} is up: capture goes on");
        return before != _rings;
    }

    /// <summary>Reads all counters and tells of loss and silence, at <paramref name="now"/>, monotonic time.</summary>
    internal InterfaceStatistics Count(TimeSpan now)
    {
        var (drops, controlDrops, fill, octets) = (_closedDrops, _closedControlDrops, 0.0, _closedOctets);
        foreach (var ring in _rings)
        {
            ring.CountDrops();
            drops += ring.Dropped;
            controlDrops += ring.IsControl ? ring.Dropped : 0;
            octets += ring.Octets;
            fill = Math.Max(fill, ring.Fill());
            _newestNs = Math.Max(_newestNs, ring.NewestNs);
        }
        var card = InterfaceCounters.Read(Name, _link.Index);
        _loss.Look(now, Frames, drops, card);
        WatchSilence(now);
        return new InterfaceStatistics
        {
            Interface = Name,
            IsUp = IsReading,
            Received = Frames,
            Octets = octets,
            Dropped = drops,
            InterfaceDropped = card.Dropped,
            ControlRingDropped = controlDrops,
            RingFill = fill,
            LastFrameNs = _newestNs,
        };
    }

    /// <summary>
    /// Looks now and then whether the card's clock agrees with the machine's: one that does not would put its frames years away from those of other
    /// interfaces.
    /// </summary>
    internal void NoteClock(bool isHardware, long timestampNs)
    {
        if (!isHardware || (_stamps++ & 0xff) != 0 || !TrustsHardwareClock)
            return;
        var ahead = timestampNs - WallClock.NowNs();
        if (ahead is < ClockSlackNs and > -60 * ClockSlackNs)
            return;
        TrustsHardwareClock = false;
        _clock.Begin($"{Name}: the card's clock is {ahead / 1_000_000_000} s off the machine's: the kernel's times are used");
        foreach (var ring in _rings)
            ring.HasFailed = true;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void TryOpen(LinkState link)
    {
        try
        {
            Open(link);
            _failed.End($"{Name}: capture goes on");
        }
        catch (LiveCaptureException e)
        {
            _failed.Begin(e.Message);
        }
    }

    private void Open(LinkState link)
    {
        (_link, _wasUp) = (link, true);
        _rings = LiveRings.Open(this, link, _options);
    }

    internal void SetLinkType(ushort linkType) => LinkType = linkType;

    private void Close()
    {
        if (_rings.Count == 0)
            return;
        foreach (var ring in _rings)
        {
            ring.CountDrops();
            _closedOctets += ring.Octets;
            _closedDrops += ring.Dropped;
            _closedControlDrops += ring.IsControl ? ring.Dropped : 0;
            _newestNs = Math.Max(_newestNs, ring.NewestNs);
            ring.Dispose();
        }
        _rings = [];
    }

    private void WatchSilence(TimeSpan now)
    {
        if (Frames != _framesThen || !IsReading)
        {
            if (Frames != _framesThen)
                _silent.End($"{Name}: frames come again");
            (_framesThen, _quietSince) = (Frames, now);
        }
        else if (now - _quietSince >= _options.NoTrafficAfter)
        {
            _silent.Begin(string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{Name} is up, but no frame came for {(now - _quietSince).TotalSeconds:0} s"));
        }
    }
}
