using Sensor.Detection;
using Sensor.Detection.Baselines;
using Sensor.Store;

namespace Sensor.Daemon;

/// <summary>
/// The daemon's baseline: learns for a period of packet time, writes it down as it goes, freezes it, and from then on has changes told. Picks up what
/// `sensor trust` decides. Everything happens on the detection thread, between batches; a store that cannot be used costs the baseline, never
/// detection.
/// </summary>
internal sealed class BaselineKeeper : IDisposable
{
    /// <summary>How often the store is asked whether the operator decided something.</summary>
    private const long LookNs = 5_000_000_000;

    /// <summary>How often what was learned is written down while learning: a restart loses no more.</summary>
    private const long WriteNs = 600_000_000_000;

    private readonly BaselineSettings _settings;
    private readonly Action<string> _say;
    private BaselineStore? _store;
    private DetectionEngine? _detection;
    private BaselineLearner? _learner;
    private LearnedBaseline? _before;
    private long _beganNs, _revision = -1, _lookNs, _writeNs, _firstNs;
    private bool _isFrozen;

    /// <summary>A keeper over the store at <paramref name="path"/>; <paramref name="say"/> gets a line for the log.</summary>
    public BaselineKeeper(string path, BaselineSettings settings, Action<string> say)
    {
        (_settings, _say) = (settings, say);
        if (settings.Enabled)
            Try(() => _store = new BaselineStore(path));
    }

    /// <summary>Whether the baseline is frozen.</summary>
    public bool IsFrozen => _isFrozen;

    /// <summary>Begins with an engine that has seen no frame, or goes on with the one that takes its place.</summary>
    public void Attach(DetectionEngine detection)
    {
        if (_store is null)
            return;
        if (_learner is not null && !_isFrozen)
            Write(freeze: false);
        (_detection, _learner, _firstNs, _revision) = (detection, null, 0, -1);
        Look();
        if (_isFrozen || _store is null)
            return;
        _before = new LearnedBaseline([.. _store.Rows().Where(static row => !row.IsChange).Select(static row => row.Entry)], [], long.MaxValue, long.MinValue);
        _learner = detection.Learn();
    }

    /// <summary>To be called after each batch with the packet time it reached.</summary>
    public void Passed(long nowNs)
    {
        if (_store is null || _detection is null)
            return;
        if (_firstNs == 0)
            (_firstNs, _writeNs, _lookNs) = (nowNs, nowNs, nowNs);
        if (nowNs - _lookNs >= LookNs)
        {
            _lookNs = nowNs;
            Look();
            WriteChanges();
        }
        if (_isFrozen || _learner is null)
            return;
        var isOver = nowNs - (_beganNs == 0 ? _firstNs : _beganNs) >= _settings.Period.Ticks * TimeSpan.NanosecondsPerTick;
        if (!isOver && nowNs - _writeNs < WriteNs)
            return;
        _writeNs = nowNs;
        Write(isOver);
        if (isOver)
            Look();
    }

    /// <summary>No frame will come any more: what is not written yet is written.</summary>
    public void End()
    {
        if (_store is null)
            return;
        if (_learner is not null && !_isFrozen)
            Write(freeze: false);
        WriteChanges();
    }

    /// <inheritdoc/>
    public void Dispose() => _store?.Dispose();

    private void Write(bool freeze)
    {
        if (_firstNs == 0 || _learner is null)
            return;
        var learned = _learner.Judge(_firstNs, Math.Max(_firstNs, _writeNs));
        if (_before is { Entries.Count: > 0 })
            learned = _before.With(learned);
        Try(() => _store!.Learned(learned, freeze));
        if (freeze)
            _say($"baseline: learned {learned.Entries.Count(static entry => entry.Standing == BaselineStanding.Trusted)} entries; frozen, changes are told from now on");
    }

    private void Look() => Try(() =>
    {
        var phase = _store!.Phase();
        if (phase.BeganNs != 0)
            _beganNs = phase.BeganNs;
        if (phase.Revision == _revision)
            return;
        // The operator ended the learning: what was learned until now is the baseline.
        if (phase.FrozenAt is not null && !_isFrozen && _learner is not null)
            Write(freeze: false);
        _revision = phase.Revision;
        if (phase.FrozenAt is null)
            return;
        _learner?.Stop();
        (_isFrozen, _learner) = (true, null);
        var frozen = new FrozenBaseline(_store.Rows().Select(static row => row.Effective));
        _detection!.Freeze(frozen);
        _say($"baseline: {frozen.Entries.Count} entries in force");
    });

    private void WriteChanges()
    {
        if (!_isFrozen || _detection is null || _detection.TakeChanges() is not { Count: > 0 } changes)
            return;
        Try(() => _store!.Changed(changes));
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (StoreException failure)
        {
            _say($"baseline: {failure.Message}");
        }
    }
}
