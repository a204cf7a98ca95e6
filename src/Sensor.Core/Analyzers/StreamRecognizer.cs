using System.Collections.Immutable;
using Sensor.Core.Flows;

namespace Sensor.Core.Analyzers;

/// <summary>Tells by the first octets of a stream who understands it, and keeps the spare analyzers of a shard.</summary>
internal sealed class StreamRecognizer
{
    /// <summary>A bit for each protocol of the catalogue that can begin with the octet.</summary>
    private static readonly uint[] ByFirstOctet = MakeTable(AnalyzerCatalog.Streams, static _ => true);

    /// <summary>A bit for each protocol whose analyzer joins in the middle of a stream at the octet.</summary>
    private static readonly uint[] JoinedByFirstOctet = MakeTable(AnalyzerCatalog.Streams, static protocol => protocol.MayJoin is not null);

    private readonly StreamResources _resources;
    private readonly List<StreamAnalyzer>[] _spare;

    /// <summary>A recognizer whose analyzers share <paramref name="memory"/>.</summary>
    public StreamRecognizer(StreamMemory memory)
    {
        var decoder = new HttpBodyDecoder();
        _resources = new StreamResources(memory, decoder, new HttpPool(memory, decoder));
        _spare = new List<StreamAnalyzer>[AnalyzerCatalog.Streams.Length];
        for (var i = 0; i < _spare.Length; i++)
            _spare[i] = [];
    }

    /// <summary>Whether <paramref name="octets"/> can be the start of a stream that somebody understands. Needs no state: most streams end here.</summary>
    public static bool IsKnownStart(ReadOnlySpan<byte> octets, ushort portA, ushort portB) => NumberOf(octets, portA, portB) >= 0;

    /// <summary>
    /// Whether <paramref name="octets"/> of a flow nobody knows, in the middle of which the capture may have begun, start what an analyzer joins.
    /// Looked at for every segment of nobody's flows: one look-up says no.
    /// </summary>
    public static bool IsKnownJoin(ReadOnlySpan<byte> octets, ushort portA, ushort portB)
    {
        for (var candidates = JoinedByFirstOctet[octets[0]]; candidates != 0; candidates &= candidates - 1)
        {
            if (AnalyzerCatalog.Streams[System.Numerics.BitOperations.TrailingZeroCount(candidates)].MayJoin!(octets, portA, portB))
                return true;
        }
        return false;
    }

    /// <summary>An analyzer for a stream that begins with <paramref name="octets"/>, or null.</summary>
    public StreamAnalyzer? Recognize(ReadOnlySpan<byte> octets, Connection connection)
    {
        var (portA, portB) = connection.Ports;
        var number = NumberOf(octets, portA, portB);
        if (number < 0)
            return null;
        var spare = _spare[number];
        if (spare.Count == 0)
        {
            var made = AnalyzerCatalog.Streams[number].Create(_resources);
            made.ProtocolNumber = number;
            return made;
        }
        var taken = spare[^1];
        spare.RemoveAt(spare.Count - 1);
        return taken;
    }

    /// <summary>Takes a closed analyzer back.</summary>
    public void Return(StreamAnalyzer analyzer) => _spare[analyzer.ProtocolNumber].Add(analyzer);

    private static int NumberOf(ReadOnlySpan<byte> octets, ushort portA, ushort portB)
    {
        if (octets.IsEmpty)
            return -1;
        for (var candidates = ByFirstOctet[octets[0]]; candidates != 0; candidates &= candidates - 1)
        {
            var number = System.Numerics.BitOperations.TrailingZeroCount(candidates);
            if (AnalyzerCatalog.Streams[number].MayStart(octets, portA, portB))
                return number;
        }
        return -1;
    }

    private static uint[] MakeTable(ImmutableArray<StreamProtocol> protocols, Func<StreamProtocol, bool> isMeant)
    {
        var table = new uint[256];
        for (var number = 0; number < protocols.Length; number++)
        {
            var first = protocols[number].FirstOctets;
            for (var octet = 0; octet < table.Length; octet++)
                table[octet] |= isMeant(protocols[number]) && (first.Length == 0 || first.AsSpan().Contains((byte)octet)) ? 1u << number : 0;
        }
        return table;
    }
}
