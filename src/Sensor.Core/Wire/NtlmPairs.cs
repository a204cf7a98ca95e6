using System.Buffers.Binary;

namespace Sensor.Core.Wire;

/// <summary>
/// Walks over attribute pairs, [MS-NLMP] section 2.2.2.1: number (2), length (2), value. Pair 0 ends them. What the server is called, and
/// in a client's answer which service it wanted.
/// </summary>
public ref struct NtlmPairs(ReadOnlySpan<byte> octets)
{
    /// <summary>Numbers of pairs: names are UTF-16.</summary>
    public const ushort ComputerName = 1, DomainName = 2, DnsComputerName = 3, DnsDomainName = 4, DnsTreeName = 5,
        Timestamp = 7, TargetName = 9;

    private const int HeadSize = 4;
    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>The next pair; false at the end.</summary>
    public bool TryNext(out ushort number, out ReadOnlySpan<byte> value)
    {
        number = 0;
        value = default;
        if (_rest.Length < HeadSize)
            return false;
        number = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]);
        if (number == 0 || length > _rest.Length - HeadSize)
            return false;
        value = _rest.Slice(HeadSize, length);
        _rest = _rest[(HeadSize + length)..];
        return true;
    }
}
