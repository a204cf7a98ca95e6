namespace Sensor.Probing;

/// <summary>A router solicitation, RFC 4861 section 4.1: type 133, code 0, checksum (filled by the kernel), reserved, source link-layer address.</summary>
internal static class RouterSolicitation
{
    private const byte Type = 133, SourceLinkLayerAddress = 1;
    private const int HeaderSize = 8, OptionSize = 8, MacSize = 6;

    /// <summary>The message of a host with this hardware address; without the option where there is none.</summary>
    public static byte[] Of(ReadOnlySpan<byte> mac)
    {
        var octets = new byte[mac.Length == MacSize ? HeaderSize + OptionSize : HeaderSize];
        octets[0] = Type;
        if (mac.Length != MacSize)
            return octets;
        octets[HeaderSize] = SourceLinkLayerAddress;
        octets[HeaderSize + 1] = OptionSize / 8;
        mac.CopyTo(octets.AsSpan(HeaderSize + 2));
        return octets;
    }
}
