using System.Collections.Immutable;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Detection.Updates;

/// <summary>
/// Which hosts serve the updates of which product. The built-in catalogue is data (update-catalog.json); the operator adds to it. Looking a name up
/// costs a hash for each of its labels and allocates nothing, so it may be asked about every name that passes.
/// </summary>
public sealed class UpdateCatalog
{
    private const int LongestName = 255;
    private static readonly Lazy<UpdateCatalog> Shipped = new(static () => new UpdateCatalog(UpdateCatalogReader.ReadShipped()));

    private readonly Dictionary<ulong, HostPattern[]> _byKey = [];

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
        foreach (var group in patterns.GroupBy(pattern => ((ReadOnlySpan<byte>)pattern.Key).StableHash()))
            _byKey.Add(group.Key, [.. group.OrderByDescending(pattern => pattern.Weight)]);
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
        Span<byte> lower = stackalloc byte[LongestName];
        var name = UpdateRequest.Normalize(host, lower);
        for (var at = 0; at < name.Length; at++)
        {
            if (at > 0 && name[at - 1] != (byte)'.')
                continue;
            var key = name[at..];
            if (!_byKey.TryGetValue(key.StableHash(), out var patterns))
                continue;
            foreach (var pattern in patterns)
            {
                if (key.SequenceEqual(pattern.Key) && pattern.Matches(name))
                    return pattern.Product;
            }
        }
        return null;
    }

    /// <summary>
    /// The product whose host <paramref name="host"/> is, where an answer by another than the vendor says something; else null.
    /// </summary>
    public UpdateProduct? FindJudged(ReadOnlySpan<byte> host) => Find(host) is { IsJudged: true } product ? product : null;

    /// <summary>Whether <paramref name="host"/> (lower case) is an update host whose answers are judged.</summary>
    public bool IsUpdateHost(string host) => FindJudged(System.Text.Encoding.ASCII.GetBytes(host)) is not null;

    /// <summary>Whether a false answer for <paramref name="name"/> leads to a proxy configuration or an update.</summary>
    public bool IsPrize(ReadOnlySpan<byte> name) => NameStem.IsWpad(name) || FindJudged(name) is not null;
}
