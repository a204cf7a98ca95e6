using System.Runtime.CompilerServices;
using Sensor.Core.Wire;

namespace Sensor.Core.Frames;

/// <summary>
/// The symmetric hash of a flow: its top bits choose the shard, the others index tables. Not keyed, since the same input must give the same
/// answer; whoever forges collisions meets bounded probes.
/// </summary>
public static class FlowHash
{
    // Odd constants without structure (digits of the golden ratio and of primes). The first cannot be an IPv4 endpoint, which would
    // fold to zero.
    private const ulong Mix1 = 0xA076_1D64_78BD_642F, Mix2 = 0xE703_7ED1_A0B4_28DB, Mix3 = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The hash of a flow between two endpoints, the same in both directions. Ports are 0 where the protocol has none.</summary>
    public static ulong Of(
        int segment, byte protocol, IpAddress source, ushort sourcePort, IpAddress destination, ushort destinationPort) =>
        Combine(Endpoint(source, sourcePort), Endpoint(destination, destinationPort), ((ulong)(uint)segment << 8) | protocol);

    /// <summary>The hash of an IPv4 flow: equal to <see cref="Of"/>.</summary>
    internal static ulong OfV4(int segment, byte protocol, uint source, ushort sourcePort, uint destination, ushort destinationPort) =>
        Combine(EndpointV4(source, sourcePort), EndpointV4(destination, destinationPort), ((ulong)(uint)segment << 8) | protocol);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Combine(ulong one, ulong other, ulong context)
    {
        var low = Math.Min(one, other);
        var high = Math.Max(one, other);
        return Fold(Fold(low ^ Mix1, high ^ Mix2) ^ (context * Mix3), Mix2);
    }

    private static ulong Endpoint(IpAddress address, ushort port) => address.IsV4
        ? EndpointV4(address.V4, port)
        : Fold(address.High ^ Mix1, address.Low ^ Mix2) ^ port;

    private static ulong EndpointV4(uint address, ushort port) => ((ulong)address << 16) | port;

    /// <summary>Both halves of the 128-bit product: every input bit reaches the whole result.</summary>
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
