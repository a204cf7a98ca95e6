using Sensor.Core.Frames;

namespace Sensor.Tests.Fuzz;

/// <summary>Frames of good captures, each changed a little in a way that depends on the seed alone.</summary>
internal sealed class MutatedFrames(List<(FrameRecord Record, byte[] Octets)> good, int count, uint seed) : IFrameSource
{
    private uint _random = seed;
    private int _made;
    private long _time = 1_700_000_000_000_000_000;

    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        var at = 0;
        while (_made < count && batch.Count < batch.Frames.Length && batch.Octets.Length - at > 70_000)
        {
            var (record, octets) = good[(int)(Next() % (uint)good.Count)];
            var length = Mutate(octets, batch.Octets.AsSpan(at));
            _time += Next() % 2_000_000;
            batch.Frames[batch.Count++] = new FrameRecord
            {
                TimestampNs = Next() % 500 == 0 ? (long)Next() << 31 : _time,
                Number = ++_made,
                Offset = at,
                CapturedLength = length,
                OriginalLength = Next() % 50 == 0 ? (int)(Next() % 70_000) + length : Math.Max(length, record.OriginalLength),
                LinkType = Next() % 200 == 0 ? (ushort)(Next() % 300) : record.LinkType,
            };
            at += length;
        }
        return batch.Count > 0;
    }

    public string OriginName(int origin) => "mutated";

    private int Mutate(byte[] octets, Span<byte> target)
    {
        octets.CopyTo(target);
        var length = octets.Length;
        for (var changes = Next() % 6; changes > 0 && length > 0; changes--)
        {
            var place = (int)(Next() % (uint)length);
            switch (Next() % 5)
            {
                case 0:
                    length = place;
                    break;
                case 1:
                    target[place] ^= (byte)(1 << (int)(Next() % 8));
                    break;
                case 2:
                    target[place] = 0xFF;
                    break;
                default:
                    target[place] = (byte)Next();
                    break;
            }
        }
        return length;
    }

    /// <summary>xorshift32: the same sequence everywhere.</summary>
    private uint Next()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        return _random ^= _random << 5;
    }
}
