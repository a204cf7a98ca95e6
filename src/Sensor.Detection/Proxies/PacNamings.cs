using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Proxies;

/// <summary>
/// Which proxies the PAC files seen name, and by which addresses these names were answered: how a client's proxy is traced back to who sent
/// it there, over PAC server, DHCP server and name answers.
/// </summary>
internal sealed class PacNamings(HostTable hosts) : IObserve<HttpAnswered>, IObserve<LeaseOffered>, IObserve<NameAnswered>
{
    /// <summary>Proxies named, addresses of them, and PAC hosts given by DHCP: a site has a handful of each.</summary>
    private const int Capacity = 256;

    private const int MostFrames = 6;

    private readonly RecentTable<(int Segment, ulong Label), PacNaming> _byLabel = new(Capacity);
    private readonly RecentTable<(int Segment, IpAddress Address), PacNaming> _byAddress = new(Capacity);
    private readonly RecentTable<(int Segment, ulong Host), Giving> _givings = new(Capacity);
    private readonly RecentTable<(int Server, ulong Content), bool> _read = new(Capacity);

    /// <summary>Subscribes to what it learns from.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<HttpAnswered>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<NameAnswered>(this, NameTopics.Positive);
    }

    /// <summary>The PAC that names the proxy at <paramref name="address"/>; null when none does.</summary>
    public PacNaming? Of(int segment, IpAddress address) => _byAddress.TryGet((segment, address), out var naming) ? naming : null;

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        if (seen.Fact.Wpad.IsEmpty || !RequestTarget.TryReadAbsolute(seen.Text(seen.Fact.Wpad), out var url))
            return;
        var key = (seen.At.Segment, Lower(url.Host).StableHash());
        var server = hosts.SenderOf(seen.At);
        if (_givings.TryGet(key, out var known) && known.Server == server)
            return;
        _givings.Set(key, new Giving(server, FrameReference.Of(seen.At)));
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (seen.Fact.Body.IsEmpty)
            return;
        var exchange = new PacExchange(in seen);
        if (!exchange.ServesPac)
            return;
        var server = hosts.SenderOf(seen.At);
        var content = (server.Id, exchange.Body.StableHash());
        if (_read.Contains(content))
            return;
        _read.Set(content, true);
        var giving = GivingOf(in exchange);
        var frames = exchange.Frames;
        foreach (var proxy in PacProxies.In(exchange.Body))
        {
            var naming = new PacNaming(
                server, giving?.Server, WireText.Printable(proxy.ToString()), proxy.Host,
                giving is null ? frames : [giving.Frame, .. frames.Take(MostFrames)]);
            if (IpAddress.TryParse(proxy.Host, out var address))
                _byAddress.Set((seen.At.Segment, address), naming);
            else
                _byLabel.Set((seen.At.Segment, LabelOf(Encoding.ASCII.GetBytes(proxy.Host))), naming);
        }
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        if (_byLabel.Count == 0 || seen.Fact.Addresses.IsEmpty)
            return;
        var name = seen.Text(seen.Fact.Name);
        if (!_byLabel.TryGet((seen.At.Segment, LabelOf(name)), out var naming) || !IsNamed(name, naming.Name))
            return;
        foreach (var address in seen.Addresses(seen.Fact.Addresses))
        {
            if (!_byAddress.TryGet((seen.At.Segment, address), out var known) || known.Server != naming.Server)
                _byAddress.Set((seen.At.Segment, address), naming with { Frames = [.. naming.Frames, FrameReference.Of(seen.At)] });
        }
    }

    /// <summary>Writes which PAC names which proxy, and who sent clients to it.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Table(_byLabel, static (to, key, naming) =>
        {
            to.I32(key.Segment);
            to.U64(key.Label);
            Save(to, naming);
        });
        writer.Table(_byAddress, static (to, key, naming) =>
        {
            to.I32(key.Segment);
            to.Address(key.Address);
            Save(to, naming);
        });
        writer.Table(_givings, static (to, key, giving) =>
        {
            to.I32(key.Segment);
            to.U64(key.Host);
            to.Host(giving.Server);
            to.Frame(giving.Frame);
        });
    }

    /// <summary>Reads what <see cref="Save(SnapshotWriter)"/> wrote.</summary>
    public void Load(SnapshotReader reader)
    {
        reader.List(from =>
        {
            var key = (from.Segment(), from.U64());
            if (LoadNaming(from) is { } naming)
                _byLabel.Set(key, naming);
        });
        reader.List(from =>
        {
            var key = (from.Segment(), from.Address());
            if (LoadNaming(from) is { } naming)
                _byAddress.Set(key, naming);
        });
        reader.List(from =>
        {
            var (key, server, frame) = ((from.Segment(), from.U64()), from.Host(), from.Frame());
            if (server is not null)
                _givings.Set(key, new Giving(server, frame));
        });
    }

    private static void Save(SnapshotWriter writer, PacNaming naming)
    {
        writer.Host(naming.Server);
        writer.Host(naming.Giver);
        writer.Text(naming.Proxy);
        writer.Text(naming.Name);
        writer.Frames(naming.Frames);
    }

    private static PacNaming? LoadNaming(SnapshotReader reader)
    {
        var (server, giver, proxy, name, frames) = (reader.Host(), reader.Host(), reader.Text() ?? "", reader.Text() ?? "", reader.Frames());
        return server is null ? null : new PacNaming(server, giver, proxy, name, frames);
    }

    private Giving? GivingOf(in PacExchange exchange)
    {
        ref readonly var at = ref exchange.At;
        RequestTarget.TryReadAuthority(exchange.Host, 80, out var host);
        if (_givings.TryGet((at.Segment, Lower(host.Host).StableHash()), out var byName))
            return byName;
        Span<byte> text = stackalloc byte[64];
        if (!at.Source.TryWrite(text, out var written))
            return null;
        ReadOnlySpan<byte> address = text[..written];
        return _givings.TryGet((at.Segment, address.StableHash()), out var byAddress) ? byAddress : null;
    }

    /// <summary>Whether an answered name is the one in the file, perhaps with the search suffix that clients append.</summary>
    private static bool IsNamed(ReadOnlySpan<byte> answered, string name) =>
        answered.Length >= name.Length && Ascii.Equals(answered[..name.Length], name)
        && (answered.Length == name.Length || answered[name.Length] == '.');

    private static ulong LabelOf(ReadOnlySpan<byte> name)
    {
        var dot = name.IndexOf((byte)'.');
        return (dot < 0 ? name : name[..dot]).StableHash();
    }

    private static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> text)
    {
        var lower = new byte[text.Length];
        Ascii.ToLower(text, lower, out _);
        return lower;
    }

    private sealed record Giving(Host Server, FrameReference Frame);
}
