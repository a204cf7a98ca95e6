using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sensor.Core.Wire;

// Headers of fixed length laid over the octets of a frame: one check of the length for all fields, where a read at an offset checks each.
// For
// the path that nine packets of ten take; every other reader uses Ipv4Packet, TcpSegment and UdpDatagram, which take any octets.

/// <summary>An IPv4 header without options (RFC 791 section 3.1) as it lies in the frame.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainIpv4
{
    private const ushort FragmentBits = 0x3FFF;

    private readonly byte _versionAndLength, _service;
    private readonly ushort _totalLength, _identification, _fragment;
    private readonly byte _timeToLive, _protocol;
    private readonly ushort _checksum;
    private readonly uint _source, _destination;

    /// <summary>Version (high nibble) and header length in words.</summary>
    public byte VersionAndLength => _versionAndLength;

    /// <summary>Octets of header and payload.</summary>
    public int TotalLength => Network.Order(_totalLength);

    /// <summary>Identification.</summary>
    public ushort Identification => Network.Order(_identification);

    /// <summary>Whether this is not a whole datagram.</summary>
    public bool IsFragment => (Network.Order(_fragment) & FragmentBits) != 0;

    /// <summary>Time to live.</summary>
    public byte TimeToLive => _timeToLive;

    /// <summary>Protocol of the payload.</summary>
    public byte Protocol => _protocol;

    /// <summary>Sender.</summary>
    public uint Source => Network.Order(_source);

    /// <summary>Receiver.</summary>
    public uint Destination => Network.Order(_destination);

    /// <summary>The header at the start of <paramref name="octets"/>, which are long enough.</summary>
    public static ref readonly PlainIpv4 Of(ReadOnlySpan<byte> octets) => ref MemoryMarshal.AsRef<PlainIpv4>(octets);
}

/// <summary>A TCP header without its options (RFC 9293 section 3.1) as it lies in the frame.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainTcp
{
    private readonly ushort _sourcePort, _destinationPort;
    private readonly uint _sequence, _acknowledgment;
    private readonly byte _offset, _flags;
    private readonly ushort _window, _checksum, _urgent;

    /// <summary>Sender's port.</summary>
    public ushort SourcePort => Network.Order(_sourcePort);

    /// <summary>Receiver's port.</summary>
    public ushort DestinationPort => Network.Order(_destinationPort);

    /// <summary>Sequence number.</summary>
    public uint Sequence => Network.Order(_sequence);

    /// <summary>Acknowledgment number.</summary>
    public uint Acknowledgment => Network.Order(_acknowledgment);

    /// <summary>Octets of the header, options included.</summary>
    public int HeaderLength => (_offset >> 4) * 4;

    /// <summary>The low eight flags.</summary>
    public byte Flags => _flags;

    /// <summary>Checksum as sent.</summary>
    public ushort Checksum => Network.Order(_checksum);

    /// <summary>The header at the start of <paramref name="octets"/>, which are long enough.</summary>
    public static ref readonly PlainTcp Of(ReadOnlySpan<byte> octets) => ref MemoryMarshal.AsRef<PlainTcp>(octets);
}

/// <summary>A UDP header (RFC 768) as it lies in the frame.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainUdp
{
    private readonly ushort _sourcePort, _destinationPort, _length, _checksum;

    /// <summary>Sender's port.</summary>
    public ushort SourcePort => Network.Order(_sourcePort);

    /// <summary>Receiver's port.</summary>
    public ushort DestinationPort => Network.Order(_destinationPort);

    /// <summary>Octets of header and data.</summary>
    public int Length => Network.Order(_length);

    /// <summary>Checksum as sent.</summary>
    public ushort Checksum => Network.Order(_checksum);

    /// <summary>The header at the start of <paramref name="octets"/>, which are long enough.</summary>
    public static ref readonly PlainUdp Of(ReadOnlySpan<byte> octets) => ref MemoryMarshal.AsRef<PlainUdp>(octets);
}

/// <summary>Network order to the machine's.</summary>
file static class Network
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Order(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Order(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
