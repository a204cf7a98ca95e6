using Sensor.Core.Wire;

namespace Sensor.Detection.Hosts;

/// <summary>
/// What "nas", "NAS&lt;20&gt;", "nas.local" and "nas.corp.example" have in common: the first label, lower case, of at most the 15 octets that
/// NetBIOS keeps (RFC 1001 section 14). One host answering for all of them answers for one name.
/// </summary>
public static class NameStem
{
    private const int MaxOctets = 15;

    /// <summary>The first label of <paramref name="name"/>.</summary>
    public static ReadOnlySpan<byte> FirstLabel(ReadOnlySpan<byte> name)
    {
        var dot = name.IndexOf((byte)'.');
        return dot < 0 ? name : name[..dot];
    }

    /// <summary>The stable hash of the stem of <paramref name="name"/>; letters may be of either case.</summary>
    public static ulong Of(ReadOnlySpan<byte> name)
    {
        var label = FirstLabel(name);
        if (label.Length > MaxOctets)
            label = label[..MaxOctets];
        Span<byte> lower = stackalloc byte[MaxOctets];
        for (var i = 0; i < label.Length; i++)
            lower[i] = label[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(label[i] | 0x20) : label[i];
        ReadOnlySpan<byte> stem = lower[..label.Length];
        return stem.StableHash();
    }

    /// <summary>Whether the first label is `wpad`.</summary>
    public static bool IsWpad(ReadOnlySpan<byte> name) => WpadName.Is(name);
}
