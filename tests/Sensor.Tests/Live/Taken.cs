using System.Diagnostics;
using Sensor.Capture.Live;
using Sensor.Core.Frames;
using Sensor.Output.Delivery;

namespace Sensor.Tests.Live;

/// <summary>Reads a live source for a test: frames, events, ticks.</summary>
internal sealed class Taken(LiveSource source)
{
    private readonly FrameBatch _batch = new();

    internal List<(long TimestampNs, long Number, int Original, byte[] Octets)> Frames { get; } = [];

    internal List<OperationalEvent> Events { get; } = [];

    internal List<long> Ticks { get; } = [];

    /// <summary>Reads until <paramref name="isEnough"/>, or for 20 seconds.</summary>
    internal void Until(Func<bool> isEnough)
    {
        var clock = Stopwatch.StartNew();
        while (!isEnough() && clock.Elapsed < TimeSpan.FromSeconds(20))
            Read();
        Assert.True(isEnough(), $"{Frames.Count} frames, events: {string.Join(" / ", Events.Select(each => each.Summary))}");
    }

    /// <summary>Reads until nothing came for a few reads.</summary>
    internal void UntilQuiet()
    {
        for (var empty = 0; empty < 3;)
            empty = Read() ? 0 : empty + 1;
    }

    internal bool Has(string id, bool isOver) => Events.Exists(each => each.Id == id && each.IsOver == isOver);

    private bool Read()
    {
        Assert.True(source.TryRead(_batch));
        for (var i = 0; i < _batch.Count; i++)
        {
            ref readonly var frame = ref _batch.Frames[i];
            Frames.Add((frame.TimestampNs, frame.Number, frame.OriginalLength, _batch.Frame(i).ToArray()));
        }
        if (_batch.IdleUntilNs != 0)
            Ticks.Add(_batch.IdleUntilNs);
        while (source.TryTakeEvent(out var happened))
            Events.Add(happened);
        return _batch.Count > 0;
    }
}
