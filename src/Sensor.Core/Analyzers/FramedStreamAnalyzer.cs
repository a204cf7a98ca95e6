using Sensor.Core.Flows;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Streams of messages that say their length, of which few are of interest: these are read whole (put together over segments), the others
/// are passed over by counting. When a long row of messages was of no interest the stream is given up; a later message of interest begins
/// it anew.
/// </summary>
internal abstract class FramedStreamAnalyzer(StreamMemory memory) : StreamAnalyzer
{
    /// <summary>Octets of a message that are kept: Kerberos tickets with many groups are this long, NTLM is far shorter.</summary>
    private const int MaxKept = 64 * 1024;

    /// <summary>Messages in a row, of both directions, after which nothing more is expected.</summary>
    private const int MaxOfNoInterest = 16;

    private Side _fromA, _fromB;
    private int _ofNoInterest;
    private bool _isLost;

    /// <inheritdoc/>
    public sealed override Verdict Receive(
        int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        ref var side = ref Of(direction);
        while (octets.Length > 0)
        {
            if (_isLost || _ofNoInterest > MaxOfNoInterest)
                return Verdict.NotMine;
            if (side.Skip > 0)
            {
                var passed = (int)Math.Min(side.Skip, octets.Length);
                side.Skip -= passed;
                octets = octets[passed..];
                continue;
            }
            var verdict = side.Have == 0
                ? Begin(direction, ref side, ref octets, in place, log) : Continue(direction, ref side, ref octets, in place, log);
            if (verdict != Verdict.Parsed)
                return verdict;
        }
        return Verdict.Parsed;
    }

    /// <inheritdoc/>
    public sealed override void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log)
    {
        ref var side = ref Of(direction);
        if (octets <= side.Skip)
            side.Skip -= octets;
        else
            _isLost = true;
    }

    /// <inheritdoc/>
    public sealed override void End(int direction, ObservationLog log)
    {
    }

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        memory.Release(ref _fromA.Octets);
        memory.Release(ref _fromB.Octets);
        _fromA = _fromB = default;
        (_ofNoInterest, _isLost) = (0, false);
    }

    /// <inheritdoc/>
    public sealed override long Skippable(int direction) => Of(direction).Skip;

    /// <inheritdoc/>
    public sealed override void Skip(int direction, uint octets) => Of(direction).Skip -= octets;

    /// <summary>
    /// Tells from its first octets how long a message is and whether it is of interest. <see cref="Verdict.NeedMore"/> when they are too
    /// few, <see cref="Verdict.NotMine"/> when this is no such message.
    /// </summary>
    protected abstract Verdict Measure(ReadOnlySpan<byte> octets, out long total, out bool isOfInterest);

    /// <summary>
    /// Reads a message of interest, the first <see cref="MaxKept"/> octets at most. It began at <paramref name="first"/> and ends at
    /// <paramref name="last"/>.
    /// </summary>
    protected abstract void Read(int direction, ReadOnlySpan<byte> message, in StreamPlace first, in StreamPlace last, ObservationLog log);

    /// <summary>A message that begins with the next octet; one that lies in them whole is read there.</summary>
    private Verdict Begin(
        int direction, scoped ref Side side, scoped ref ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        side.First = place;
        var measured = Measure(octets, out var total, out var isOfInterest);
        if (measured == Verdict.NotMine)
            return measured;
        if (measured == Verdict.Parsed && !isOfInterest)
        {
            _ofNoInterest++;
            side.Skip = total;
            return Verdict.Parsed;
        }
        if (measured == Verdict.Parsed && total <= octets.Length)
        {
            _ofNoInterest = 0;
            Read(direction, octets[..(int)total], in place, in place, log);
            octets = octets[(int)total..];
            return Verdict.Parsed;
        }
        return Continue(direction, ref side, ref octets, in place, log);
    }

    /// <summary>Puts a message together: octet by octet until its length is known, then up to that.</summary>
    private Verdict Continue(
        int direction, scoped ref Side side, scoped ref ReadOnlySpan<byte> octets, in StreamPlace place, ObservationLog log)
    {
        while (side.Total == 0)
        {
            if (octets.IsEmpty)
                return Verdict.Parsed;
            if (!Append(ref side, ref octets, 1))
                return Verdict.NotMine;
            var measured = Measure(side.Octets.AsSpan(0, side.Have), out var total, out var isOfInterest);
            if (measured == Verdict.NotMine)
                return measured;
            if (measured == Verdict.NeedMore)
                continue;
            side.Total = total;
            if (isOfInterest)
                break;
            _ofNoInterest++;
            return Finish(ref side);
        }
        var wanted = (int)Math.Min(side.Total, MaxKept) - side.Have;
        if (!Append(ref side, ref octets, Math.Min(wanted, octets.Length)))
            return Verdict.NotMine;
        if (side.Have < Math.Min(side.Total, MaxKept))
            return Verdict.Parsed;
        _ofNoInterest = 0;
        Read(direction, side.Octets.AsSpan(0, side.Have), in side.First, in place, log);
        return Finish(ref side);
    }

    private Verdict Finish(scoped ref Side side)
    {
        side.Skip = Math.Max(0, side.Total - side.Have);
        (side.Have, side.Total) = (0, 0);
        memory.Release(ref side.Octets);
        return Verdict.Parsed;
    }

    private bool Append(scoped ref Side side, scoped ref ReadOnlySpan<byte> octets, int count)
    {
        if (!memory.Grow(ref side.Octets, side.Have, side.Have + count))
            return false;
        octets[..count].CopyTo(side.Octets.AsSpan(side.Have));
        side.Have += count;
        octets = octets[count..];
        return true;
    }

    private ref Side Of(int direction) => ref direction == 0 ? ref _fromA : ref _fromB;

    /// <summary>The message of a direction that is being put together, or how much of one is passed over.</summary>
    private struct Side
    {
        public byte[]? Octets;
        public int Have;
        public long Total, Skip;
        public StreamPlace First;
    }
}
