using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Proxies;

/// <summary>
/// Who is used as a proxy by whom, which PAC files name it, and who is behind it when it is an attacker's. Bounded.
/// </summary>
public sealed class ProxyTable : IObserve<ProxyUsed>, IKeepsState
{
    /// <summary>
    /// Proxies kept: far more than a site has, even where programs ask servers in absolute form. Beyond it the eighth unused longest
    /// leaves.
    /// </summary>
    public const int Capacity = 1024;

    /// <summary>So many different clients before any lure make a proxy the site's own.</summary>
    internal const int ClientsOfMany = 3;

    /// <summary>Two clients do when they used it this long.</summary>
    internal const long LongNs = 600_000_000_000;

    private readonly HostTable _hosts;
    private readonly IncidentBook _incidents;
    private readonly PacNamings _namings;
    private readonly Dictionary<(int Segment, IpAddress Address), ProxyRecord> _proxies = [];
    private ProxyRecord[]? _inOrder;

    /// <summary>A table that tells hosts by <paramref name="hosts"/> and suspects by <paramref name="incidents"/>.</summary>
    public ProxyTable(HostTable hosts, IncidentBook incidents)
    {
        _hosts = hosts;
        _incidents = incidents;
        _namings = new PacNamings(hosts);
    }

    /// <summary>Proxies forgotten for want of room.</summary>
    public long Evicted { get; private set; }

    /// <summary>All proxies in the order of their first use. Asked for with every finding, so it is kept until the proxies change.</summary>
    internal ProxyRecord[] InOrder() => _inOrder ??=
    [
        .. _proxies.Values.OrderBy(static record => record.FirstSeenNs).ThenBy(static record => record.Segment)
            .ThenBy(static record => record.Address),
    ];

    void IKeepsState.Save(SnapshotWriter writer)
    {
        writer.List(InOrder(), static (to, record) => record.Save(to));
        _namings.Save(writer);
    }

    void IKeepsState.Load(SnapshotReader reader)
    {
        reader.List(from =>
        {
            if (ProxyRecord.Load(from) is { } record)
                _proxies[(record.Segment, record.Address)] = record;
        });
        _namings.Load(reader);
    }

    /// <summary>Subscribes to what it learns from.</summary>
    public void Subscribe(ObservationBus bus)
    {
        _namings.Subscribe(bus);
        bus.Subscribe<ProxyUsed>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<ProxyUsed> seen)
    {
        ref readonly var at = ref seen.At;
        if (!IsProxyUse(in seen) || _hosts.ReceiverOf(at) is not { } host)
            return;
        var key = (at.Segment, at.Destination);
        if (!_proxies.TryGetValue(key, out var record))
        {
            if (_proxies.Count >= Capacity)
                Evict();
            record = new ProxyRecord(host, at.Segment, at.Destination, at.TimestampNs);
            _proxies.Add(key, record);
            _inOrder = null;
        }
        record.LastSeenNs = Math.Max(record.LastSeenNs, at.TimestampNs);
        var client = _hosts.SenderOf(at);
        if (!record.Meets(client))
            return;
        var target = $"{WireText.Printable(seen.Text(seen.Fact.Host))}:{seen.Fact.Port}";
        record.Keep(new ProxyUse(at, seen.Fact.FirstFrameNumber, seen.Fact.Protocol, target, client));
        var isOfMany = record.Clients >= ClientsOfMany || (record.Clients >= 2 && at.TimestampNs - record.FirstSeenNs >= LongNs);
        record.IsEstablished |= isOfMany && Behind(record) is null;
    }

    /// <summary>The proxy at an address, if clients use one there.</summary>
    internal ProxyRecord? Find(int segment, IpAddress address) => _proxies.GetValueOrDefault((segment, address));

    /// <summary>Where a host was used as a proxy, by address and port, in the order of first use.</summary>
    public IEnumerable<(IpAddress Address, ushort Port)> DoorsOf(Host host) => InOrder().Where(record => IsOf(record, host))
        .SelectMany(static record => record.Uses.Select(use => (record.Address, use.At.DestinationPort))).Distinct();

    /// <summary>Who has the proxy's address now: a host that was known by its address alone may have been met since.</summary>
    internal Host HostOf(ProxyRecord record) => _hosts.Find(record.Segment, record.Address) ?? record.Host;

    /// <summary>Whether <paramref name="host"/> has the proxy's address now.</summary>
    internal bool IsOf(ProxyRecord record, Host host) =>
        (record.Host == host || host.MayHaveMet(record.Address)) && HostOf(record) == host;

    /// <summary>The PAC that names a proxy, if one does.</summary>
    internal PacNaming? NamingOf(ProxyRecord record) => _namings.Of(record.Segment, record.Address);

    /// <summary>
    /// Who is behind a proxy: the host itself when it lured or served a PAC it should not have, or who served the PAC that names it, or who
    /// sent clients to that PAC. Null when nobody is suspected, and for a proxy that was the site's own before.
    /// </summary>
    internal Suspicion? Behind(ProxyRecord record)
    {
        if (Suspicion.Of(_incidents, HostOf(record), Stage.Pac) is { } itself)
            return itself;
        return record.IsEstablished || NamingOf(record) is not { } naming ? null : Behind(naming);
    }

    /// <summary>
    /// The suspect who carries a client's packet although it is meant for another: a host in the middle that was caught luring.
    /// </summary>
    internal Suspicion? InTheMiddle(in Sighting at)
    {
        if (at.InTunnel || at.DestinationMac.IsNone || at.DestinationMac.IsGroup
            || _hosts.Find(at.Segment, at.DestinationMac) is not { } carrier)
            return null;
        return carrier.Has(at.Destination) ? null : Suspicion.Of(_incidents, carrier, Stage.Lure);
    }

    /// <summary>Whether a request is really for a proxy: not from a host to itself, nor to the very server it names.</summary>
    internal static bool IsProxyUse(in Observed<ProxyUsed> seen)
    {
        ref readonly var at = ref seen.At;
        if (at.Source == at.Destination || at.Destination.IsLoopback)
            return false;
        Span<byte> own = stackalloc byte[64];
        return !at.Destination.TryWrite(own, out var written) || !seen.Text(seen.Fact.Host).SequenceEqual(own[..written]);
    }

    private Suspicion? Behind(PacNaming naming)
    {
        var server = Suspicion.Of(_incidents, naming.Server, Stage.Pac);
        var giver = naming.Giver is null ? null : Suspicion.Of(_incidents, naming.Giver, Stage.Lure);
        if (server is not { } known)
            return giver;
        return giver is { Confidence: Confidence.Certain } && known.Confidence < Confidence.Certain ? giver : server;
    }

    private void Evict()
    {
        var unused = _proxies.Values.OrderBy(static record => record.LastSeenNs).ThenBy(static record => record.Segment)
            .ThenBy(static record => record.Address).Take(Capacity / 8).ToArray();
        Evicted += unused.Length;
        _inOrder = null;
        foreach (var record in unused)
            _proxies.Remove((record.Segment, record.Address));
    }
}
