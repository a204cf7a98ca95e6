using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Certificates;

/// <summary>
/// Shows the chains of TLS servers (up to TLS 1.2) to the detectors that judge certificates, as the payload store shows those of signed
/// files: one and the same chain of one server once for each client. Bounded.
/// </summary>
internal sealed class ServerChains(CertificateFeed feed) : IObserve<TlsAnswered>
{
    /// <summary>Chains kept read: the servers of a busy site. Beyond it the least recent is read again when it comes.</summary>
    private const int ChainCapacity = 1024;

    /// <summary>Client and chain pairs remembered; one that was forgotten is shown again, and counted as a repeat there.</summary>
    private const int ShownCapacity = 16_384;

    private readonly RecentTable<ulong, Chain> _chains = new(ChainCapacity);
    private readonly RecentTable<(int Segment, IpAddress Server, IpAddress Client, ulong Chain), bool> _shown = new(ShownCapacity);

    /// <summary>Subscribes to handshakes.</summary>
    public void Subscribe(ObservationBus bus) => bus.Subscribe<TlsAnswered>(this);

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        var octets = seen.Text(seen.Fact.Certificates);
        if (octets.IsEmpty)
            return;
        var name = seen.Text(seen.Fact.ServerName);
        var hash = octets.StableHash();
        var key = (seen.At.Segment, seen.At.Source, seen.At.Destination, hash);
        if (_shown.Contains(key))
            return;
        _shown.Set(key, true);
        if (!_chains.TryGet(hash, out var chain))
            _chains.Set(hash, chain = Read(octets, seen.At.TimestampNs));
        if (chain.Certificates.IsEmpty)
            return;
        var server = name.IsEmpty ? seen.At.Source.ToString() : WireText.Printable(Encoding.Latin1.GetString(name));
        feed.Show(new CertificatesShown
        {
            Certificates = chain.Certificates,
            Use = CertificatePurpose.Server,
            Verdict = chain.Verdict,
            Where = $"as the TLS server {server}",
            At = seen.At,
            Frames = Judgement.InOrder(
                new FrameReference(seen.At.Origin, seen.Fact.AskedFrameNumber, seen.Fact.FirstTimestampNs),
                new FrameReference(seen.At.Origin, seen.Fact.FirstFrameNumber, seen.Fact.FirstTimestampNs), FrameReference.Of(seen.At)),
        });
    }

    private static Chain Read(ReadOnlySpan<byte> octets, long timeNs)
    {
        var certificates = ImmutableArray.CreateBuilder<Certificate>();
        var list = new CertificateList(octets);
        while (certificates.Count < CertificateChain.MaxCertificates && list.MoveNext())
        {
            if (Certificate.TryRead(list.Certificate, out var certificate))
                certificates.Add(certificate);
        }
        if (certificates.Count == 0)
            return new Chain([], null);
        // Without the name: whether a certificate fits its server is the affair of the update detectors.
        var verdict = CertificateChain.Judge(certificates[0], certificates, timeNs, new ChainPolicy { Purpose = CertificatePurpose.Server });
        return new Chain(certificates.ToImmutable(), verdict);
    }

    private sealed record Chain(ImmutableArray<Certificate> Certificates, ChainVerdict? Verdict);
}
