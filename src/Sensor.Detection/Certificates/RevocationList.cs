using System.Collections.Frozen;

namespace Sensor.Detection.Certificates;

/// <summary>
/// Certificates that were withdrawn because they were forged, misused or stolen, by their SHA-1 thumbprint or by serial number and a part of the
/// issuer's name. Built in: a sensor asks no authority, and the authorities' own lists have long dropped most of these.
/// </summary>
public static class RevocationList
{
    private const string Licensing = "KB2718704 (June 2012): licensing authorities under which code was signed as Microsoft";
    private const string Flame = "the Flame code-signing chain of 2012";

    private static readonly FrozenDictionary<string, string> ByThumbprint = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["2A83E9020591A55FC6DDAD3FB102794C52B24E70"] = Licensing,
        ["3A850044D8A195CD401A680C012CB0A3B5F8DC08"] = Licensing,
        ["FA6660A94AB45F6A88C0D7874D89A863D74DEE97"] = Licensing,
        ["1D190FACF06E133E8754E564C76C17DA8F566FBB"] = Flame,
        ["03166D5BC0EDF8F514790C76D23703E803281A92"] = Flame,
        ["58AEDC5058E505D381E63DE54186FF23B490C3B3"] = Flame,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly (string Serial, string Issuer, string Reason)[] BySerial =
    [
        ("3AAB11DEE52F1B19D056", "Microsoft Root Authority", Licensing),
        ("EBAA11D62E2481081820", "Microsoft Root Authority", Licensing),
        ("1B7E", "Microsoft LSRA PA", Flame),
    ];

    /// <summary>Authorities that were withdrawn as a whole: whatever names them as its issuer is withdrawn too, also where they are not shown.</summary>
    private static readonly (string Issuer, string Reason)[] ByIssuer =
    [
        ("Microsoft LSRA PA", Licensing),
        ("Microsoft Enforced Licensing", Licensing),
    ];

    /// <summary>Entries by thumbprint.</summary>
    public static IReadOnlyCollection<string> Thumbprints => ByThumbprint.Keys;

    /// <summary>Why <paramref name="certificate"/> is withdrawn, or null when it is not on the list.</summary>
    public static string? ReasonFor(Certificate certificate)
    {
        if (ByThumbprint.TryGetValue(certificate.Sha1, out var reason))
            return reason;
        foreach (var entry in BySerial)
        {
            if (certificate.SerialNumber == entry.Serial && certificate.Issuer.CommonName.Contains(entry.Issuer, StringComparison.OrdinalIgnoreCase))
                return entry.Reason;
        }
        foreach (var entry in ByIssuer)
        {
            if (certificate.Issuer.CommonName.StartsWith(entry.Issuer, StringComparison.OrdinalIgnoreCase)
                || certificate.Subject.CommonName.StartsWith(entry.Issuer, StringComparison.OrdinalIgnoreCase))
                return entry.Reason;
        }
        return null;
    }
}
