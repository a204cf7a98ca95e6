namespace Sensor.Core.Flows;

/// <summary>
/// Puts the octets of one direction of a TCP connection in order (RFC 9293 section 3.4; all arithmetic is modulo 2^32). What comes in order is
/// handed on straight from the frame; what comes early waits as a copy. Where segments overlap the octets seen first win. A hole that the other
/// side has acknowledged, or that nobody fills, was lost by the capture and is skipped.
/// </summary>
internal sealed class StreamReassembler(int direction, StreamChunkPool pool)
{
    /// <summary>Octets (with bookkeeping) that may wait in one direction: more than the usual receive window needs after one loss.</summary>
    public const int MaxPending = 1 << 20;

    /// <summary>Octets that may wait when the other direction is not captured, so that no acknowledgment can tell a loss.</summary>
    private const int MaxPendingUnacknowledged = 64 << 10;

    /// <summary>Further from the expected octet than any sender is: a forged segment, or the capture lost very much.</summary>
    private const int MaxAhead = 16 << 20;

    private const int AcknowledgmentsToBelieve = 3;
    private const long Reordering = 100_000_000, Unacknowledged = 1_000_000_000, Patience = 10_000_000_000;

    private StreamChunk? _first, _last;
    private int _pending, _acknowledgments;
    private long _waitingSince;
    private bool _hasFar, _hasContradicted;
    private uint _farNext;
    private SeenSegments _seen;

    /// <summary>Number of the next octet to hand on.</summary>
    public uint Next { get; private set; }

    /// <summary>Whether <see cref="Next"/> is known.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Whether octets were handed on.</summary>
    public bool HasDelivered { get; private set; }

    /// <summary>Whether octets wait for earlier ones.</summary>
    public bool IsWaiting => _first is not null;

    /// <summary>Whether packets of the other direction are captured, whose acknowledgments tell what was lost.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Expects <paramref name="next"/> as the first octet.</summary>
    public void Start(uint next)
    {
        Next = next;
        IsStarted = true;
    }

    /// <summary>Passes over <paramref name="octets"/> in-order octets that nobody wants to see.</summary>
    public void Skip(uint octets) => Next += octets;

    /// <summary>A segment of <paramref name="length"/> octets on the wire, of which <paramref name="octets"/> were captured.</summary>
    public void Accept(ReadOnlySpan<byte> octets, int length, uint sequence, in StreamPlace place, IStreamReceiver receiver)
    {
        if (!IsStarted)
            Start(sequence);
        var ahead = (int)(sequence - Next);
        if (ahead is > MaxAhead or < -MaxAhead)
        {
            if (!Resynchronize(sequence, length, in place, receiver))
                return;
            ahead = 0;
        }
        _hasContradicted = place.IsDamaged;
        if (!place.IsDamaged && _seen.Contradicts(sequence, octets, in place, out var earlier))
            Contradict(octets, sequence, in earlier, in place, receiver);
        if (ahead < 0)
        {
            if (-ahead >= length)
                return;
            octets = octets[Math.Min(-ahead, octets.Length)..];
            length += ahead;
        }
        if (ahead <= 0)
            Weave(octets, length, in place, receiver);
        else
            Keep(octets, length, sequence, in place, receiver);
    }

    /// <summary>The other side has received everything before <paramref name="acknowledgment"/>: when a hole lies before it, it will not be filled.</summary>
    public void Acknowledge(uint acknowledgment, in StreamPlace place, IStreamReceiver receiver)
    {
        while (_first is { } first && (int)(acknowledgment - first.Sequence) >= 0)
        {
            if (++_acknowledgments < AcknowledgmentsToBelieve && !IsOlder(place.TimestampNs, Reordering))
                return;
            SkipHole(receiver);
        }
    }

    /// <summary>Nothing more will come: hands on what waits, with its holes.</summary>
    public void Finish(IStreamReceiver receiver)
    {
        while (_first is not null)
            SkipHole(receiver);
    }

    /// <summary>Forgets everything, for the next connection.</summary>
    public void Reset()
    {
        while (_first is not null)
            pool.Return(Take());
        _pending = _acknowledgments = 0;
        _hasFar = IsStarted = HasDelivered = IsAcknowledged = false;
        _seen.Clear();
    }

    /// <summary>Hands on a segment that begins with the next octet, around the chunks that came before it.</summary>
    private void Weave(ReadOnlySpan<byte> octets, int length, in StreamPlace place, IStreamReceiver receiver)
    {
        while (length > 0)
        {
            var room = _first is null ? length : Math.Min(length, (int)(_first.Sequence - Next));
            if (room > 0)
                Deliver(octets[..Math.Min(room, octets.Length)], room, in place, receiver);
            else
                room = Math.Min(length, DeliverFirst(octets, in place, receiver));
            octets = octets[Math.Min(room, octets.Length)..];
            length -= room;
        }
        Drain(receiver);
    }

    private void Keep(ReadOnlySpan<byte> octets, int length, uint sequence, in StreamPlace place, IStreamReceiver receiver)
    {
        if (_first is null)
            _waitingSince = place.TimestampNs;
        var isWanted = octets.Length < length || sequence - Next + (uint)length >= receiver.Skippable(direction);
        if (!Insert(octets, length, sequence, isWanted, in place, receiver))
            pool.Counters.StreamsDropped++;
        var isLost = _pending > MaxPending || IsOlder(place.TimestampNs, Patience)
            || (!IsAcknowledged && (_pending > MaxPendingUnacknowledged || IsOlder(place.TimestampNs, Unacknowledged)));
        if (isLost && _first is not null)
            SkipHole(receiver);
    }

    /// <summary>Copies what no chunk covers yet into the sorted list of chunks.</summary>
    private bool Insert(ReadOnlySpan<byte> octets, int length, uint sequence, bool isWanted, in StreamPlace place, IStreamReceiver receiver)
    {
        var isAfterAll = _last is not null && (int)(sequence - _last.End) >= 0;
        var before = isAfterAll ? _last : null;
        var at = isAfterAll ? null : _first;
        while (length > 0)
        {
            for (; at is not null && (int)(at.End - sequence) <= 0; at = at.Next)
                before = at;
            int part;
            if (at is not null && (int)(at.Sequence - sequence) <= 0)
            {
                part = Math.Min(length, (int)(at.End - sequence));
                Compare(octets[..Math.Min(part, octets.Length)], at, sequence, in place, receiver);
            }
            else
            {
                part = at is null ? length : Math.Min(length, (int)(at.Sequence - sequence));
                if (pool.Copy(sequence, octets[..Math.Min(part, octets.Length)], part, isWanted, in place) is not { } chunk)
                    return false;
                Link(chunk, before, at);
                before = chunk;
            }
            octets = octets[Math.Min(part, octets.Length)..];
            length -= part;
            sequence += (uint)part;
        }
        return true;
    }

    private void Link(StreamChunk chunk, StreamChunk? before, StreamChunk? after)
    {
        chunk.Next = after;
        if (before is null)
            _first = chunk;
        else
            before.Next = chunk;
        if (after is null)
            _last = chunk;
        _pending += chunk.Cost;
    }

    private StreamChunk Take()
    {
        var chunk = _first!;
        _first = chunk.Next;
        if (_first is null)
            _last = null;
        _pending -= chunk.Cost;
        return chunk;
    }

    private void SkipHole(IStreamReceiver receiver)
    {
        var first = _first!;
        var hole = first.Sequence - Next;
        if (hole != 0)
        {
            pool.Counters.StreamGaps++;
            Next = first.Sequence;
            receiver.Miss(direction, hole, in first.Place);
        }
        _waitingSince = first.Place.TimestampNs;
        _acknowledgments = 0;
        Drain(receiver);
    }

    private void Drain(IStreamReceiver receiver)
    {
        while (_first is not null && _first.Sequence == Next)
            DeliverFirst(default, default, receiver);
    }

    /// <summary>Hands on the first chunk and compares it with <paramref name="overlap"/>, octets of the same place that came later.</summary>
    private int DeliverFirst(ReadOnlySpan<byte> overlap, in StreamPlace place, IStreamReceiver receiver)
    {
        var chunk = Take();
        Compare(overlap, chunk, chunk.Sequence, in place, receiver);
        if (chunk.IsPassedOver)
            PassOver(chunk, receiver);
        else
            Deliver(chunk.Octets.AsSpan(0, chunk.Captured), chunk.Length, in chunk.Place, receiver);
        var length = chunk.Length;
        pool.Return(chunk);
        return length;
    }

    private void PassOver(StreamChunk chunk, IStreamReceiver receiver)
    {
        Next += (uint)chunk.Length;
        HasDelivered = true;
        receiver.Skip(direction, (uint)chunk.Length, in chunk.Place);
    }

    private void Deliver(ReadOnlySpan<byte> octets, int length, in StreamPlace place, IStreamReceiver receiver)
    {
        var sequence = Next;
        Next += (uint)length;
        HasDelivered = true;
        if (octets.Length > 0)
            receiver.Receive(direction, octets, sequence, in place);
        if (octets.Length == length)
            return;
        pool.Counters.StreamGaps++;
        receiver.Miss(direction, (uint)(length - octets.Length), in place);
    }

    private void Compare(ReadOnlySpan<byte> octets, StreamChunk earlier, uint from, in StreamPlace place, IStreamReceiver receiver)
    {
        var known = earlier.Slice(from, octets.Length);
        octets = octets[..known.Length];
        if (known.Length <= 1 || earlier.Place.IsDamaged || known.SequenceEqual(octets))
            return;
        var mark = SegmentMark.Of(from == earlier.Sequence ? known : default, in earlier.Place);
        Contradict(octets, from, in mark, in place, receiver);
    }

    /// <summary>Counts and tells a contradiction, once a segment.</summary>
    private void Contradict(ReadOnlySpan<byte> octets, uint sequence, in SegmentMark earlier, in StreamPlace place, IStreamReceiver receiver)
    {
        if (_hasContradicted)
            return;
        _hasContradicted = true;
        pool.Counters.StreamOverlaps++;
        receiver.Contradict(direction, octets, sequence, in earlier, in place);
    }

    /// <summary>Two segments in a row far from what was expected are believed, a single one is not.</summary>
    private bool Resynchronize(uint sequence, int length, in StreamPlace place, IStreamReceiver receiver)
    {
        var isSecond = _hasFar && sequence == _farNext;
        _hasFar = !isSecond;
        _farNext = sequence + (uint)length;
        if (!isSecond)
            return false;
        Finish(receiver);
        pool.Counters.StreamGaps++;
        receiver.Miss(direction, sequence - Next, in place);
        Next = sequence;
        return true;
    }

    private bool IsOlder(long now, long than) => now - _waitingSince > than || now < _waitingSince - than;
}
