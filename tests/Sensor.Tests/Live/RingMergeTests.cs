using CsCheck;
using Sensor.Capture.Live;
using Sensor.Core.Frames;

namespace Sensor.Tests.Live;

/// <summary>Rings of made-up frames, merged.</summary>
public sealed class RingMergeTests
{
    [Fact]
    public void Any_rings_of_rising_times_become_one_rising_timeline() => Gen.Int[0, 50].Array[0, 40].Array[1, 6].Sample(times =>
    {
        var rings = times.Select((each, i) => new MadeUpRing(i, [.. each.Order().Select(time => (long)time)], blockFrames: 1 + (i * 3))).ToArray();
        var merge = new RingMerge { Rings = rings };
        var taken = new List<long>();
        var batch = new FrameBatch(4096, 16);
        while (true)
        {
            batch.Clear();
            merge.Fill(batch, TimeSpan.Zero);
            if (batch.Count == 0)
                break;
            taken.AddRange(batch.Frames.Take(batch.Count).Select(frame => frame.TimestampNs));
        }
        Assert.Equal(times.SelectMany(each => each).Select(time => (long)time).Order(), taken);
    });

    [Fact]
    public void Frames_wait_for_a_ring_that_holds_some_back_but_not_for_ever_and_not_when_room_runs_out()
    {
        var ready = new MadeUpRing(0, [10, 20], 8);
        var holding = new MadeUpRing(1, [], 8) { HoldsBack = true };
        var merge = new RingMerge { Rings = [ready, holding] };
        var batch = new FrameBatch(4096, 16);
        var wait = merge.Fill(batch, TimeSpan.FromSeconds(1));
        Assert.Equal(0, batch.Count);
        Assert.True(wait > TimeSpan.Zero);
        merge.Fill(batch, TimeSpan.FromSeconds(1) + wait);
        Assert.Equal(2, batch.Count);

        var pressed = new MadeUpRing(0, [10, 20], 8) { IsFull = true };
        merge.Rings = [pressed, holding];
        batch.Clear();
        merge.Fill(batch, TimeSpan.FromSeconds(2));
        Assert.Equal(2, batch.Count);
    }

    private sealed class MadeUpRing(int number, long[] times, int blockFrames) : CaptureRing
    {
        private int _next, _end;

        internal bool HoldsBack { get; init; }

        internal bool IsFull { get; init; }

        internal override bool IsQuiet => !HoldsBack;

        internal override bool IsPressed => IsFull;

        internal override void Refresh()
        {
            if (HasHead || _next == times.Length)
                return;
            _end = Math.Min(times.Length, _next + blockFrames);
            (HasHead, HeadNs) = (true, times[_next]);
        }

        internal override bool TryTake(FrameBatch batch, ref int used, long untilNs)
        {
            while (HeadNs <= untilNs)
            {
                if (!TaggedFrame.TryAppend(batch, ref used, [(byte)number], 1, 0, new FrameRecord { TimestampNs = HeadNs }))
                    return false;
                if (++_next == _end)
                {
                    HasHead = false;
                    return true;
                }
                HeadNs = times[_next];
            }
            return true;
        }

        internal override void CountDrops()
        {
        }

        internal override double Fill() => 0;

        public override void Dispose()
        {
        }
    }
}
