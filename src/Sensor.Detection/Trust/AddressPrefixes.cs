using System.Globalization;
using Sensor.Core.Wire;

namespace Sensor.Detection.Trust;

/// <summary>A short list of addresses and networks. Searched in order: operators write a handful.</summary>
public sealed class AddressPrefixes
{
    private readonly List<(IpAddress Address, int Bits)> _prefixes = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _prefixes.Count == 0;

    /// <summary>The entries that are single addresses, in the order they were written.</summary>
    public IEnumerable<IpAddress> Addresses => _prefixes.Where(static one => one.Bits == (one.Address.IsV4 ? 32 : 128)).Select(static one => one.Address);

    /// <summary>Adds "a.b.c.d", "a.b.c.d/n", "x::y" or "x::/n". False when it is neither.</summary>
    public bool TryAdd(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IsPlainAddress(slash < 0 ? text : text[..slash], out var address))
            return false;
        var most = address.IsV4 ? 32 : 128;
        var bits = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
            return false;
        _prefixes.Add((address, bits));
        return true;
    }

    /// <summary>Adds what the other list has.</summary>
    public void AddAll(AddressPrefixes other) => _prefixes.AddRange(other._prefixes);

    /// <summary>Whether <paramref name="address"/> is listed or inside a listed network.</summary>
    public bool Contains(IpAddress address)
    {
        foreach (var (prefix, bits) in _prefixes)
        {
            if (address.SharesPrefix(prefix, bits))
                return true;
        }
        return false;
    }

    // The parser of the BCL also takes "10.1" and "167772161" for IPv4: in a trust list that is a slip of the pen.
    private static bool IsPlainAddress(string text, out IpAddress address) =>
        IpAddress.TryParse(text, out address) && (!address.IsV4 || text.Contains(':') || text.Split('.').Length == 4)
        && !text.Contains('%') && !text.StartsWith('[');
}
