using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>
/// A DHCPv4 message of a server (RFC 2131): OFFER 2, ACK 5, NAK 6. Options are joined per RFC 3396, from the sname and file fields too
/// (option 52). An ACK with <see cref="YourAddress"/> 0.0.0.0 answers an INFORM.
/// </summary>
public struct LeaseOffered
{
    /// <summary>Option 53; 0 for a plain BOOTP reply.</summary>
    public byte MessageType;

    /// <summary>Option 52: 0 none, 1 file, 2 sname, 3 both hold options.</summary>
    public byte Overload;

    /// <summary>Whether option 252 is present (even when empty).</summary>
    public bool HasWpad;

    /// <summary>Whether the relay agent option 82 is present.</summary>
    public bool HasRelayInformation;

    /// <summary>xid.</summary>
    public uint TransactionId;

    /// <summary>Option 51, seconds.</summary>
    public uint LeaseSeconds;

    /// <summary>chaddr.</summary>
    public MacAddress ClientMac;

    /// <summary>ciaddr.</summary>
    public IpAddress ClientAddress;

    /// <summary>yiaddr.</summary>
    public IpAddress YourAddress;

    /// <summary>siaddr.</summary>
    public IpAddress NextServer;

    /// <summary>giaddr.</summary>
    public IpAddress RelayAddress;

    /// <summary>Option 54.</summary>
    public IpAddress ServerIdentifier;

    /// <summary>Option 1.</summary>
    public IpAddress SubnetMask;

    /// <summary>Option 3.</summary>
    public AddressSlice Routers;

    /// <summary>Option 6.</summary>
    public AddressSlice DnsServers;

    /// <summary>Option 44.</summary>
    public AddressSlice WinsServers;

    /// <summary>Option 15, as sent.</summary>
    public OctetSlice Domain;

    /// <summary>Option 119 decoded, names separated by a space.</summary>
    public OctetSlice SearchList;

    /// <summary>Option 252 as sent, every octet.</summary>
    public OctetSlice Wpad;

    /// <summary>The option codes in the order sent: a fingerprint.</summary>
    public OctetSlice OptionOrder;
}
