using Sensor.Core.Frames;

namespace Sensor.Core.Flows;

/// <summary>Spare chunks and the memory their octets come from, for all streams of a shard.</summary>
internal sealed class StreamChunkPool(StreamMemory memory, WireCounters counters)
{
    private StreamChunk? _spare;

    /// <summary>What the streams count.</summary>
    public WireCounters Counters => counters;

    /// <summary>
    /// A chunk with a copy of <paramref name="octets"/>, or null when memory is short. Where <paramref name="isWanted"/> is false nobody
    /// will look at
    /// them and they are not copied.
    /// </summary>
    public StreamChunk? Copy(uint sequence, ReadOnlySpan<byte> octets, int length, bool isWanted, in StreamPlace place)
    {
        byte[]? room = null;
        if (isWanted && octets.Length > 0)
        {
            room = memory.Rent(octets.Length);
            if (room is null)
                return null;
            octets.CopyTo(room);
        }
        var chunk = _spare ?? new StreamChunk();
        _spare = chunk.Next;
        chunk.Sequence = sequence;
        chunk.Length = length;
        chunk.IsPassedOver = !isWanted;
        chunk.Captured = isWanted ? octets.Length : 0;
        chunk.Cost = octets.Length + StreamChunk.OwnCost;
        chunk.Octets = room;
        chunk.Place = place;
        chunk.Next = null;
        return chunk;
    }

    /// <summary>Takes a chunk back.</summary>
    public void Return(StreamChunk chunk)
    {
        memory.Release(ref chunk.Octets);
        chunk.Next = _spare;
        _spare = chunk;
    }
}
