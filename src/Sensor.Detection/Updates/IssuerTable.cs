using System.Numerics;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Certificates;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Updates;

/// <summary>
/// Which issuers sign certificates for how many different hosts that serve no updates: the site's own TLS inspection signs for all, an impostor
/// for the hosts it is after. Reads no more of a certificate than where its issuer's name stands.
/// </summary>
internal sealed class IssuerTable(UpdatePolicy updates) : IObserve<TlsAnswered>
{
    /// <summary>Issuers remembered: the web has a few hundred in use.</summary>
    private const int Capacity = 1024;

    private readonly RecentTable<(int Segment, ulong Issuer), ulong> _hosts = new(Capacity);

    /// <summary>Subscribes to handshakes.</summary>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<TlsAnswered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        var name = seen.Text(seen.Fact.ServerName);
        if (name.IsEmpty || seen.Fact.Certificates.IsEmpty || IssuerOf(seen.Text(seen.Fact.Certificates)) is not { } issuer || updates.Catalog.Find(name) is not null)
            return;
        var key = (seen.At.Segment, issuer);
        var hosts = _hosts.TryGet(key, out var known) ? known : 0;
        var bit = 1UL << (int)(SiteOf(name).StableHash() >> 58);
        if ((hosts & bit) == 0)
            _hosts.Set(key, hosts | bit);
    }

    /// <summary>Writes which issuers sign for how many sites.</summary>
    public void Save(SnapshotWriter writer) => writer.Table(_hosts, static (to, key, hosts) =>
    {
        to.I32(key.Segment);
        to.U64(key.Issuer);
        to.U64(hosts);
    });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(SnapshotReader reader) => reader.List(from => _hosts.Set((from.Segment(), from.U64()), from.U64()));

    /// <summary>About how many other sites the issuer of the first of <paramref name="certificates"/> signed for, 0 to 64.</summary>
    public int OtherSites(int segment, ReadOnlySpan<byte> certificates) =>
        IssuerOf(certificates) is { } issuer && _hosts.TryGet((segment, issuer), out var hosts) ? BitOperations.PopCount(hosts) : 0;

    /// <summary>A hash of the issuer's name in the first certificate, as it is encoded; null when it cannot be found.</summary>
    internal static ulong? IssuerOf(ReadOnlySpan<byte> certificates)
    {
        const byte Sequence = 0x30, Version = 0xA0, Integer = 0x02;
        var list = new CertificateList(certificates);
        if (!list.MoveNext() || !new DerReader(list.Certificate).TryRead(Sequence, out var certificate) || !certificate.Inside.TryRead(Sequence, out var signed))
            return null;
        var fields = signed.Inside;
        fields.Skip(Version);
        return fields.TryRead(Integer, out _) && fields.TryRead(Sequence, out _) && fields.TryRead(Sequence, out var issuer)
            ? issuer.Encoded.StableHash()
            : null;
    }

    /// <summary>The last two labels: hosts of one site say no more than one.</summary>
    private static ReadOnlySpan<byte> SiteOf(ReadOnlySpan<byte> name)
    {
        var dot = name.LastIndexOf((byte)'.');
        var second = dot < 0 ? -1 : name[..dot].LastIndexOf((byte)'.');
        return name[(second + 1)..];
    }
}
