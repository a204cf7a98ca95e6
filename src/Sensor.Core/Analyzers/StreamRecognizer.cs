using Sensor.Core.Flows;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Tells by the first octets of a stream who understands it, and keeps the spare analyzers of a shard.</summary>
internal sealed class StreamRecognizer(StreamMemory memory)
{
    private readonly List<HttpAnalyzer> _http = [];
    private readonly List<MessageStreamAnalyzer> _messages = [];
    private readonly HttpBodyDecoder _decoder = new();

    /// <summary>An analyzer for a stream that begins with <paramref name="octets"/>, or null.</summary>
    public StreamAnalyzer? Recognize(ReadOnlySpan<byte> octets, Connection connection)
    {
        var (portA, portB) = connection.Ports;
        if (AnalyzerCatalog.ForTcpMessages(portA, portB) is { } analyze && MessageStreamAnalyzer.MayStart(octets))
        {
            var messages = Take(_messages) ?? new MessageStreamAnalyzer(memory);
            messages.Analyze = analyze;
            return messages;
        }
        return HttpHead.MayStart(octets) ? Take(_http) ?? new HttpAnalyzer(memory, _decoder) : null;
    }

    /// <summary>Takes a closed analyzer back.</summary>
    public void Return(StreamAnalyzer analyzer)
    {
        if (analyzer is HttpAnalyzer http)
            _http.Add(http);
        else if (analyzer is MessageStreamAnalyzer messages)
            _messages.Add(messages);
    }

    private static T? Take<T>(List<T> spare) where T : class
    {
        if (spare.Count == 0)
            return null;
        var taken = spare[^1];
        spare.RemoveAt(spare.Count - 1);
        return taken;
    }
}
