using System.Globalization;
using System.Text.Json;

namespace Sensor.Tests.Lab;

/// <summary>What a scene brought.</summary>
/// <param name="Received">Messages by the way they came, in order, the sentinel's with them.</param>
/// <param name="Eve">Detector ids in the daemon's EVE file.</param>
/// <param name="Replayed">What `sensor replay` says of the recording.</param>
internal sealed record LabOutcome(
    IReadOnlyDictionary<string, List<ReceivedAlert>> Received, IReadOnlyList<string> Eve, IReadOnlyList<string> Replayed)
{
    /// <summary>The stranger of the built-in attack, which ends every scene.</summary>
    private const string SentinelMac = "02:53:45:4c:46:66";

    /// <summary>Whether a message is of the attack that ends every scene.</summary>
    public static bool IsSentinel(ReceivedAlert alert) => alert.Suspect == SentinelMac;

    /// <summary>Messages that came by <paramref name="protocol"/> and are not the sentinel's.</summary>
    public IReadOnlyList<ReceivedAlert> Of(string protocol) => [.. Received[protocol].Where(alert => !IsSentinel(alert))];

    /// <summary>Detector ids of the alerts in the replayed recording.</summary>
    public IReadOnlyList<string> ReplayedDetectors() =>
        [.. Replayed.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sensor").GetProperty("detector").GetString()!)];

    /// <summary>How long after the deciding frame a detector's first message was there, by each way.</summary>
    public string Delays(string detector) => string.Join(", ", Received.Select(way => string.Create(CultureInfo.InvariantCulture,
        $"{way.Key} {way.Value.First(alert => alert.Detector == detector && !IsSentinel(alert)).Delay.TotalMilliseconds:0} ms")));
}
