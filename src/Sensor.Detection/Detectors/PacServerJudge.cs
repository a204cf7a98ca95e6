using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;
using Sensor.Detection.Snapshots;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Detectors;

/// <summary>What is known about the host that served a PAC.</summary>
/// <param name="Confidence">How sure it is that it should not.</param>
/// <param name="Reason">The strongest reason, as the end of a sentence.</param>
/// <param name="Lured">Whether the host, or who named it, is already a suspect.</param>
/// <param name="Because">Frame of an earlier fact the judgement rests on; default when none.</param>
internal readonly record struct PacServerVerdict(Confidence Confidence, string Reason, bool Lured, FrameReference Because);

/// <summary>
/// Judges PAC servers without a trust list: by what the host was seen to be, and by who sent the clients there. Remembers the addresses
/// that were answered for WPAD names.
/// </summary>
internal sealed class PacServerJudge(DetectionContext context) : IObserve<NameAnswered>, IKeepsState
{
    /// <summary>Addresses answered for WPAD names that are remembered: a site has one or two, a poisoner per segment one more.</summary>
    private const int NamedCapacity = 256;

    private static readonly string[] PrivateTops =
        ["local", "lan", "home", "corp", "internal", "intranet", "private", "localdomain", "domain", "arpa", "test", "invalid", "example"];

    /// <summary>Update hosts of the catalogue that are asked about one by one: the vendors' own metadata hosts, by their whole names.</summary>
    private readonly ImmutableArray<string> _vendorsOwn =
    [
        .. context.Updates.Catalog.Products.Where(static product => product.Kind == UpdateKind.Metadata).SelectMany(static product => product.Hosts)
            .Where(static host => !host.AsSpan().ContainsAny('*', '?')),
    ];

    private readonly RecentTable<(int Segment, IpAddress Address), Naming> _named = new(NamedCapacity);
    private readonly RecentTable<(int Segment, IpAddress Address), ulong> _served = new(NamedCapacity);

    private bool _isSubscribed;

    // Which file an address served: the second machine of a cluster is none's impostor after a restart either.
    void IKeepsState.Save(SnapshotWriter writer) => writer.Table(_served, static (to, key, file) =>
    {
        to.I32(key.Segment);
        to.Address(key.Address);
        to.U64(file);
    });

    void IKeepsState.Load(SnapshotReader reader) => reader.List(from => _served.Set((from.Segment(), from.Address()), from.U64()));

    /// <summary>Subscribes to name answers, once however many detectors ask.</summary>
    public void Subscribe(ObservationBus bus)
    {
        if (!_isSubscribed)
            bus.Subscribe<NameAnswered>(this, NameTopics.Wpad & NameTopics.Positive);
        _isSubscribed = true;
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        var isLocal = seen.Fact.Protocol != NameProtocol.Dns;
        Naming? naming = null;
        foreach (var address in seen.Addresses(seen.Fact.Addresses))
        {
            var key = (seen.At.Segment, address);
            if (_named.TryGet(key, out var known) && (known.IsLocal || !isLocal))
                continue;
            _named.Set(key, naming ??= new Naming(context.Hosts.SenderOf(seen.At), isLocal, FrameReference.Of(seen.At)));
        }
    }

    /// <summary>
    /// Whether the operator trusts what was served: its content wherever it comes from; its server or URL only as long as nobody lured the client
    /// there, because whoever poisons the name in a trusted URL, or takes a trusted server's address, serves under that URL too.
    /// </summary>
    public bool IsTrusted(in PacExchange exchange, in PacFingerprint? content)
    {
        if (content is { } known && context.Trust.IsPacHash(Convert.FromHexString(known.Sha256)))
            return true;
        var vlan = context.VlanOf(exchange.At.Segment);
        return (context.Trust.IsWpadHost(vlan, exchange.At.Source) || context.Trust.IsPacUrl(vlan, exchange.UrlOctets()))
            && !Judge(context.Hosts.SenderOf(exchange.At), in exchange).Lured;
    }

    /// <summary>The verdict about <paramref name="server"/>, which answered in <paramref name="exchange"/> and is not trusted.</summary>
    public PacServerVerdict Judge(Host server, in PacExchange exchange)
    {
        ref readonly var at = ref exchange.At;
        if (context.IsLuring(server))
            return new(Confidence.Certain, "the same host is already suspected of luring clients", true, default);
        if (_named.TryGet((at.Segment, at.Source), out var naming) && context.IsLuring(naming.Responder))
            return new(Confidence.Certain, $"clients were sent there by the suspected host {naming.Responder.Shown()}", true, naming.Frame);
        if (context.Pacs.RedirectTo(at.Segment, exchange.Host) is { } redirect && context.IsLuring(redirect.By))
            return new(Confidence.Certain, $"clients were sent there by a redirect of the suspected host {redirect.By.Shown()}", true, redirect.Frame);
        if (naming is { IsLocal: true } && !context.Trust.IsWpadHost(context.VlanOf(at.Segment), at.Source))
            return new(Confidence.Likely, "clients were sent there by an answer for wpad on the local link", true, naming.Frame);
        var owner = context.Hosts.BindingOf(at.Segment, at.Source);
        if (owner.IsCurrent(at) && !at.SourceMac.IsNone && owner.Mac != at.SourceMac && !owner.Mac.IsVirtualRouter
            && !at.SourceMac.IsVirtualRouter
            && !context.Hosts.IsRouterMac(at.Segment, at.SourceMac) && !owner.Mac.IsSiblingOf(at.SourceMac) && !HasServed(in exchange))
            return new(Confidence.Likely, $"the answer came from {at.SourceMac}, while {at.Source} belongs to {owner.Mac}", true,
                owner.FirstFrame);
        if (PassesForVendor(at.Segment, at.Source) is { } name)
            return new(Confidence.Likely, $"DNS leads {name} to the same host, which is nobody's but the vendor's", true, default);
        if (server.IsWorkstation)
            return new(Confidence.Likely, "the host got its own address by DHCP like a workstation", false, default);
        if (IsLeakedName(exchange.Host) && !context.Trust.IsHome(at.Source))
            return new(Confidence.Likely, "the name is a bare top-level wpad, registered by strangers on the internet", false, default);
        if (context.Trust.KnowsWpadHosts(context.VlanOf(at.Segment), at.Source, at.SourceMac))
            return new(Confidence.Likely, "the operator lists WPAD hosts, and this is none of them", false, default);
        _served.Set((at.Segment, at.Source), PacFingerprint.Of(exchange.Body).WithoutBlanks);
        return new(Confidence.Possible, "nothing else speaks against the host; it may be the site's own PAC server", false, default);
    }

    /// <summary>
    /// Whether the address has served this very file before: two machines of a cluster do, whoever took the address over has another in mind.
    /// </summary>
    private bool HasServed(in PacExchange exchange) =>
        _served.TryGet((exchange.At.Segment, exchange.At.Source), out var known) && known == PacFingerprint.Of(exchange.Body).WithoutBlanks;

    /// <summary>
    /// A host that says which updates there are, which names resolved to <paramref name="address"/> on the premises: caches deliver the files,
    /// captive portals answer for anything but serve no PAC.
    /// </summary>
    private string? PassesForVendor(int segment, IpAddress address)
    {
        if (!context.Trust.IsHome(address))
            return null;
        foreach (var host in _vendorsOwn)
        {
            if (context.Pacs.Names.Resolve(segment, host).Contains(address))
                return host;
        }
        return null;
    }

    /// <summary>
    /// Whether a Host header is "wpad.&lt;public top-level domain&gt;": asked by devolution, owned by whoever registered it.
    /// </summary>
    private static bool IsLeakedName(ReadOnlySpan<byte> host)
    {
        if (!PacRecognition.IsWpadName(host) || host.Length < 7)
            return false;
        var name = Encoding.ASCII.GetString(host[5..]).ToLowerInvariant();
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var top = (colon < 0 ? name : name[..colon]).TrimEnd('.');
        return top.Length >= 2 && top.All(char.IsAsciiLetter) && !PrivateTops.Contains(top, StringComparer.Ordinal);
    }

    private sealed record Naming(Host Responder, bool IsLocal, FrameReference Frame);
}
