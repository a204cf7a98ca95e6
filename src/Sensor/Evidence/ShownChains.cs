using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Certificates;
using Sensor.Detection.Names;

namespace Sensor.Evidence;

/// <summary>A chain a TLS server showed.</summary>
/// <param name="ServerName">The name the client asked for, safe to show; empty when it asked for none.</param>
/// <param name="At">The server's packet.</param>
/// <param name="Certificates">DER octets, the leaf first.</param>
internal sealed record ShownChain(string ServerName, Sighting At, IReadOnlyList<byte[]> Certificates);

/// <summary>
/// Keeps the certificate chains of TLS servers while a capture is read, for the report. Findings name them by the leaf's SHA-256. Bounded:
/// the one shown longest ago makes room.
/// </summary>
internal sealed class ShownChains : IObserve<TlsAnswered>
{
    /// <summary>Chains kept, at most 32 KiB each: servers a site talks to are many, but findings look at recent ones.</summary>
    internal const int MaxChains = 1024;

    private readonly RecentTable<string, ShownChain> _byLeaf = new(MaxChains);

    /// <summary>The chain whose leaf has this SHA-256 (upper-case hexadecimal), or null.</summary>
    public ShownChain? Find(string sha256) => _byLeaf.TryGet(sha256, out var chain) ? chain : null;

    /// <inheritdoc/>
    public void Observe(in Observed<TlsAnswered> seen)
    {
        var list = new CertificateList(seen.Text(seen.Fact.Certificates));
        var certificates = new List<byte[]>();
        while (certificates.Count < CertificateChain.MaxCertificates && list.MoveNext())
            certificates.Add(list.Certificate.ToArray());
        if (certificates.Count == 0)
            return;
        var leaf = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(certificates[0]));
        if (!_byLeaf.Contains(leaf))
            _byLeaf.Set(leaf, new ShownChain(WireText.Printable(seen.Text(seen.Fact.ServerName)), seen.At, certificates));
    }
}
