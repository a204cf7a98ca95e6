using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Proxies;

/// <summary>The first use of a proxy by one client.</summary>
/// <param name="At">The client's packet.</param>
/// <param name="FirstFrameNumber">Frame of the request's first octet.</param>
/// <param name="Protocol">How it was asked.</param>
/// <param name="Target">Where to, "host:port", safe to show.</param>
/// <param name="Client">Who.</param>
internal sealed record ProxyUse(Sighting At, long FirstFrameNumber, ProxyProtocol Protocol, string Target, Host Client);

/// <summary>A PAC file that names a proxy.</summary>
/// <param name="Server">Who served the file.</param>
/// <param name="Giver">Who sent clients there by DHCP option 252; null when nobody was seen to.</param>
/// <param name="Proxy">The proxy as the file names it, safe to show.</param>
/// <param name="Name">Its host in the file, lower case.</param>
/// <param name="Frames">Frames of the file's request and answer, and of the lease.</param>
internal sealed record PacNaming(Host Server, Host? Giver, string Proxy, string Name, ImmutableArray<FrameReference> Frames);

/// <summary>A host that clients use as a proxy, as the capture shows it.</summary>
internal sealed class ProxyRecord(Host host, int segment, IpAddress address, long firstSeenNs)
{
    /// <summary>Clients counted: more say nothing new.</summary>
    public const int MaxClients = 64;

    /// <summary>First uses kept, so that a proxy that turns out to be an attacker's is told with those who used it before.</summary>
    public const int MaxUses = 16;

    private readonly HashSet<int> _clients = [];
    private readonly List<ProxyUse> _uses = [];

    /// <summary>Who it is.</summary>
    public Host Host { get; } = host;

    /// <summary>The segment it was used in.</summary>
    public int Segment { get; } = segment;

    /// <summary>The address it was used by.</summary>
    public IpAddress Address { get; } = address;

    /// <summary>Packet time of the first use, nanoseconds.</summary>
    public long FirstSeenNs { get; } = firstSeenNs;

    /// <summary>Packet time of the last use, nanoseconds.</summary>
    public long LastSeenNs { get; set; } = firstSeenNs;

    /// <summary>Different clients seen, up to <see cref="MaxClients"/>.</summary>
    public int Clients => _clients.Count;

    /// <summary>The first uses of different clients, in order.</summary>
    public IReadOnlyList<ProxyUse> Uses => _uses;

    /// <summary>
    /// Whether it was the proxy of several clients while nothing was known against it: then a PAC that names it is no sign.
    /// </summary>
    public bool IsEstablished { get; set; }

    /// <summary>Whether <paramref name="client"/> is new; it is counted then.</summary>
    public bool Meets(Host client) => _clients.Count < MaxClients && _clients.Add(client.Id);

    /// <summary>Writes all of it.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Host(Host);
        writer.I32(Segment);
        writer.Address(Address);
        writer.I64(FirstSeenNs);
        writer.I64(LastSeenNs);
        writer.Flag(IsEstablished);
        writer.List(_clients, static (to, id) => to.I32(id));
        writer.List(_uses, static (to, use) =>
        {
            to.At(use.At);
            to.I64(use.FirstFrameNumber);
            to.U8((byte)use.Protocol);
            to.Text(use.Target);
            to.Host(use.Client);
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null when its host is unknown.</summary>
    public static ProxyRecord? Load(SnapshotReader reader)
    {
        var host = reader.Host();
        var record = new ProxyRecord(host!, reader.Segment(), reader.Address(), reader.I64()) { LastSeenNs = reader.Time(), IsEstablished = reader.Flag() };
        reader.List(from => record._clients.Add(from.I32()));
        reader.List(from =>
        {
            var (at, first, protocol, target) = (from.At(), from.I64(), (ProxyProtocol)from.U8(), from.Text() ?? "");
            if (from.Host() is { } client)
                record.Keep(new ProxyUse(at, first, protocol, target, client));
        });
        return host is null ? null : record;
    }

    /// <summary>Keeps a first use.</summary>
    public void Keep(ProxyUse use)
    {
        if (_uses.Count < MaxUses)
            _uses.Add(use);
    }
}
