using Sensor.Core.Wire;

namespace Sensor.Core.Flows;

/// <summary>
/// What fragments of one datagram have in common, RFC 791 section 3.2 and RFC 8200 section 4.5. <paramref name="Protocol"/> is 0 for IPv6,
/// whose fragments may disagree on it.
/// </summary>
public readonly record struct FragmentKey(IpAddress Source, IpAddress Destination, uint Identification, int Segment, byte Protocol)
{
    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = (Source.StableHash() * 0x9E37_79B9_7F4A_7C15UL) ^ Destination.StableHash();
        hash ^= (((ulong)Identification << 32) | ((ulong)(uint)Segment << 8) | Protocol) * 0xC2B2_AE3D_27D4_EB4FUL;
        return (int)(hash ^ (hash >> 32));
    }
}

/// <summary>One fragment's place in its datagram.</summary>
/// <param name="Offset">Octets before it, a multiple of 8.</param>
/// <param name="More">Whether fragments with higher offsets follow.</param>
/// <param name="Protocol">What the datagram is, when <paramref name="Offset"/> is 0.</param>
/// <param name="MaxLength">Octets a datagram of this kind may have after its headers.</param>
public readonly record struct FragmentPiece(int Offset, bool More, byte Protocol, int MaxLength);

/// <summary>A datagram whose last missing fragment came: to be fetched at once with <see cref="FragmentReassembler.MoveTo"/>.</summary>
/// <param name="Slot">Where it lies in the reassembler.</param>
/// <param name="Length">Octets after the IP headers.</param>
/// <param name="Protocol">What it is, by its first fragment.</param>
public readonly record struct WholeDatagram(int Slot, int Length, byte Protocol);
