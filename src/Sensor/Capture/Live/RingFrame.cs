using System.Runtime.InteropServices;

namespace Sensor.Capture.Live;

/// <summary>
/// The kernel's header of a frame in a block (struct tpacket3_hdr of linux/if_packet.h, host byte order):
/// <code>
///  0 offset of the next frame   4 seconds   8 nanoseconds   12 octets here   16 octets on the wire   20 status
/// 24 offset of the frame (16 bit)   26 of its network header   28 hash   32 VLAN tag   36 its EtherType (16 bit)
/// 48 sockaddr_ll, with the kind of packet at 58
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Octets)]
internal struct RingFrame
{
    /// <summary>Octets of the header up to and with the kind of packet.</summary>
    internal const int Octets = 64;

    private const uint CutStatus = 1 << 1, TagValid = 1 << 4, TagTypeValid = 1 << 6, HardwareStamp = 1u << 31;
    private const ushort Vlan = 0x8100;

    [FieldOffset(0)] internal uint Next;
    [FieldOffset(4)] private readonly uint _seconds;
    [FieldOffset(8)] private readonly uint _nanoseconds;
    [FieldOffset(12)] internal uint Captured;
    [FieldOffset(16)] internal uint Original;
    [FieldOffset(20)] private readonly uint _status;
    [FieldOffset(24)] internal ushort MacOffset;
    [FieldOffset(32)] private readonly uint _tag;
    [FieldOffset(36)] private readonly ushort _tagType;
    [FieldOffset(58)] internal byte PacketType;

    /// <summary>Capture time, nanoseconds since 1970 UTC.</summary>
    internal readonly long TimestampNs => _seconds * 1_000_000_000L + _nanoseconds;

    /// <summary>Whether the kernel took a VLAN tag off the frame.</summary>
    internal readonly bool HasTag => (_status & TagValid) != 0;

    /// <summary>The tag that was taken off: EtherType and control information.</summary>
    internal readonly uint Tag => ((uint)((_status & TagTypeValid) != 0 && _tagType != 0 ? _tagType : Vlan) << 16) | (_tag & 0xffff);

    /// <summary>Whether the time is the card's.</summary>
    internal readonly bool HasHardwareTime => (_status & HardwareStamp) != 0;
}
