using Sensor.Detection.Detectors;

namespace Sensor.Detection.Incidents;

/// <summary>
/// Kinds of signs by the harmless reading they share. An honest new proxy server explains every sign about WPAD, PAC and proxy at once, so
/// these together prove no more than one of them; it does not explain that the host also lies about others' names or addresses. Flags.
/// </summary>
[Flags]
internal enum SignKinds : byte
{
    None = 0,

    /// <summary>Explained by "it is the site's proxy server": answers for wpad, option 252, PAC, proxy.</summary>
    ProxyService = 1,

    /// <summary>Explained by "it has these names": answers for names of others, contradicting answers.</summary>
    Names = 2,

    /// <summary>Explained by "it is a new server or router of the site": address plans, router advertisements.</summary>
    AddressPlan = 4,

    /// <summary>Explained by "it took over that address" or "it is a router": ARP, NDP, redirects, relaying.</summary>
    Wire = 8,

    /// <summary>Explained by "it is a cache or update server of the site": update traffic and its certificates.</summary>
    Updates = 16,
}

/// <summary>Tells kinds of signs apart by the stable numbers of their detectors.</summary>
internal static class Signs
{
    private const int Names = 11, AddressPlan = 12, Updates = 15, Wire = 16;
    private const int DnsAnswerRace = 1105, NamePoisoner = 1106, NbnsOffLink = 1108, RogueDhcpWpad = 1201;

    /// <summary>The kind of a detector's findings.</summary>
    public static SignKinds KindOf(DetectorInfo detector) => (detector.Sid / 100) switch
    {
        Names => detector.Sid is DnsAnswerRace or NamePoisoner or NbnsOffLink ? SignKinds.Names : SignKinds.ProxyService,
        AddressPlan => detector.Sid == RogueDhcpWpad ? SignKinds.ProxyService : SignKinds.AddressPlan,
        Updates => SignKinds.Updates,
        Wire => SignKinds.Wire,
        _ => SignKinds.ProxyService,
    };

    /// <summary>Whether more than one kind is among <paramref name="kinds"/>.</summary>
    public static bool AreIndependent(SignKinds kinds) => (kinds & (kinds - 1)) != 0;
}
