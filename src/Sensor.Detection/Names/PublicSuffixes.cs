namespace Sensor.Detection.Names;

/// <summary>Suffixes under which the public registers names: every top-level domain that is not reserved for private use, and the common second levels.</summary>
internal static class PublicSuffixes
{
    // Names people use for networks of their own; RFC 6761, RFC 6762, RFC 8375, ICANN's "internal", and what home routers ship with.
    private static readonly byte[][] PrivateLabels =
    [
        [.. "local"u8], [.. "localdomain"u8], [.. "localhost"u8], [.. "lan"u8], [.. "home"u8], [.. "internal"u8], [.. "intranet"u8], [.. "intra"u8],
        [.. "private"u8], [.. "corp"u8], [.. "test"u8], [.. "invalid"u8], [.. "arpa"u8], [.. "onion"u8], [.. "workgroup"u8],
        [.. "mshome"u8], [.. "domain"u8], [.. "ad"u8], [.. "router"u8], [.. "belkin"u8], [.. "dlink"u8], [.. "mynet"u8], [.. "gateway"u8],
        [.. "fritzbox"u8], [.. "homestation"u8], [.. "lab"u8], [.. "office"u8], [.. "site"u8], [.. "dom"u8], [.. "loc"u8], [.. "priv"u8],
    ];

    private static readonly byte[][] SecondLevels =
    [
        [.. "co"u8], [.. "com"u8], [.. "org"u8], [.. "net"u8], [.. "gov"u8], [.. "edu"u8], [.. "ac"u8], [.. "or"u8], [.. "ne"u8], [.. "go"u8],
        [.. "ltd"u8], [.. "plc"u8], [.. "me"u8], [.. "nhs"u8], [.. "govt"u8], [.. "gob"u8], [.. "gouv"u8],
    ];

    // The only two-letter label above that is a country's (Andorra): used for Active Directory far more often.
    private const int CountryCodeLength = 2;

    /// <summary>Whether <paramref name="suffix"/> (lower case, no trailing dot) is a public suffix. An empty one is not.</summary>
    public static bool Contains(ReadOnlySpan<byte> suffix)
    {
        var dot = suffix.IndexOf((byte)'.');
        if (dot < 0)
            return suffix.Length >= CountryCodeLength && IsAlphabetic(suffix) && !IsAmong(PrivateLabels, suffix);
        var rest = suffix[(dot + 1)..];
        return rest.Length == CountryCodeLength && IsAlphabetic(rest) && IsAmong(SecondLevels, suffix[..dot]);
    }

    private static bool IsAlphabetic(ReadOnlySpan<byte> label) => !label.ContainsAnyExceptInRange((byte)'a', (byte)'z');

    private static bool IsAmong(byte[][] labels, ReadOnlySpan<byte> label)
    {
        foreach (var known in labels)
        {
            if (label.SequenceEqual(known))
                return true;
        }
        return false;
    }
}
