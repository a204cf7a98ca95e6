using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sensor.Core.Wire;

/// <summary>Network-order (big-endian) reads at an offset. The caller has checked the length; these never read beyond the span.</summary>
public static class Octets
{
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

        /// <summary>FNV-1a over the octets: small, good enough for names, and the same in every process.</summary>
        public ulong StableHash()
        {
            var hash = 14695981039346656037UL;
            foreach (var octet in octets)
                hash = (hash ^ octet) * 1099511628211UL;
            return hash;
        }
    }

    /// <summary>The octets of an unmanaged value, for copying it into an arena.</summary>
    internal static ReadOnlySpan<byte> Of<T>(ref readonly T value) where T : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in value, 1));
}
