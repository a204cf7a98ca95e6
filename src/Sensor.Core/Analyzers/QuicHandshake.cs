using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>
/// A client's hello being put together out of CRYPTO frames, which come in any order and over several packets. Pooled.
/// </summary>
internal sealed class QuicHandshake
{
    /// <summary>Octets of a hello that are put together: with the largest key shares in use it has two to three thousand.</summary>
    public const int LongestHello = 8 * 1024;

    private readonly byte[] _octets = new byte[LongestHello];
    private readonly ulong[] _there = new ulong[LongestHello / 64];
    private bool _isScattered;

    /// <summary>The flow, who is the client, and when it was last heard.</summary>
    public ulong FlowHash;

    public IpAddress Client;
    public ushort ClientPort;
    public long LastNs;

    /// <summary>Place on the timeline and frame of the first packet.</summary>
    public long FirstOrdinal, FirstFrame;

    /// <summary>The keys of the first packet.</summary>
    public QuicInitialKeys Keys;

    /// <summary>Whether all that is of interest was told.</summary>
    public bool IsTold;

    /// <summary>Octets from the start without a hole.</summary>
    public int Whole { get; private set; }

    /// <summary>The octets without a hole.</summary>
    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, Whole);

    /// <summary>Forgets the octets.</summary>
    public void Clear()
    {
        Whole = 0;
        _isScattered = false;
        IsTold = false;
    }

    /// <summary>Reads the frames of a decrypted packet, RFC 9000 section 12.4; those that an Initial packet must not have end it.</summary>
    public void Take(ReadOnlySpan<byte> frames)
    {
        const byte Padding = 0, Ping = 1, Ack = 2, AckEcn = 3, Crypto = 6;
        for (var at = 0; at < frames.Length;)
        {
            switch (frames[at++])
            {
                case Padding:
                    var padding = frames[at..].IndexOfAnyExcept(Padding);
                    at = padding < 0 ? frames.Length : at + padding;
                    break;
                case Ping:
                    break;
                case Ack:
                    if (!PassAck(frames, ref at, counts: 0))
                        return;
                    break;
                case AckEcn:
                    if (!PassAck(frames, ref at, counts: 3))
                        return;
                    break;
                case Crypto:
                    if (!QuicLongHeader.TryTakeNumber(frames, ref at, out var offset) || !QuicLongHeader.TryTakeNumber(frames, ref at, out var length)
                        || length > frames.Length - at)
                        return;
                    Put(offset, frames.Slice(at, (int)length));
                    at += (int)length;
                    break;
                default:
                    return;
            }
        }
    }

    private static bool PassAck(ReadOnlySpan<byte> frames, ref int at, int counts)
    {
        const int MostRanges = 1024;
        if (!QuicLongHeader.TryTakeNumber(frames, ref at, out _) || !QuicLongHeader.TryTakeNumber(frames, ref at, out _)
            || !QuicLongHeader.TryTakeNumber(frames, ref at, out var ranges) || !QuicLongHeader.TryTakeNumber(frames, ref at, out _) || ranges > MostRanges)
            return false;
        for (var left = (ranges * 2) + counts; left > 0; left--)
        {
            if (!QuicLongHeader.TryTakeNumber(frames, ref at, out _))
                return false;
        }
        return true;
    }

    private void Put(long offset, ReadOnlySpan<byte> octets)
    {
        if (offset >= LongestHello)
            return;
        octets = octets[..(int)Math.Min(octets.Length, LongestHello - offset)];
        octets.CopyTo(_octets.AsSpan((int)offset));
        var end = (int)offset + octets.Length;
        // In order, as it nearly always is, nothing has to be noted.
        if (offset > Whole || _isScattered)
            Note((int)offset, end);
        else
            Whole = Math.Max(Whole, end);
    }

    /// <summary>Notes which octets are there, one bit each, from the first hole on.</summary>
    private void Note(int offset, int end)
    {
        if (!_isScattered)
            Array.Clear(_there);
        _isScattered = true;
        for (var i = offset; i < end; i++)
            _there[i >> 6] |= 1UL << (i & 63);
        while (Whole < LongestHello && (_there[Whole >> 6] & (1UL << (Whole & 63))) != 0)
            Whole++;
    }
}
