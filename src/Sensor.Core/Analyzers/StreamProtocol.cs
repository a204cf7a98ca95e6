using Sensor.Core.Flows;

namespace Sensor.Core.Analyzers;

/// <summary>Whether octets, however few, can be the start of a stream of the protocol between these ports (either may be the client's).</summary>
internal delegate bool StreamStart(ReadOnlySpan<byte> octets, ushort portA, ushort portB);

/// <summary>What the analyzers of one shard share.</summary>
/// <param name="Memory">Bounded memory for what is put together over several segments.</param>
/// <param name="Decoder">Undoes content codings of HTTP bodies.</param>
/// <param name="Http">Spare HTTP requests and responses.</param>
internal sealed record StreamResources(StreamMemory Memory, HttpBodyDecoder Decoder, HttpPool Http);

/// <summary>
/// A catalogue line for a protocol over TCP that is told by the first octets of its stream: adding one is its <see cref="StreamAnalyzer"/> and a line
/// in <see cref="AnalyzerCatalog"/>.
/// </summary>
/// <param name="FirstOctets">The octets a stream can begin with; empty for any. Most streams are nobody's, and this is how they cost nothing.</param>
/// <param name="MayStart">Looks closer.</param>
/// <param name="Create">Makes an analyzer; it is pooled.</param>
/// <param name="MayJoin">
/// Whether octets in the middle of a stream whose beginning was not seen start it; null when only the beginning does.
/// </param>
internal sealed record StreamProtocol(
    byte[] FirstOctets, StreamStart MayStart, Func<StreamResources, StreamAnalyzer> Create, StreamStart? MayJoin = null);
