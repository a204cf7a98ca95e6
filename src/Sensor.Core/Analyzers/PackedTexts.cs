using Sensor.Core.Flows;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>Texts that are kept until a later packet, one after the other in lent memory. Without memory a text is empty.</summary>
internal sealed class PackedTexts(StreamMemory memory)
{
    private const int LongestText = 8 * 1024;

    private byte[]? _octets;
    private int _used;

    /// <summary>Makes room for texts of <paramref name="octets"/> in all, so that it need not grow with each of them.</summary>
    public void Reserve(int octets) => memory.Grow(ref _octets, _used, _used + octets);

    /// <summary>Keeps a copy, of absurdly long texts the first 8 KiB.</summary>
    public OctetSlice Keep(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, LongestText)];
        if (text.IsEmpty || !memory.Grow(ref _octets, _used, _used + text.Length))
            return default;
        text.CopyTo(_octets.AsSpan(_used));
        _used += text.Length;
        return new OctetSlice(_used - text.Length, text.Length);
    }

    /// <summary>The text of <paramref name="slice"/>.</summary>
    public ReadOnlySpan<byte> Read(OctetSlice slice) => _octets.AsSpan(slice.Offset, slice.Length);

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        memory.Release(ref _octets);
        _used = 0;
    }
}
