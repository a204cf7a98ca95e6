namespace Sensor.Core.Observations;

/// <summary>The first-hop redundancy protocol of an advertisement.</summary>
public enum RedundancyProtocol : byte
{
    /// <summary>VRRP version 2 or 3.</summary>
    Vrrp,

    /// <summary>CARP.</summary>
    Carp,

    /// <summary>HSRP version 1 or 2.</summary>
    Hsrp,
}

/// <summary>How a redundancy advertisement proves who sent it.</summary>
public enum RedundancyAuthentication : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a password that everybody on the link reads.</summary>
    Password,

    /// <summary>By a digest or an authentication header.</summary>
    Signed,
}

/// <summary>A router says that it serves, or stands by for, a virtual address (VRRP, CARP, HSRP). The sighting's source is the router itself.</summary>
public struct RedundancyAdvertised
{
    /// <summary>The protocol.</summary>
    public RedundancyProtocol Protocol;

    /// <summary>How it is authenticated; the password itself is not kept.</summary>
    public RedundancyAuthentication Authentication;

    /// <summary>The group's number.</summary>
    public ushort Group;

    /// <summary>Higher wins, 0 to 255; 0 in VRRP gives up.</summary>
    public byte Priority;

    /// <summary>Whether the router gives up.</summary>
    public bool IsResigning;

    /// <summary>The virtual addresses; empty in CARP, which only signs them.</summary>
    public AddressSlice Addresses;
}
