namespace Sensor.Output.Delivery.Dispatch;

/// <summary>
/// How long to wait after a failure: twice as long every time up to a bound, and of that between half and all by chance, so that many sensors
/// do not come back to a restarted receiver in the same second.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most, Func<double> chance)
{
    private int _failures;

    /// <summary>Failures in a row.</summary>
    public int Failures => _failures;

    /// <summary>The next wait; <paramref name="atLeast"/> is what the receiver asked for.</summary>
    public TimeSpan Next(TimeSpan? atLeast = null)
    {
        const int Doublings = 40;
        var whole = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, Doublings)), most.TotalMilliseconds);
        var wait = TimeSpan.FromMilliseconds(whole * (0.5 + (chance() / 2)));
        return atLeast > wait ? atLeast.Value : wait;
    }

    /// <summary>A message has arrived.</summary>
    public void Reset() => _failures = 0;
}
