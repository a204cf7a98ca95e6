using System.Runtime.CompilerServices;

namespace Sensor.Core.Analyzers;

/// <summary>
/// From a port to its analyzer: a bit for each port says whether there is one (8 KiB, so that packets of all kinds of ports find it in the
/// first-level cache), 65,536 octets of numbers say which.
/// </summary>
internal sealed class PortTable<T> where T : class
{
    private readonly ulong[] _known = new ulong[65536 / 64];
    private readonly byte[] _numbers = new byte[65536];
    private readonly T?[] _analyzers;

    /// <summary>A table of at most 255 lines; where two lines name one port the later wins.</summary>
    public PortTable(ReadOnlySpan<(ushort[] Ports, T Analyzer)> lines)
    {
        _analyzers = new T?[lines.Length + 1];
        for (var i = 0; i < lines.Length; i++)
        {
            _analyzers[i + 1] = lines[i].Analyzer;
            foreach (var port in lines[i].Ports)
            {
                _numbers[port] = checked((byte)(i + 1));
                _known[port >> 6] |= 1UL << port;
            }
        }
    }

    /// <summary>The analyzer of either port, the destination's first, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? Find(ushort sourcePort, ushort destinationPort)
    {
        if (IsKnown(destinationPort))
            return _analyzers[_numbers[destinationPort]];
        return IsKnown(sourcePort) ? _analyzers[_numbers[sourcePort]] : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsKnown(ushort port) => ((_known[port >> 6] >> port) & 1) != 0;
}
