using System.Buffers.Binary;
using System.Collections.Immutable;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Updates;

/// <summary>
/// Which hosts serve the updates of which product. The built-in catalogue is data (update-catalog.json); the operator adds to it. Looking a name up
/// costs one walk over its octets and allocates nothing; most names are told by their last eight octets, so it may be asked about every name
/// that passes.
/// </summary>
public sealed class UpdateCatalog
{
    private const int LongestName = 255;
    private static readonly Lazy<UpdateCatalog> Shipped = new(static () => new UpdateCatalog(UpdateCatalogReader.ReadShipped()));

    // The last octets of every key, as a set of hashes: 4,096 bits, of which some 200 are set.
    private const int TailOctets = sizeof(ulong), TailBits = 12;
    private const ulong LowerCase = 0x2020_2020_2020_2020;

    private readonly Dictionary<ulong, HostPattern[]> _byKey = [];
    private readonly ulong[] _tails = new ulong[1 << TailBits >> 6];
    private readonly HashSet<uint> _shortEnds = [];

    private UpdateCatalog(ImmutableArray<UpdateProduct> products)
    {
        Products = products;
        var patterns = new List<HostPattern>();
        foreach (var product in products)
        {
            foreach (var host in product.Hosts)
            {
                if (HostPattern.TryRead(host, product, out var pattern))
                    patterns.Add(pattern);
            }
        }
        foreach (var group in patterns.GroupBy(pattern => HashOf(pattern.Key)))
            _byKey.Add(group.Key, [.. group.OrderByDescending(pattern => pattern.Weight)]);
        foreach (var pattern in patterns)
            NoteTail(pattern.Key);
    }

    /// <summary>The catalogue that is built in.</summary>
    public static UpdateCatalog BuiltIn => Shipped.Value;

    /// <summary>All products.</summary>
    public ImmutableArray<UpdateProduct> Products { get; }

    /// <summary>
    /// This catalogue with the operator's entries in front: where both name a host equally exactly, the operator's holds.
    /// </summary>
    public UpdateCatalog With(IReadOnlyList<UpdateProduct> own) => own.Count == 0 ? this : new UpdateCatalog([.. own, .. Products]);

    /// <summary>
    /// The product whose host <paramref name="host"/> is, or null: a name in any case, with or without a trailing dot or a port, as a Host header,
    /// a server name or a DNS name give it. The most exact pattern counts.
    /// </summary>
    public UpdateProduct? Find(ReadOnlySpan<byte> host)
    {
        return MayBeKnown(host) ? Search(host) : null;
    }

    private UpdateProduct? Search(ReadOnlySpan<byte> host)
    {
        Span<byte> lower = stackalloc byte[LongestName];
        var name = UpdateRequest.Normalize(host, lower);
        UpdateProduct? found = null;
        var hash = 0UL;
        for (var at = name.Length - 1; at >= 0; at--)
        {
            hash = Prepend(name[at], hash);
            if ((at == 0 || name[at - 1] == (byte)'.') && _byKey.TryGetValue(hash, out var patterns))
                found = FindAmong(patterns, name[at..], name) ?? found;
        }
        return found;
    }

    /// <summary>
    /// The product whose host <paramref name="host"/> is, where an answer by another than the vendor says something; else null.
    /// </summary>
    public UpdateProduct? FindJudged(ReadOnlySpan<byte> host) => Find(host) is { IsJudged: true } product ? product : null;

    /// <summary>Whether <paramref name="host"/> (lower case) is an update host whose answers are judged.</summary>
    public bool IsUpdateHost(string host) => FindJudged(System.Text.Encoding.ASCII.GetBytes(host)) is not null;

    /// <summary>Whether a false answer for <paramref name="name"/> leads to a proxy configuration or an update.</summary>
    public bool IsPrize(ReadOnlySpan<byte> name) => NameStem.IsWpad(name) || FindJudged(name) is not null;

    /// <summary>False for most hosts that are none of the catalogue's. Short ones, and those that end in a port or a dot, may be anything.</summary>
    internal bool MayBeKnown(ReadOnlySpan<byte> host)
    {
        if (host.Length < TailOctets || (uint)((host[^1] | 0x20) - 'a') > 'z' - 'a')
            return true;
        var end = BinaryPrimitives.ReadUInt64LittleEndian(host[^TailOctets..]) | LowerCase;
        var tail = Slot(end);
        return (_tails[tail >> 6] >> (tail & 63) & 1) != 0 || (_shortEnds.Count > 0 && _shortEnds.Contains((uint)(end >> 32)));
    }

    /// <summary>Notes how names that match <paramref name="key"/> end. Before a short key any octets may stand: its last four are noted.</summary>
    private void NoteTail(ReadOnlySpan<byte> key)
    {
        if (key.Length < sizeof(uint))
        {
            _tails.AsSpan().Fill(ulong.MaxValue);
            return;
        }
        if (key.Length < TailOctets - 1)
        {
            _shortEnds.Add(BinaryPrimitives.ReadUInt32LittleEndian(key[^sizeof(uint)..]) | unchecked((uint)LowerCase));
            return;
        }
        Span<byte> end = stackalloc byte[TailOctets];
        end[0] = (byte)'.';
        var part = key[^Math.Min(key.Length, TailOctets)..];
        part.CopyTo(end[(TailOctets - part.Length)..]);
        var tail = Slot(BinaryPrimitives.ReadUInt64LittleEndian(end) | LowerCase);
        _tails[tail >> 6] |= 1UL << (tail & 63);
    }

    private static int Slot(ulong tail) => (int)((tail * 0x9E3779B97F4A7C15UL) >> (64 - TailBits));

    private static UpdateProduct? FindAmong(HostPattern[] patterns, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        foreach (var pattern in patterns)
        {
            if (key.SequenceEqual(pattern.Key) && pattern.Matches(name))
                return pattern.Product;
        }
        return null;
    }

    private static ulong HashOf(ReadOnlySpan<byte> key)
    {
        var hash = 0UL;
        for (var at = key.Length - 1; at >= 0; at--)
            hash = Prepend(key[at], hash);
        return hash;
    }

    /// <summary>The hash of an octet and what follows it: built from the end, so that one walk over a name gives the hashes of all its ends.</summary>
    private static ulong Prepend(byte octet, ulong hash) => (hash ^ octet) * 0x9E3779B97F4A7C15UL;
}
