using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sensor.Core.Wire;

/// <summary>Bits from the low end of each octet first, as DEFLATE packs them (RFC 1951 section 3.1.1). Beyond the end come zeros.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> octets)
{
    private readonly ReadOnlySpan<byte> _octets = octets;
    private ulong _bits;
    private int _count, _at, _missing;

    /// <summary>Whether bits beyond the end were taken.</summary>
    public readonly bool IsExhausted => _missing > _count;

    /// <summary>The next bits, at least 16 of them valid, without taking them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Peek()
    {
        if (_count < 32)
            Refill();
        return (uint)_bits;
    }

    /// <summary>Drops <paramref name="count"/> bits that were peeked at.</summary>
    public void Drop(int count)
    {
        _bits >>= count;
        _count -= count;
    }

    /// <summary>Takes up to 16 bits.</summary>
    public int Take(int count)
    {
        var value = (int)(Peek() & ((1u << count) - 1));
        Drop(count);
        return value;
    }

    /// <summary>Drops the rest of the current octet.</summary>
    public void AlignToOctet() => Drop(_count & 7);

    /// <summary>
    /// Eight octets are read at once, of which as many count as there is room for: the bits above them are those of the next one, which will bring
    /// the same again.
    /// </summary>
    private void Refill()
    {
        if (_octets.Length - _at >= sizeof(ulong))
        {
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_octets[_at..]) << _count;
            var octets = (63 - _count) >> 3;
            _at += octets;
            _count += octets * 8;
            return;
        }
        for (; _count < 32; _count += 8)
        {
            if (_at < _octets.Length)
                _bits |= (ulong)_octets[_at++] << _count;
            else
                _missing += 8;
        }
    }

    /// <summary>Copies whole octets and returns how many there were; the reader must be aligned.</summary>
    public int CopyTo(Span<byte> target)
    {
        _at -= (_count - _missing) / 8;
        _bits = 0;
        _count = _missing = 0;
        var part = Math.Min(target.Length, _octets.Length - _at);
        _octets.Slice(_at, part).CopyTo(target);
        _at += part;
        return part;
    }
}
