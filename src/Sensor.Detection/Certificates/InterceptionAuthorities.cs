namespace Sensor.Detection.Certificates;

/// <summary>
/// Authorities that sign certificates on the fly for whatever host is asked: those of well-known tools by their default names, those that came
/// with laptops, and those of inspection products. Names can be chosen freely; a tool that was given another name is told by its chain alone.
/// </summary>
public static class InterceptionAuthorities
{
    private static readonly (string Part, string Shown)[] Known =
    [
        ("mitmproxy", "mitmproxy"),
        ("PortSwigger CA", "Burp Suite"),
        ("DO_NOT_TRUST_Fiddler", "Fiddler"),
        ("Charles Proxy", "Charles"),
        ("OWASP Root CA", "ZAP"),
        ("OWASP Zed Attack Proxy", "ZAP"),
        ("Evilginx", "Evilginx"),
        ("bettercap", "bettercap"),
        ("sslsplit", "SSLsplit"),
        ("Proxyman CA", "Proxyman"),
        ("HTTP Toolkit CA", "HTTP Toolkit"),
        ("Superfish", "Superfish"),
        ("eDellRoot", "eDellRoot"),
        ("DSDTestProvider", "DSDTestProvider"),
        ("PrivDog", "PrivDog"),
        ("Zscaler", "Zscaler inspection"),
        ("FortiGate CA", "FortiGate inspection"),
        ("Fortinet", "FortiGate inspection"),
        ("Blue Coat", "Blue Coat inspection"),
        ("Netskope", "Netskope inspection"),
        ("Cisco Umbrella", "Umbrella inspection"),
        ("Sophos SSL CA", "Sophos inspection"),
        ("Kaspersky Anti-Virus Personal Root", "Kaspersky inspection"),
        ("avast! Web/Mail Shield", "Avast inspection"),
        ("ESET SSL Filter CA", "ESET inspection"),
        ("Bitdefender Personal CA", "Bitdefender inspection"),
    ];

    /// <summary>The tool or product whose authority is <paramref name="name"/>, or null.</summary>
    public static string? Find(DistinguishedName name)
    {
        foreach (var (part, shown) in Known)
        {
            if (name.CommonName.Contains(part, StringComparison.OrdinalIgnoreCase) || name.Organization.Contains(part, StringComparison.OrdinalIgnoreCase))
                return shown;
        }
        return null;
    }
}
