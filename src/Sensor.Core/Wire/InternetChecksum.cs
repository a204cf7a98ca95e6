using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        var pseudo = Fold(Words(source.High) + Words(source.Low) + Words(destination.High) + Words(destination.Low) + (uint)octets.Length + protocol);
        if (BitConverter.IsLittleEndian)
            pseudo = BinaryPrimitives.ReverseEndianness(pseudo);
        return Fold((ulong)pseudo + Fold(Sum(octets))) == AllOnes;
    }

    /// <summary>The sum of a 20-octet IPv4 header: straight, because it is made for every packet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsRightPlainHeader(ReadOnlySpan<byte> header)
    {
        var words = MemoryMarshal.Cast<byte, uint>(header[..Ipv4Packet.MinHeaderSize]);
        var sum = (ulong)words[0] + words[1] + words[2] + words[3] + words[4];
        return Fold(sum) == AllOnes;
    }

    private static ulong Words(ulong two) => (two >> 32) + (uint)two;

    private static ulong Sum(ReadOnlySpan<byte> octets)
    {
        // 32-bit words into 64 bits: no carry is lost below 2^32 words.
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && octets.Length >= 4 * Vector256<byte>.Count)
        {
            var (even, odd) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero);
            var blocks = MemoryMarshal.Cast<byte, Vector256<ulong>>(octets);
            foreach (var block in blocks)
            {
                even += block & Vector256.Create((ulong)uint.MaxValue);
                odd += block >>> 32;
            }
            sum = Vector256.Sum(even + odd);
            octets = octets[(blocks.Length * Vector256<byte>.Count)..];
        }
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
