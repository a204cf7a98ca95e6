using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sensor.Core.Frames;
using Sensor.Output.Delivery;

namespace Sensor.Capture.Live;

/// <summary>
/// Interfaces as one timeline of frames. Read by one thread at a time; statistics may be asked for by any. On Linux frames come from AF_PACKET
/// rings, several for each interface, and are merged by their times.
/// </summary>
public sealed class LiveSource : IFrameSource, IDisposable
{
    // Events wait for the thread that tells them; they are rare, so this many mean that nobody listens.
    private const int MostEvents = 1024;
    private const long NanosecondsPerMillisecond = 1_000_000;
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(100), LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);

    private readonly LiveInterface[] _interfaces;
    private readonly LinkProbe _probe = new();
    private readonly RingMerge _merge;
    private readonly VisibilityWatch _visibility;
    private readonly ConcurrentQueue<OperationalEvent> _events = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile InterfaceStatistics[] _statistics = [];
    private TimeSpan _lookedAt, _frameAt;
    private long _newestNs;
    private volatile bool _isStopped;

    /// <summary>
    /// Opens all interfaces; those that are down are opened when they come up. Throws <see cref="LiveCaptureException"/> when one does not exist,
    /// rights are missing or the filter is wrong.
    /// </summary>
    public LiveSource(LiveOptions options)
    {
        if (options.Interfaces.Count == 0)
            throw new LiveCaptureException("no interface to capture from", "Name one with -i or Capture:Interfaces; 'sensor devices' lists them.");
        if (options.Filter is { } expression)
            CheckFilter(expression);
        _interfaces = [.. options.Interfaces.Select((name, place) => new LiveInterface(name, (ushort)place, options, _probe, Report))];
        _visibility = new VisibilityWatch(options.Interfaces, options.VisibilityWindow, Report);
        try
        {
            foreach (var each in _interfaces)
                each.OpenFirst();
        }
        catch (LiveCaptureException)
        {
            Dispose();
            throw;
        }
        _merge = new RingMerge();
        ShowRings();
        Count();
    }

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        var began = _clock.Elapsed;
        while (!_isStopped)
        {
            Look();
            var wait = _merge.Fill(batch, _clock.Elapsed);
            if (batch.Count > 0)
            {
                _frameAt = _clock.Elapsed;
                _newestNs = Math.Max(_newestNs, batch.Frames[batch.Count - 1].TimestampNs);
                _visibility.Look(batch);
                return true;
            }
            var left = MostWait - (_clock.Elapsed - began);
            if (left <= TimeSpan.Zero)
            {
                NoteIdle(batch);
                return true;
            }
            if (_merge.Wait(wait < left ? wait : left))
                _lookedAt = TimeSpan.Zero;
        }
        return false;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => _interfaces[origin].Name;

    /// <summary>One for each interface, at most half a second old while the source is read.</summary>
    public IReadOnlyList<InterfaceStatistics> Statistics() => _statistics;

    /// <summary>
    /// How often the reading threads of interface <paramref name="place"/> have looked for frames, a number that must rise; null while it has none,
    /// as with AF_PACKET, which is read by whoever reads the source. Any thread may ask.
    /// </summary>
    internal long? ReaderTurns(int place) => _interfaces[place].ReaderTurns;

    /// <summary>What each interface shows, since the source was opened; any thread may ask.</summary>
    public IReadOnlyList<PortVisibility> Visibility() => _visibility.Totals();

    /// <summary>What the operator must know, in order: interfaces down and gone, loss, blind spots. Any thread may take it.</summary>
    public bool TryTakeEvent([NotNullWhen(true)] out OperationalEvent? happened) => _events.TryDequeue(out happened);

    /// <summary>Ends reading: <see cref="TryRead"/> returns false from now on. Any thread may call it.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Closes all interfaces, when nobody reads any more; the kernel ends promiscuous mode with it.</summary>
    public void Dispose()
    {
        _isStopped = true;
        foreach (var each in _interfaces)
            each.Dispose();
        _probe.Dispose();
    }

    /// <summary>Four times a second, and at once when a socket says that something is wrong: are the interfaces still there, what did they lose.</summary>
    private void Look()
    {
        var now = _clock.Elapsed;
        if (now - _lookedAt < LookEvery && _lookedAt != TimeSpan.Zero)
            return;
        _lookedAt = now;
        var changed = false;
        foreach (var each in _interfaces)
            changed |= each.Follow();
        if (changed)
            ShowRings();
        Count();
    }

    private void Count()
    {
        var now = _clock.Elapsed;
        _statistics = [.. _interfaces.Select(each => each.Count(now))];
        _visibility.Tick(now);
    }

    private void ShowRings()
    {
        _merge.Rings = [.. _interfaces.SelectMany(static each => each.Rings)];
        for (var i = 0; i < _interfaces.Length; i++)
            _visibility.SetOwnMac(i, _interfaces[i].Mac);
    }

    /// <summary>
    /// Time passes though nothing comes. Only after a second without any frame, so that a recording of the same frames is judged at the same
    /// instants; and never back, when the clock was set.
    /// </summary>
    private void NoteIdle(FrameBatch batch)
    {
        if (_clock.Elapsed - _frameAt < IdleAfter)
            return;
        var now = WallClock.NowNs() - (long)MostWait.TotalMilliseconds * NanosecondsPerMillisecond;
        if (now > _newestNs)
            batch.IdleUntilNs = now;
    }

    private void Report(OperationalEvent happened)
    {
        _events.Enqueue(happened);
        while (_events.Count > MostEvents)
            _events.TryDequeue(out _);
    }

    private static void CheckFilter(string expression)
    {
        if (!FrameFilter.TryCompile(expression, out var filter, out var error))
            throw new LiveCaptureException(error);
        filter.Dispose();
    }
}
