using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sensor.Core.Wire;

/// <summary>Network-order (big-endian) reads at an offset. The caller has checked the length; these never read beyond the span.</summary>
public static class Octets
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15, Other = 0xD6E8_FEB8_6659_FD93;

    extension(ReadOnlySpan<byte> octets)
    {
        /// <summary>The unsigned 16-bit number at <paramref name="at"/>.</summary>
        public ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(octets[at..]);

        /// <summary>The unsigned 24-bit number at <paramref name="at"/>.</summary>
        public uint U24(int at) => (uint)((octets[at] << 16) | (octets[at + 1] << 8) | octets[at + 2]);

        /// <summary>The unsigned 32-bit number at <paramref name="at"/>.</summary>
        public uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(octets[at..]);

        /// <summary>The unsigned 48-bit number at <paramref name="at"/>, as MAC addresses are written.</summary>
        public ulong U48(int at) => ((ulong)octets.U16(at) << 32) | octets.U32(at + 2);

        /// <summary>The unsigned 64-bit number at <paramref name="at"/>.</summary>
        public ulong U64(int at) => BinaryPrimitives.ReadUInt64BigEndian(octets[at..]);

        /// <summary>
        /// A well-mixed 64-bit hash, the same in every process and on every machine: eight octets a step, because a hash that takes one octet
        /// at a time (FNV) costs more than decoding the name it is made of. No defence against chosen collisions.
        /// </summary>
        public ulong StableHash()
        {
            var hash = (ulong)octets.Length * Odd;
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(octets))
            {
                hash = (hash ^ (BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word))) * Odd;
                hash ^= hash >> 32;
            }
            return Finish(hash ^ Tail(octets[(octets.Length & ~7)..]));
        }
    }

    /// <summary>The <c>StableHash</c> of four octets, given as the number they are in network order.</summary>
    internal static ulong StableHashOf(uint octets)
    {
        ulong word = BinaryPrimitives.ReverseEndianness(octets);
        return Finish(unchecked(sizeof(uint) * Odd) ^ (word | (word << 32)));
    }

    private static ulong Finish(ulong hash)
    {
        hash *= Other;
        hash ^= hash >> 32;
        hash *= Other;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Tail(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        0 => 0,
        < 4 => octets[0] | ((ulong)octets[octets.Length >> 1] << 8) | ((ulong)octets[^1] << 16),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(octets) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(octets[^4..]) << 32),
    };

    /// <summary>The octets of an unmanaged value, for copying it into an arena.</summary>
    internal static ReadOnlySpan<byte> Of<T>(ref readonly T value) where T : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in value, 1));
}
