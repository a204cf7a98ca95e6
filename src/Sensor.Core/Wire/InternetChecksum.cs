using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sensor.Core.Wire;

/// <summary>
/// The ones' complement sum of IP, TCP, UDP and ICMP, RFC 1071. Summed in host order: the sum does not depend on it (section 2.B).
/// </summary>
public static class InternetChecksum
{
    private const ushort AllOnes = 0xFFFF;

    /// <summary>Whether octets that contain their own checksum add up, as in an IPv4 header.</summary>
    public static bool IsRight(ReadOnlySpan<byte> octets) => Fold(Sum(octets)) == AllOnes;

    /// <summary>
    /// Whether a transport header with payload adds up with its pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1).
    /// </summary>
    public static bool IsRight(IpAddress source, IpAddress destination, byte protocol, ReadOnlySpan<byte> octets)
    {
        // ::ffff:a.b.c.d adds 0xFFFF once more than a.b.c.d does, and 0xFFFF is zero in ones' complement.
        Span<byte> pseudo = stackalloc byte[40];
        BinaryPrimitives.WriteUInt64BigEndian(pseudo, source.High);
        BinaryPrimitives.WriteUInt64BigEndian(pseudo[8..], source.Low);
        BinaryPrimitives.WriteUInt64BigEndian(pseudo[16..], destination.High);
        BinaryPrimitives.WriteUInt64BigEndian(pseudo[24..], destination.Low);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo[32..], (uint)octets.Length);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo[36..], protocol);
        return Fold((ulong)Fold(Sum(pseudo)) + Fold(Sum(octets))) == AllOnes;
    }

    /// <summary>The sum of a 20-octet IPv4 header: straight, because it is made for every packet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsRightPlainHeader(ReadOnlySpan<byte> header)
    {
        var words = MemoryMarshal.Cast<byte, uint>(header[..Ipv4Packet.MinHeaderSize]);
        var sum = (ulong)words[0] + words[1] + words[2] + words[3] + words[4];
        return Fold(sum) == AllOnes;
    }

    private static ulong Sum(ReadOnlySpan<byte> octets)
    {
        // 32-bit words into 64 bits: no carry is lost below 2^32 words.
        ulong sum = 0;
        var words = MemoryMarshal.Cast<byte, uint>(octets);
        foreach (var word in words)
            sum += word;
        var rest = octets[(words.Length * sizeof(uint))..];
        if (rest.IsEmpty)
            return sum;
        Span<byte> padded = stackalloc byte[sizeof(uint)];
        padded.Clear();
        rest.CopyTo(padded);
        return sum + MemoryMarshal.Read<uint>(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Fold(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & AllOnes) + (sum >> 16);
        sum = (sum & AllOnes) + (sum >> 16);
        return (ushort)((sum & AllOnes) + (sum >> 16));
    }
}
