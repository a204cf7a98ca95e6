using Sensor.Detection.Updates;

namespace Sensor.Detection.Hosts;

/// <summary>By what a host could be lured. Flags.</summary>
[Flags]
public enum ExposureKinds : ushort
{
    /// <summary>Nothing seen.</summary>
    None = 0,

    /// <summary>Asked DNS for wpad or wpad.&lt;domain&gt;.</summary>
    WpadByDns = 1,

    /// <summary>Asked for wpad by LLMNR.</summary>
    WpadByLlmnr = 2,

    /// <summary>Asked for wpad.local by mDNS.</summary>
    WpadByMdns = 4,

    /// <summary>Asked for WPAD by NetBIOS.</summary>
    WpadByNbns = 8,

    /// <summary>Asked DHCP for option 252.</summary>
    WpadByDhcp = 16,

    /// <summary>Asks names by LLMNR.</summary>
    Llmnr = 32,

    /// <summary>Asks names by mDNS.</summary>
    Mdns = 64,

    /// <summary>Asks names by NetBIOS.</summary>
    Nbns = 128,

    /// <summary>Asks update hosts itself.</summary>
    UpdatesDirect = 256,

    /// <summary>Asks a WSUS server.</summary>
    UpdatesByWsus = 512,

    /// <summary>Asks update hosts by a proxy.</summary>
    UpdatesByProxy = 1024,

    /// <summary>Asks for updates over plain HTTP.</summary>
    UpdatesInClear = 2048,

    /// <summary>Agreed with an update host on a version of TLS before 1.2.</summary>
    UpdatesByOldTls = 4096,

    /// <summary>Any way to ask for names on the link.</summary>
    AnyLinkName = Llmnr | Mdns | Nbns,

    /// <summary>Any way to ask for updates.</summary>
    AnyUpdates = UpdatesDirect | UpdatesByWsus | UpdatesByProxy | UpdatesInClear | UpdatesByOldTls,

    /// <summary>Any way to look for a proxy configuration.</summary>
    AnyWpad = WpadByDns | WpadByLlmnr | WpadByMdns | WpadByNbns | WpadByDhcp,
}

/// <summary>A host's line in the inventory.</summary>
/// <param name="Host">Who.</param>
/// <param name="Kinds">By what it could be lured.</param>
/// <param name="LastWpadNs">Packet time when it last looked for a proxy configuration, nanoseconds; 0 when it never did.</param>
/// <param name="LastSeenNs">Packet time of the last of these questions to about a minute, nanoseconds.</param>
public sealed record ExposedHost(Host Host, ExposureKinds Kinds, long LastWpadNs, long LastSeenNs)
{
    /// <summary>Packet time when it last asked anybody for updates, nanoseconds; 0 when it never did.</summary>
    public long LastUpdateNs { get; init; }

    /// <summary>Packet time when it last asked Windows Update or a WSUS server, nanoseconds; 0 when it never did.</summary>
    public long LastPollNs { get; init; }

    /// <summary>Packet time by which Windows asks again, nanoseconds; 0 when it never asked.</summary>
    public long NextPollNs => LastPollNs == 0 ? 0 : LastPollNs + UpdatePollTable.WindowsIntervalNs;
}
