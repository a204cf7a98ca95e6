using System.Collections.Immutable;
using System.Globalization;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Baselines;

/// <summary>
/// Compares what the network shows now with what was frozen, and tells changes as findings of the detector whose subject they are: "was … since …,
/// now …". Told after the detectors, which have looked at the same fact with their own eyes. What the operator lists is no change.
/// </summary>
internal sealed class BaselineWatch(DetectionContext context) : IBaselineSink
{
    private const int MostShown = 4;

    /// <summary>Changes kept until somebody takes them; more at once are an attack on the list, and told as findings anyway.</summary>
    private const int MostChanges = 1024;

    private List<LearnedEntry> _changes = [];

    /// <summary>Changes since this was asked last, for the operator to decide about.</summary>
    public IReadOnlyList<LearnedEntry> TakeChanges()
    {
        var taken = _changes;
        _changes = [];
        return taken;
    }

    /// <summary>What is compared with.</summary>
    public FrozenBaseline Frozen { get; set; } = FrozenBaseline.Empty;

    void IBaselineSink.Take(in BaselineFact fact, in Sighting at)
    {
        if (Frozen.IsEmpty)
            return;
        var vlan = context.VlanOf(at.Segment);
        foreach (var rule in BaselineRule.ByKind[(int)fact.Kind])
        {
            if (Before(rule, in fact, vlan) is { } before && !IsListed(rule, in fact, vlan) && Rated(rule, before, in fact) is { } rated)
                Tell(rated, before, in fact, in at);
        }
    }

    /// <summary>What was known instead; null when it is no change.</summary>
    private IReadOnlyList<FrozenBaseline.Known>? Before(BaselineRule rule, in BaselineFact fact, ushort vlan)
    {
        if (rule.Member == BaselineMember.ValueOfKey)
        {
            var known = Frozen.Of(rule.Kind, vlan, fact.Key.Hash);
            if (known.Count == 0)
                return rule.Kind == BaselineKind.DhcpWpad && Frozen.Of(BaselineKind.DhcpServer, vlan, fact.Key.Hash).Count > 0 ? known : null;
            var value = fact.Value.Hash;
            return value == Nothing || value == Denied || known.Any(entry => entry.Value == value || entry.Value == Nothing) ? null : known;
        }
        var all = Frozen.In(rule.Kind, vlan);
        if (all.Count == 0)
            return null;
        var member = rule.Member == BaselineMember.Key ? fact.Key.Hash : fact.Value.Hash;
        foreach (var entry in all)
        {
            if ((rule.Member == BaselineMember.Key ? entry.Key : entry.Value) == member)
                return null;
        }
        return all;
    }

    // A known router may lower its bid, which tracking does; one that outbids all that are known takes the gateway. Null: no change worth telling.
    private static BaselineRule? Rated(BaselineRule rule, IReadOnlyList<FrozenBaseline.Known> before, in BaselineFact fact)
    {
        if (rule.Kind != BaselineKind.RedundancyRouter)
            return rule;
        var bid = RedundancyBid.Of(fact.Value.ToString());
        var known = before.Select(static one => RedundancyBid.Of(one.Entry.Value)).ToList();
        if (bid.Outbids(known))
            return rule with { Severity = Severity.Medium, Confidence = Confidence.Likely };
        return known.Exists(one => one.Router == bid.Router) ? null : rule;
    }

    private static ulong Nothing { get; } = ReadOnlySpan<byte>.Empty.StableHash();

    private static ulong Denied { get; } = ((ReadOnlySpan<byte>)"no such name"u8).StableHash();

    private void Tell(BaselineRule rule, IReadOnlyList<FrozenBaseline.Known> before, in BaselineFact fact, in Sighting at)
    {
        var subject = ((ulong)rule.Kind * 0x9E3779B97F4A7C15UL) ^ (fact.Key.Hash * 3) ^ fact.Value.Hash;
        if (context.Incidents.CountRepeat(new(rule.Detector.Sid, fact.By.Id, 0, subject), rule.Severity, rule.Confidence, at))
            return;
        var isKey = rule.Member == BaselineMember.Key;
        var was = before.Count == 0 ? "none" : string.Join(", ", before.Select(known => isKey ? known.Entry.Key : known.Entry.Value).Distinct().Take(MostShown));
        var now = isKey ? fact.Key.ToString() : fact.Value.ToString();
        var since = before.Count == 0 ? Frozen.In(BaselineKind.DhcpServer, context.VlanOf(at.Segment)).Min(static known => known.Entry.FirstSeenNs)
            : before.Min(static known => known.Entry.FirstSeenNs);
        if (_changes.Count < MostChanges)
            _changes.Add(Change(in fact, in at, was));
        var noun = string.Format(CultureInfo.InvariantCulture, rule.Noun, fact.Key.ToString());
        context.Incidents.Raise(new Finding
        {
            Detector = rule.Detector,
            Severity = rule.Severity,
            Confidence = rule.Confidence,
            Suspect = fact.By,
            Subject = subject,
            At = at,
            Frames = [FrameReference.Of(at)],
            Summary = $"{noun} was {was}{Since(since)}, now {now}.",
            RefutedBy = "The change was meant: accept it with 'sensor trust accept', or list it under Trust.",
            NextSteps =
            [
                $"Ask the network's owner whether {now} is his and when it came.",
                $"Look up {fact.By.Shown()} in the switches' MAC tables; if nobody knows it, cut it off.",
                "If the change was meant, accept it, with the reason, so that it is known from now on.",
            ],
            Metadata = Metadata(rule, was, now, since),
        });
    }

    private LearnedEntry Change(in BaselineFact fact, in Sighting at, string was) => new()
    {
        Kind = fact.Kind,
        Vlan = context.VlanOf(at.Segment),
        Key = fact.Key.ToString(),
        Value = fact.Value.ToString(),
        FirstSeenNs = at.TimestampNs,
        LastSeenNs = at.TimestampNs,
        Count = 1,
        Clients = fact.Client == 0 ? 0 : 1,
        Standing = BaselineStanding.Undecided,
        Sureness = BaselineSureness.Doubtful,
        Doubt = $"was {was}",
    };

    private static ImmutableArray<KeyValuePair<string, string>> Metadata(BaselineRule rule, string was, string now, long since)
    {
        KeyValuePair<string, string>[] all = [new("baseline_kind", rule.Kind.ToString()), new("baseline_was", was), new("baseline_now", now)];
        return since == LearnedEntry.Listed ? [.. all] : [.. all, new("baseline_since", Utc(since))];
    }

    private static string Since(long ns) => ns == LearnedEntry.Listed ? " by the trust list" : $" since {Utc(ns)}";

    private static string Utc(long ns) => DateTime.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Whether the operator's own lists call it right. Asked only about changes, so it may parse.</summary>
    private bool IsListed(BaselineRule rule, in BaselineFact fact, ushort vlan)
    {
        var (key, value) = (fact.Key.ToString(), fact.Value.ToString());
        var trust = context.Trust;
        _ = IpAddress.TryParse(key, out var keyAddress);
        _ = IpAddress.TryParse(value, out var address);
        _ = MacAddress.TryParse(value, out var mac);
        return fact.Kind switch
        {
            BaselineKind.DhcpServer => trust.IsDhcpServer(vlan, rule.Member == BaselineMember.Key ? keyAddress : default, mac),
            BaselineKind.DhcpWpad => trust.IsPacUrl(vlan, System.Text.Encoding.UTF8.GetBytes(value)),
            BaselineKind.DhcpRouter => trust.IsRouter(vlan, address, default),
            BaselineKind.DhcpDns or BaselineKind.RouterAdvertDns => trust.IsResolver(vlan, address),
            BaselineKind.DhcpWins => trust.IsWinsServer(vlan, address),
            BaselineKind.WpadAnswer or BaselineKind.PacServer => trust.IsWpadHost(vlan, address),
            BaselineKind.Pac => value.Length == 64 && trust.IsPacHash(Convert.FromHexString(value)),
            BaselineKind.Proxy => trust.IsProxy(vlan, keyAddress),
            BaselineKind.RouterAdvert => trust.IsRouter(vlan, keyAddress, mac),
            BaselineKind.Gateway => trust.IsGatewayMac(vlan, mac) || trust.IsRouter(vlan, default, mac),
            BaselineKind.Wsus => context.Updates.IsWsusServer(keyAddress, System.Text.Encoding.UTF8.GetBytes(value)),
            BaselineKind.UpdateCache => context.Updates.IsCache(keyAddress),
            _ => false,
        };
    }
}
