namespace Sensor.Detection.Pac;

/// <summary>Why a proxy configuration is asked about a host.</summary>
public enum PacProbeKind : byte
{
    /// <summary>An ordinary public site: what happens to the bulk of the traffic.</summary>
    Ordinary,

    /// <summary>A host inside: a plain name, a private address, a name under a private top-level domain.</summary>
    Internal,

    /// <summary>Updates of systems and programs come from there.</summary>
    Update,

    /// <summary>A bank or payment service.</summary>
    Bank,

    /// <summary>A sign-in service: whoever reads its traffic is the user.</summary>
    SignOn,

    /// <summary>Web mail and mail servers.</summary>
    Mail,

    /// <summary>The victim itself asked for it, or the person at the command line did.</summary>
    Asked,

    /// <summary>The script names it.</summary>
    Named,
}

/// <summary>A URL that a proxy configuration is asked about: that of the root of a host.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Scheme">"http" or "https".</param>
/// <param name="Host">Name or address, lower case, without port; IPv6 without brackets.</param>
public readonly record struct PacProbe(PacProbeKind Kind, string Scheme, string Host)
{
    /// <summary>The URL as the script is given it. Browsers cut https URLs down to this; so do we with all.</summary>
    public string Url => Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]/" : $"{Scheme}://{Host}/";
}
