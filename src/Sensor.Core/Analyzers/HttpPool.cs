using Sensor.Core.Flows;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Spare responses and requests of a shard's HTTP connections: a connection holds them while they are of use and not longer, so that
/// thousands of
/// idle connections cost little memory. The one given back last is lent first: it is still in the cache.
/// </summary>
internal sealed class HttpPool(StreamMemory memory, HttpBodyDecoder decoder)
{
    /// <summary>Undoes content codings for all connections of a shard.</summary>
    public HttpBodyDecoder Decoder { get; } = decoder;

    private readonly Stack<HttpAnswer> _answers = new();
    private readonly Stack<HttpExchange> _exchanges = new();

    /// <summary>An empty response.</summary>
    public HttpAnswer TakeAnswer() => _answers.TryPop(out var spare) ? spare : new HttpAnswer(memory, Decoder);

    /// <summary>An empty request.</summary>
    public HttpExchange TakeExchange() => _exchanges.TryPop(out var spare) ? spare : new HttpExchange(memory);

    /// <summary>Takes a response back and gives its memory back.</summary>
    public void Return(HttpAnswer answer)
    {
        answer.Clear();
        _answers.Push(answer);
    }

    /// <summary>Takes a request back and gives its memory back.</summary>
    public void Return(HttpExchange exchange)
    {
        exchange.Texts.Clear();
        exchange.Next = null;
        _exchanges.Push(exchange);
    }
}
