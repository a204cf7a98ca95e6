namespace Sensor.Core.Wire;

/// <summary>The DHCPv4 options that matter here, RFC 2132 unless said otherwise.</summary>
public enum DhcpOption : byte
{
    /// <summary>Padding, one octet.</summary>
    Pad = 0,

    /// <summary>Subnet mask.</summary>
    SubnetMask = 1,

    /// <summary>Default routers.</summary>
    Routers = 3,

    /// <summary>DNS servers.</summary>
    DnsServers = 6,

    /// <summary>The client's host name.</summary>
    HostName = 12,

    /// <summary>Domain name.</summary>
    Domain = 15,

    /// <summary>NetBIOS name servers (WINS).</summary>
    WinsServers = 44,

    /// <summary>The address a client asks for.</summary>
    RequestedAddress = 50,

    /// <summary>Lease time, seconds.</summary>
    LeaseTime = 51,

    /// <summary>Which of file and sname hold options too: 1 file, 2 sname, 3 both.</summary>
    Overload = 52,

    /// <summary>Message type.</summary>
    MessageType = 53,

    /// <summary>Server identifier.</summary>
    ServerIdentifier = 54,

    /// <summary>Parameter request list.</summary>
    ParameterList = 55,

    /// <summary>Vendor class identifier.</summary>
    VendorClass = 60,

    /// <summary>Client identifier.</summary>
    ClientIdentifier = 61,

    /// <summary>Relay agent information, RFC 3046.</summary>
    RelayInformation = 82,

    /// <summary>Domain search list, RFC 3397.</summary>
    SearchList = 119,

    /// <summary>Web proxy auto-discovery: the URL of a PAC file; never registered, as used by Windows.</summary>
    Wpad = 252,

    /// <summary>The end of a field.</summary>
    End = 255,
}
