using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Texts that are kept until a later packet, one after the other in lent memory. Without memory a text is empty.</summary>
internal sealed class PackedTexts(StreamMemory memory)
{
    private const int LongestText = 8 * 1024;

    private byte[]? _octets;
    private int _used;

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

    /// <summary>Copies all field names of <paramref name="head"/> in order, lower case, with spaces between.</summary>
    public OctetSlice KeepNames(in HttpHead head)
    {
        Span<byte> names = stackalloc byte[1024];
        var used = 0;
        var fields = head.Fields;
        while (fields.TryNext(out var field) && field.Name.Length < names.Length - used)
        {
            if (used > 0)
                names[used++] = (byte)' ';
            foreach (var octet in field.Name)
                names[used++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        }
        return Keep(names[..used]);
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        memory.Release(ref _octets);
        _used = 0;
    }
}
