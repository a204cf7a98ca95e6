using System.Runtime.InteropServices;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Proxies;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Updates;

/// <summary>
/// When and how hosts ask for updates: directly, by WSUS or by a proxy, in the clear or with old TLS. Looks at requests and handshakes only,
/// not at packets; nothing is allocated for a host that is known. Bounded.
/// </summary>
public sealed class UpdatePollTable : IObserve<HttpRequested>, IObserve<TlsAsked>, IObserve<TlsAnswered>, IKeepsState
{
    /// <summary>Addresses kept, as many as hosts; the habits of further ones are counted, not kept.</summary>
    public const int Capacity = HostTable.MaxHosts;

    /// <summary>Windows asks for updates at least this often (22 hours; a random part of it is left out each time), nanoseconds.</summary>
    public const long WindowsIntervalNs = 22 * 60 * Detectors.Span.Minute;

    private const ushort Tls12 = 0x0303;

    private readonly Dictionary<AddressKey, Habit> _habits = [];
    private readonly UpdateCatalog _catalog;
    private readonly ProxyTable _proxies;

    internal UpdatePollTable(UpdateCatalog catalog, ProxyTable proxies)
    {
        _catalog = catalog;
        _proxies = proxies;
    }

    /// <summary>Requests of hosts that found no room.</summary>
    public long Overflowed { get; private set; }

    /// <summary>What is known, by segment and address.</summary>
    internal IEnumerable<(AddressKey Key, Habit Habit)> InOrder() =>
        _habits.OrderBy(static pair => pair.Key.Segment).ThenBy(static pair => pair.Key.Address).Select(static pair => (pair.Key, pair.Value));

    void IKeepsState.Save(SnapshotWriter writer) => writer.List(_habits, static (to, known) =>
    {
        to.I32(known.Key.Segment);
        to.Address(known.Key.Address);
        to.U16((ushort)known.Value.Kinds);
        to.I64(known.Value.LastNs);
        to.I64(known.Value.LastPollNs);
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from => _habits[new AddressKey(from.Segment(), from.Address())] =
        new Habit { Kinds = (ExposureKinds)from.U16(), LastNs = from.Time(), LastPollNs = from.Time() });

    /// <summary>Subscribes to requests and handshakes.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<HttpRequested>(this);
        bus.Subscribe<TlsAsked>(this);
        bus.Subscribe<TlsAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpRequested> seen)
    {
        var target = seen.Text(seen.Fact.Target);
        if (WsusTraits.IsSoapTarget(target) || WsusTraits.IsSelfUpdateTarget(target) && !IsVendor(in seen))
        {
            Note(in seen.At, seen.At.Source, ExposureKinds.UpdatesByWsus | ExposureKinds.UpdatesInClear, isWindows: true);
            return;
        }
        var request = new UpdateRequest(target, seen.Text(seen.Fact.Host));
        // What CONNECT is for shows in the handshake inside.
        if (request.Host.IsEmpty || seen.Text(seen.Fact.Method).SequenceEqual("CONNECT"u8) || _catalog.FindJudged(request.Host) is not { } product)
            return;
        var way = request.IsThroughProxy ? ExposureKinds.UpdatesByProxy : ExposureKinds.UpdatesDirect;
        Note(in seen.At, seen.At.Source, way | ExposureKinds.UpdatesInClear, IsWindows(product));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAsked> seen)
    {
        var name = seen.Text(seen.Fact.ServerName);
        if (name.IsEmpty || _catalog.FindJudged(name) is not { } product)
            return;
        var way = seen.Fact.TunnelExchangeId != 0 ? ExposureKinds.UpdatesByProxy : ExposureKinds.UpdatesDirect;
        Note(in seen.At, seen.At.Source, way, IsWindows(product));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        if (seen.Fact.Version is 0 or >= Tls12 || seen.Fact.ServerName.IsEmpty || _catalog.FindJudged(seen.Text(seen.Fact.ServerName)) is not { } product)
            return;
        Note(in seen.At, seen.At.Destination, ExposureKinds.UpdatesByOldTls, IsWindows(product));
    }

    private bool IsVendor(in Observed<HttpRequested> seen) =>
        _catalog.FindJudged(new UpdateRequest(seen.Text(seen.Fact.Target), seen.Text(seen.Fact.Host)).Host) is not null;

    private static bool IsWindows(UpdateProduct product) => product.Vendor == "Microsoft" && product.Kind is UpdateKind.Metadata or UpdateKind.Payload;

    private void Note(in Sighting at, IpAddress client, ExposureKinds kinds, bool isWindows)
    {
        // A proxy asks for its clients, not for itself.
        if (at.InTunnel || client.IsUnspecified || _proxies.Find(at.Segment, client) is not null)
            return;
        var key = new AddressKey(at.Segment, client);
        if (_habits.Count >= Capacity && !_habits.ContainsKey(key))
        {
            Overflowed++;
            return;
        }
        ref var habit = ref CollectionsMarshal.GetValueRefOrAddDefault(_habits, key, out _);
        habit.Kinds |= kinds;
        habit.LastNs = Math.Max(habit.LastNs, at.TimestampNs);
        if (isWindows)
            habit.LastPollNs = Math.Max(habit.LastPollNs, at.TimestampNs);
    }

    /// <summary>How one address asks for updates, and when it did last (of anybody, and of Windows Update or WSUS).</summary>
    internal struct Habit
    {
        public ExposureKinds Kinds;
        public long LastNs, LastPollNs;
    }
}
