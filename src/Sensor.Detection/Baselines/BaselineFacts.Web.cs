using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Certificates;
using Sensor.Detection.Pac;
using Sensor.Detection.Proxies;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Baselines;

/// <summary>PAC files, proxies, WSUS servers, the ways updates come, and who signs for update hosts.</summary>
internal sealed partial class BaselineFacts
{
    /// <summary>Issuers whose organization is remembered: a few sign for all update hosts.</summary>
    private const int IssuerCapacity = 256;

    private readonly RecentTable<ulong, byte[]> _organizations = new(IssuerCapacity);

    public void Observe(in Observed<HttpAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        if (fact.Status is < 200 or >= 300)
            return;
        if (_context.Pacs.Current is { } study)
            TakePac(in seen, study);
        else if (WsusTraits.IsSoapTarget(seen.Text(fact.Target)))
            TakeWsus(in seen);
        else
            TakeUpdate(in seen);
    }

    public void Observe(in Observed<ProxyUsed> seen)
    {
        if (!ProxyTable.IsProxyUse(in seen) || _context.Hosts.ReceiverOf(in seen.At) is not { } proxy)
            return;
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.Proxy,
                Key = seen.At.Destination,
                By = proxy,
                Client = seen.At.Source.StableHash(),
                LeadsTo = seen.At.Destination,
            },
            in seen.At);
    }

    public void Observe(in Observed<TlsAnswered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var name = seen.Text(fact.ServerName);
        if (name.IsEmpty || _context.Updates.Catalog.FindJudged(name) is not { } product)
            return;
        TakePath(fact.TunnelExchangeId != 0 ? "proxy"u8 : "direct"u8, product, in seen.At);
        if (fact.Certificates.IsEmpty || OrganizationOf(seen.Text(fact.Certificates)) is not { Length: > 0 } organization)
            return;
        var shown = Encoding.UTF8.GetBytes(product.Shown);
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.UpdateIssuer,
                Key = (ReadOnlySpan<byte>)shown,
                Value = (ReadOnlySpan<byte>)organization,
                By = _context.Hosts.SenderOf(in seen.At),
                Client = seen.At.Destination.StableHash(),
            },
            in seen.At);
    }

    private void TakePac(in Observed<HttpAnswered> seen, PacStudy study)
    {
        var exchange = new PacExchange(in seen);
        var url = exchange.UrlOctets();
        var by = _context.Hosts.SenderOf(in seen.At);
        var client = seen.At.Destination.StableHash();
        var sha256 = Encoding.ASCII.GetBytes(study.File.Fingerprint.Sha256);
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.Pac,
                Key = (ReadOnlySpan<byte>)url,
                Value = (ReadOnlySpan<byte>)sha256,
                By = by,
                Client = client,
                LeadsTo = seen.At.Source,
            },
            in seen.At);
        // Through a proxy the answer comes from the proxy, whoever the server is.
        if (!exchange.IsThroughProxy)
        {
            _sink.Take(
                new BaselineFact
                {
                    Kind = BaselineKind.PacServer,
                    Key = (ReadOnlySpan<byte>)url,
                    Value = seen.At.Source,
                    By = by,
                    Client = client,
                    LeadsTo = seen.At.Source,
                },
                in seen.At);
        }
    }

    private void TakeWsus(in Observed<HttpAnswered> seen)
    {
        var request = new UpdateRequest(seen.Text(seen.Fact.Target), seen.Text(seen.Fact.Host));
        if (request.IsThroughProxy)
            return;
        Span<byte> lower = stackalloc byte[256];
        var host = UpdateRequest.Normalize(request.Host, lower);
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.Wsus,
                Key = seen.At.Source,
                Value = host,
                By = _context.Hosts.SenderOf(in seen.At),
                Client = seen.At.Destination.StableHash(),
            },
            in seen.At);
        Take(BaselineKind.UpdatePath, "wsus"u8, "Microsoft Windows Update"u8, in seen.At);
    }

    private void TakeUpdate(in Observed<HttpAnswered> seen)
    {
        var request = new UpdateRequest(seen.Text(seen.Fact.Target), seen.Text(seen.Fact.Host));
        if (request.Host.IsEmpty || _context.Updates.Catalog.FindJudged(request.Host) is not { } product)
            return;
        var isInside = !request.IsThroughProxy && _context.Trust.IsHome(seen.At.Source);
        TakePath(request.IsThroughProxy ? "proxy"u8 : isInside ? "cache"u8 : "direct"u8, product, in seen.At);
        if (!isInside || !product.IsCached)
            return;
        _sink.Take(
            new BaselineFact
            {
                Kind = BaselineKind.UpdateCache,
                Key = seen.At.Source,
                Value = (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(product.Shown),
                By = _context.Hosts.SenderOf(in seen.At),
                Client = seen.At.Destination.StableHash(),
            },
            in seen.At);
    }

    private void TakePath(ReadOnlySpan<byte> way, UpdateProduct product, in Sighting at) =>
        Take(BaselineKind.UpdatePath, way, Encoding.UTF8.GetBytes(product.Shown), in at);

    private void Take(BaselineKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in Sighting at) => _sink.Take(
        new BaselineFact { Kind = kind, Key = key, Value = value, By = _context.Hosts.SenderOf(in at), Client = at.Destination.StableHash() }, in at);

    /// <summary>The organization of whoever signed the first certificate; the common name where none is named. Read once an issuer.</summary>
    private byte[]? OrganizationOf(ReadOnlySpan<byte> certificates)
    {
        if (IssuerTable.IssuerOf(certificates) is not { } issuer)
            return null;
        if (_organizations.TryGet(issuer, out var known))
            return known;
        var list = new CertificateList(certificates);
        var organization = list.MoveNext() && Certificate.TryRead(list.Certificate, out var certificate)
            ? certificate.Issuer.Organization.Length > 0 ? certificate.Issuer.Organization : certificate.Issuer.CommonName
            : "";
        _organizations.Set(issuer, known = Encoding.UTF8.GetBytes(organization));
        return known;
    }
}
