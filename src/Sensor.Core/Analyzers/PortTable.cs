namespace Sensor.Core.Analyzers;

/// <summary>From a port to its analyzer in two array loads: 65,536 octets of numbers, and the numbered analyzers.</summary>
internal sealed class PortTable<T> where T : class
{
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
                _numbers[port] = checked((byte)(i + 1));
        }
    }

    /// <summary>The analyzer of either port, the destination's first, or null.</summary>
    public T? Find(ushort sourcePort, ushort destinationPort)
    {
        var number = _numbers[destinationPort];
        return _analyzers[number != 0 ? number : _numbers[sourcePort]];
    }
}
