using System.Collections.Immutable;
using System.Globalization;
using Sensor.Core.Frames;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output.Delivery.Routing;

/// <summary>
/// Findings that are recorded but told to nobody: all that is given must match (a detector of the list and a suspect of the list …).
/// </summary>
public sealed class Suppression
{
    /// <summary>Detector ids; empty: any.</summary>
    public required ImmutableArray<string> Detectors { get; init; }

    /// <summary>The suspect; empty: any.</summary>
    public required HostPattern Suspects { get; init; }

    /// <summary>The victim; empty: any or none.</summary>
    public required HostPattern Victims { get; init; }

    /// <summary>
    /// Networks both sides must be inside of. An attack that leaves a suppressed laboratory, or comes into it, is told.
    /// </summary>
    public required HostPattern Networks { get; init; }

    /// <summary>VLANs the packet must carry one of; empty: any.</summary>
    public required ImmutableArray<ushort> Vlans { get; init; }

    /// <summary>From then on it suppresses nothing, nanoseconds since 1970 UTC; null: never ends.</summary>
    public required long? UntilNs { get; init; }

    /// <summary>Why, for whoever reads it later.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it would match everything.</summary>
    public bool IsEmpty => Detectors.IsEmpty && Suspects.IsEmpty && Victims.IsEmpty && Networks.IsEmpty && Vlans.IsEmpty;

    /// <summary>What it is, in words: its identity in operational events, the same as long as nobody edits it.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        Add("detectors", string.Join(",", Detectors));
        Add("suspects", Suspects.ToString());
        Add("victims", Victims.ToString());
        Add("networks", Networks.ToString());
        Add("vlans", string.Join(",", Vlans.Select(vlan => vlan.ToString(CultureInfo.InvariantCulture))));
        Add("until", UntilNs is { } until ? PacketTime.Whole(until) : "never");
        return string.Join(" ", parts);

        void Add(string name, string value)
        {
            if (value.Length > 0)
                parts.Add($"{name}={value}");
        }
    }

    /// <summary>Whether it has ended at <paramref name="nowNs"/>.</summary>
    public bool IsExpired(long nowNs) => UntilNs is { } until && nowNs >= until;

    /// <summary>Whether <paramref name="finding"/>, seen in <paramref name="segment"/>, is suppressed. Its own packet time is what counts.</summary>
    public bool Matches(Finding finding, SegmentKey segment) =>
        !IsExpired(finding.At.TimestampNs)
        && (Detectors.IsEmpty || Detectors.Contains(finding.Detector.Id))
        && (Suspects.IsEmpty || Suspects.Matches(finding.Suspect))
        && (Victims.IsEmpty || (finding.Victim is { } victim && Victims.Matches(victim)))
        && (Vlans.IsEmpty || Vlans.Contains(segment.Vlan1) || Vlans.Contains(segment.Vlan2) || Vlans.Contains(segment.Vlan3))
        && (Networks.IsEmpty || AreInside(finding.Suspect, finding.Victim));

    private bool AreInside(Host suspect, Host? victim) =>
        Networks.ContainsAddressOf(suspect) && (victim is null || Networks.ContainsAddressOf(victim));
}
