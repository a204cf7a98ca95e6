using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;

namespace Sensor.Probing;

/// <summary>
/// Finds the answers to what was asked among everything that detection is told, by transaction id and name. Probes are added by one thread while
/// another observes.
/// </summary>
internal sealed class ProbeAnswers : IObserve<NameAnswered>, IObserve<LeaseOffered>, IObserve<Dhcpv6Offered>, IObserve<RouterAdvertised>
{
    /// <summary>Probes answers are awaited for, and answers kept: more is a flood, of which the first say enough.</summary>
    public const int MaxAwaited = 1024, MaxAnswers = 1024;

    private const long Window = 30_000_000_000;

    private readonly Lock _gate = new();
    private readonly Queue<(Probe Probe, long SentNs)> _awaited = new();
    private readonly List<ProbeAnswer> _answers = [];

    /// <summary>Subscribes to everything that can be an answer.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NameAnswered>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<Dhcpv6Offered>(this);
        bus.Subscribe<RouterAdvertised>(this);
    }

    /// <summary>Waits for answers to <paramref name="probe"/> from now on (wall time, nanoseconds since 1970 UTC).</summary>
    public void Await(Probe probe, long nowNs)
    {
        lock (_gate)
        {
            _awaited.Enqueue((probe, nowNs));
            if (_awaited.Count > MaxAwaited)
                _awaited.Dequeue();
        }
    }

    /// <summary>Takes the answers found since the last call.</summary>
    public IReadOnlyList<ProbeAnswer> Take()
    {
        lock (_gate)
        {
            ProbeAnswer[] taken = [.. _answers];
            _answers.Clear();
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        var kind = seen.Fact.Protocol switch
        {
            NameProtocol.Llmnr => ProbeKind.Llmnr,
            NameProtocol.Nbns => ProbeKind.Nbns,
            NameProtocol.Mdns => ProbeKind.Mdns,
            _ => default(ProbeKind?),
        };
        if (kind is null || seen.Fact.IsNegative || seen.Fact.IsWait)
            return;
        var stem = NameStem.Of(seen.Text(seen.Fact.Name));
        var id = seen.Fact.TransactionId;
        // By name where there is no id; by both where there is: another host may be asking for the same name.
        var probe = Find(in seen.At, probe => probe.Kind == kind && NameStem.Of(Encoding.ASCII.GetBytes(probe.Name)) == stem
            && (probe.TransactionId == 0 || probe.TransactionId == id));
        Add(probe, in seen.At, Joined(seen.Addresses(seen.Fact.Addresses)));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var id = fact.TransactionId;
        var probe = Find(in seen.At, probe => probe.Kind is ProbeKind.DhcpDiscover or ProbeKind.DhcpInform && probe.TransactionId == id);
        if (probe.Probe is null)
            return;
        var says = new List<string>();
        if (!fact.YourAddress.IsUnspecified)
            says.Add($"offers {fact.YourAddress}");
        Say(says, "router", Joined(seen.Addresses(fact.Routers)));
        Say(says, "DNS", Joined(seen.Addresses(fact.DnsServers)));
        Say(says, "domain", Encoding.UTF8.GetString(seen.Text(fact.Domain)));
        Say(says, "search", Encoding.UTF8.GetString(seen.Text(fact.SearchList)));
        Say(says, "proxy configuration (252)", fact.HasWpad ? $"\"{Encoding.UTF8.GetString(seen.Text(fact.Wpad))}\"" : "");
        Add(probe, in seen.At, string.Join(", ", says));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Offered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var id = fact.TransactionId;
        var probe = Find(in seen.At, probe => probe.Kind == ProbeKind.Dhcpv6Inform && probe.TransactionId == id);
        var says = new List<string>();
        Say(says, "DNS", Joined(seen.Addresses(fact.DnsServers)));
        Say(says, "search", Encoding.UTF8.GetString(seen.Text(fact.SearchList)));
        Add(probe, in seen.At, string.Join(", ", says));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<RouterAdvertised> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var probe = Find(in seen.At, static probe => probe.Kind == ProbeKind.RouterSolicit);
        var says = new List<string> { fact.RouterLifetime > 0 ? "default router" : "no default router" };
        Say(says, "prefix", Joined(seen.Addresses(fact.Prefixes)));
        Say(says, "DNS", Joined(seen.Addresses(fact.DnsServers)));
        Say(says, "search", Encoding.UTF8.GetString(seen.Text(fact.SearchList)));
        Add(probe, in seen.At, string.Join(", ", says));
    }

    private (Probe? Probe, long SentNs) Find(ref readonly Sighting at, Func<Probe, bool> isOf)
    {
        lock (_gate)
        {
            foreach (var (probe, sentNs) in _awaited)
            {
                // The clock that stamps packets and the one that is read may differ by a little.
                if (at.TimestampNs - sentNs is > -1_000_000_000 and < Window && isOf(probe))
                    return (probe, sentNs);
            }
            return default;
        }
    }

    private void Add((Probe? Probe, long SentNs) asked, ref readonly Sighting at, string says)
    {
        if (asked.Probe is null)
            return;
        var answer = new ProbeAnswer(asked.Probe, at.Source, at.SourceMac, says, Math.Max(0, at.TimestampNs - asked.SentNs));
        lock (_gate)
        {
            if (_answers.Count < MaxAnswers && !_answers.Any(known => known with { AfterNs = answer.AfterNs } == answer))
                _answers.Add(answer);
        }
    }

    private static void Say(List<string> says, string what, string value)
    {
        if (value.Length > 0)
            says.Add($"{what} {value}");
    }

    private static string Joined(ReadOnlySpan<IpAddress> addresses)
    {
        var text = new StringBuilder();
        foreach (var address in addresses)
            text.Append(text.Length == 0 ? "" : " ").Append(address.ToString());
        return text.ToString();
    }
}
