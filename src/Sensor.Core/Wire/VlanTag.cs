namespace Sensor.Core.Wire;

/// <summary>
/// What follows the tag protocol identifier of a VLAN tag, IEEE 802.1Q section 9.6.
/// <code>
///  0   3 4            2      4
/// +---+-+------------+--------+
/// |PCP|D|  VLAN id   |  type  |
/// +---+-+------------+--------+
/// </code>
/// </summary>
public readonly ref struct VlanTag
{
    /// <summary>Octets from the tag control information to the next type.</summary>
    public const int Size = 4;

    private const int ControlAt = 0, TypeAt = 2, IdMask = 0xFFF;
    private readonly ReadOnlySpan<byte> _octets;

    private VlanTag(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>VLAN id, 0 to 4095; 0 means the tag carries a priority only.</summary>
    public ushort Id => (ushort)(_octets.U16(ControlAt) & IdMask);

    /// <summary>The type or length that follows the tag.</summary>
    public ushort TypeOrLength => _octets.U16(TypeAt);

    /// <summary>False when the tag is cut. <paramref name="octets"/> begin after the tag protocol identifier.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out VlanTag tag)
    {
        tag = new(octets);
        return octets.Length >= Size;
    }
}
