namespace Sensor.Detection.Names;

/// <summary>
/// The canary names that were asked for actively: names that nobody has, so whoever answers one answers for anything. Asked by detection while
/// another thread adds to it.
/// </summary>
public interface ICanaryLedger
{
    /// <summary>Whether the name with this <see cref="Hosts.NameStem"/> is a canary that was asked for not long before <paramref name="nowNs"/>.</summary>
    bool Knows(ulong stem, long nowNs);
}
