using System.Buffers.Binary;
using System.Net;
using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Probing;

/// <summary>
/// DHCP messages that ask and take nothing: DISCOVER and INFORM (RFC 2131), INFORMATION-REQUEST (RFC 8415). They ask for the options that steer
/// a client: router, DNS, domain, search list, WINS and the proxy configuration (252).
/// </summary>
internal static class DhcpQuestion
{
    private const byte BootRequest = 1, Ethernet = 1, MacSize = 6, Discover = 1, Inform = 8;
    private const byte MessageType = 53, ClientId = 61, HostName = 12, VendorClass = 60, ParameterList = 55, End = 255;
    private const byte InformationRequest = 11;
    private const ushort Broadcast = 0x8000;
    private const int OptionsAt = 240, Smallest = 300, ClientAddressAt = 12, ClientMacAt = 28;
    private const uint Cookie = 0x6382_5363;

    // As Windows asks, 252 among them: servers that answer by vendor class or parameter list take it for a usual client.
    private static ReadOnlySpan<byte> Wanted => [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252];

    /// <summary>A DISCOVER of a client with this MAC; answers are asked for by broadcast, since nobody has that MAC.</summary>
    public static byte[] DiscoverOf(uint transactionId, MacAddress client, string hostName) =>
        Write(Discover, transactionId, client, IPAddress.Any, hostName);

    /// <summary>An INFORM of a host that has <paramref name="address"/> already: the answer comes there.</summary>
    public static byte[] InformOf(uint transactionId, MacAddress client, IPAddress address, string hostName) =>
        Write(Inform, transactionId, client, address, hostName);

    /// <summary>
    /// An INFORMATION-REQUEST for DNS servers (23) and search list (24). The DUID (RFC 6355, a UUID) is made up anew each time.
    /// </summary>
    public static byte[] Information(uint transactionId, Guid client)
    {
        const int uuidSize = 16, duidSize = 2 + uuidSize;
        const ushort clientId = 1, optionRequest = 6, elapsedTime = 8, dnsServers = 23, searchList = 24, duidUuid = 4;
        var octets = new byte[4 + 4 + duidSize + 4 + 2 + 4 + 4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, ((uint)InformationRequest << 24) | (transactionId & 0xFF_FFFF));
        var at = Option(octets, 4, clientId, duidSize);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(at), duidUuid);
        client.TryWriteBytes(octets.AsSpan(at + 2));
        at = Option(octets, at + duidSize, elapsedTime, 2);
        at = Option(octets, at + 2, optionRequest, 4);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(at), dnsServers);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(at + 2), searchList);
        return octets;
    }

    private static int Option(Span<byte> octets, int at, ushort code, ushort length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(octets[at..], code);
        BinaryPrimitives.WriteUInt16BigEndian(octets[(at + 2)..], length);
        return at + 4;
    }

    private static byte[] Write(byte type, uint transactionId, MacAddress client, IPAddress address, string hostName)
    {
        Span<byte> mac = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(mac, client.Value << 16);
        mac = mac[..MacSize];
        var octets = new byte[Smallest + 64];
        octets[0] = BootRequest;
        octets[1] = Ethernet;
        octets[2] = MacSize;
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), transactionId);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(10), address.Equals(IPAddress.Any) ? Broadcast : (ushort)0);
        address.TryWriteBytes(octets.AsSpan(ClientAddressAt), out _);
        mac.CopyTo(octets.AsSpan(ClientMacAt));
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(OptionsAt - 4), Cookie);
        var at = OptionsAt;
        Put(octets, ref at, MessageType, [type]);
        Put(octets, ref at, ClientId, [Ethernet, .. mac]);
        if (hostName.Length > 0)
            Put(octets, ref at, HostName, Encoding.ASCII.GetBytes(hostName));
        Put(octets, ref at, VendorClass, "MSFT 5.0"u8);
        Put(octets, ref at, ParameterList, Wanted);
        octets[at++] = End;
        return octets[..Math.Max(at, Smallest)];
    }

    private static void Put(Span<byte> octets, ref int at, byte code, ReadOnlySpan<byte> value)
    {
        octets[at] = code;
        octets[at + 1] = (byte)value.Length;
        value.CopyTo(octets[(at + 2)..]);
        at += 2 + value.Length;
    }
}
