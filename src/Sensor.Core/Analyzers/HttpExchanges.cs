using Sensor.Core.Flows;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The requests of a connection that wait for their responses, in order (RFC 9112 section 9.3.2). Bounded: where one direction only is captured
/// the oldest leave. A response that the capture lost is noticed by what the client had received when it asked next.
/// </summary>
internal sealed class HttpExchanges(StreamMemory memory)
{
    /// <summary>Requests sent ahead of their responses: more than any client pipelines.</summary>
    private const int Capacity = 32;

    private readonly HttpExchange?[] _waiting = new HttpExchange?[Capacity];
    private int _first, _count;

    /// <summary>A place for a new request, at the end.</summary>
    public HttpExchange Add()
    {
        if (_count == Capacity)
            Drop();
        var exchange = _waiting[(_first + _count++) % Capacity] ??= new HttpExchange(memory);
        exchange.Texts.Clear();
        return exchange;
    }

    /// <summary>
    /// The request that is answered by a response of <paramref name="direction"/> that begins at <paramref name="sequence"/>, or null.
    /// It no longer waits; its texts stay until the next <see cref="Add"/>.
    /// </summary>
    public HttpExchange? Match(int direction, uint sequence)
    {
        while (_count >= 2 && IsAnsweredBefore(At(0), At(1), sequence))
            Drop();
        if (_count == 0 || At(0).Direction == direction)
            return null;
        var exchange = At(0);
        _first = (_first + 1) % Capacity;
        _count--;
        return exchange;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        foreach (var exchange in _waiting)
            exchange?.Texts.Clear();
        _first = _count = 0;
    }

    /// <summary>The client had received more, and that from before this response, when it asked the second: the first was answered unseen.</summary>
    private static bool IsAnsweredBefore(HttpExchange first, HttpExchange second, uint sequence) =>
        first.Direction == second.Direction && (int)(second.Acknowledgment - first.Acknowledgment) > 0 && (int)(sequence - second.Acknowledgment) >= 0;

    private HttpExchange At(int place) => _waiting[(_first + place) % Capacity]!;

    private void Drop()
    {
        At(0).Texts.Clear();
        _first = (_first + 1) % Capacity;
        _count--;
    }
}
