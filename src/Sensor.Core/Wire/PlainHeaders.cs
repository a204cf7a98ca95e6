using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sensor.Core.Wire;

/// <summary>
/// An IPv4 header without options as it lies on the wire, RFC 791 section 3.1, laid over the octets: one check for the whole instead of one a field.
/// Only for the walk that nine frames of ten take; everything else reads <see cref="Ipv4Packet"/>. Fields are in network order: see <see cref="Host(ushort)"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainIpv4Header
{
    public const int Size = 20;

    public readonly byte VersionAndLength, TypeOfService;
    public readonly ushort TotalLength, Identification, FlagsAndFragment;
    public readonly byte TimeToLive, Protocol;
    public readonly ushort Checksum;
    public readonly uint Source, Destination;

    /// <summary>A 16-bit field in the order of this machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Host(ushort field) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(field) : field;

    /// <summary>A 32-bit field in the order of this machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Host(uint field) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(field) : field;
}

/// <summary>The fixed part of a TCP header laid over the octets, RFC 9293 section 3.1, in network order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainTcpHeader
{
    public const int Size = 20;

    public readonly ushort SourcePort, DestinationPort;
    public readonly uint Sequence, Acknowledgment;
    public readonly byte DataOffset, Flags;
    public readonly ushort Window, Checksum, UrgentPointer;
}

/// <summary>A UDP header laid over the octets, RFC 768, in network order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainUdpHeader
{
    public const int Size = 8;

    public readonly ushort SourcePort, DestinationPort, Length, Checksum;
}
