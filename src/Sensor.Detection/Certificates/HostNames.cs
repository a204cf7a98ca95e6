using Sensor.Core.Wire;

namespace Sensor.Detection.Certificates;

/// <summary>Whether a certificate names a host, RFC 9525 section 6.3 and RFC 6125.</summary>
public static class HostNames
{
    /// <summary>
    /// Whether <paramref name="certificate"/> is for <paramref name="host"/>, a name or an address in text. A wildcard stands for exactly one label,
    /// the leftmost, under at least two others. The common name counts only where there are no alternative names.
    /// </summary>
    public static bool Match(Certificate certificate, string host)
    {
        var extensions = certificate.Extensions;
        if (IpAddress.TryParse(host.AsSpan().Trim("[]"), out var address))
            return extensions.Addresses.Contains(address);
        var name = host.TrimEnd('.').ToLowerInvariant();
        if (name.Length == 0)
            return false;
        if (!extensions.HasAlternativeNames)
            return MatchesName(certificate.Subject.CommonName.ToLowerInvariant(), name);
        foreach (var pattern in extensions.DnsNames)
        {
            if (MatchesName(pattern, name))
                return true;
        }
        return false;
    }

    private static bool MatchesName(string pattern, string name)
    {
        pattern = pattern.TrimEnd('.');
        if (pattern == name)
            return true;
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
            return false;
        var rest = pattern[1..];
        var label = name.Length - rest.Length;
        return rest.LastIndexOf('.') > 0 && label > 0 && name.EndsWith(rest, StringComparison.Ordinal) && !name[..label].Contains('.', StringComparison.Ordinal);
    }
}
