namespace Sensor.Core.Analyzers;

/// <summary>
/// The requests of a connection that wait for their responses, in order (RFC 9112 section 9.3.2). Bounded: where one direction only is captured
/// the oldest leave. A response that the capture lost is noticed by what the client had received when it asked next.
/// </summary>
internal sealed class HttpExchanges(HttpPool pool)
{
    /// <summary>Requests sent ahead of their responses: more than any client pipelines.</summary>
    private const int Capacity = 32;

    private HttpExchange? _first, _last;
    private int _count;

    /// <summary>A place for a new request, at the end.</summary>
    public HttpExchange Add()
    {
        if (_count == Capacity)
            pool.Return(Take());
        var exchange = pool.TakeExchange();
        if (_last is null)
            _first = exchange;
        else
            _last.Next = exchange;
        _last = exchange;
        _count++;
        return exchange;
    }

    /// <summary>
    /// The request that is answered by a response of <paramref name="direction"/> that begins at <paramref name="sequence"/>, or null.
    /// It no longer waits; whoever asked gives it back to the pool.
    /// </summary>
    public HttpExchange? Match(int direction, uint sequence)
    {
        while (_first is { Next: { } second } first && IsAnsweredBefore(first, second, sequence))
            pool.Return(Take());
        return _first is null || _first.Direction == direction ? null : Take();
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        while (_first is not null)
            pool.Return(Take());
    }

    /// <summary>The client had received more, and that from before this response, when it asked the second: the first was answered unseen.</summary>
    private static bool IsAnsweredBefore(HttpExchange first, HttpExchange second, uint sequence) =>
        first.Direction == second.Direction && (int)(second.Acknowledgment - first.Acknowledgment) > 0 && (int)(sequence - second.Acknowledgment) >= 0;

    private HttpExchange Take()
    {
        var first = _first!;
        _first = first.Next;
        if (_first is null)
            _last = null;
        _count--;
        return first;
    }
}
