using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>A DHCPv4 message of a client (RFC 2131): DISCOVER 1, REQUEST 3, DECLINE 4, RELEASE 7, INFORM 8.</summary>
public struct LeaseAsked
{
    /// <summary>Option 53; 0 for plain BOOTP.</summary>
    public byte MessageType;

    /// <summary>Whether the parameter request list asks for option 252.</summary>
    public bool AsksWpad;

    /// <summary>xid.</summary>
    public uint TransactionId;

    /// <summary>Seconds since the client began, as it says.</summary>
    public ushort Seconds;

    /// <summary>chaddr.</summary>
    public MacAddress ClientMac;

    /// <summary>FNV-1a of option 61, 0 when absent.</summary>
    public ulong ClientIdHash;

    /// <summary>ciaddr.</summary>
    public IpAddress ClientAddress;

    /// <summary>Option 50.</summary>
    public IpAddress RequestedAddress;

    /// <summary>Option 54: the server the client chose.</summary>
    public IpAddress ServerIdentifier;

    /// <summary>giaddr: the relay agent.</summary>
    public IpAddress RelayAddress;

    /// <summary>Option 12.</summary>
    public OctetSlice HostName;

    /// <summary>Option 60.</summary>
    public OctetSlice VendorClass;

    /// <summary>Option 55, the codes in order.</summary>
    public OctetSlice ParameterList;
}
