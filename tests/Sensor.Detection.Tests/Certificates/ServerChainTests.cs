using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Tests.Certificates;

/// <summary>What TLS servers show reaches the detectors that judge certificates, whatever host was asked.</summary>
public sealed class ServerChainTests
{
    private readonly FactFeeder _lan = new() { NowNs = TestAuthority.NowNs };
    private readonly Station _alice = Station.Number(10), _bob = Station.Number(11), _mallory = Station.Number(66);

    [Fact]
    public void A_withdrawn_authority_in_a_handshake_is_named_once_a_client()
    {
        var chain = TestAuthority.MakeRoot("CN=Microsoft Enforced Licensing PCA, O=Microsoft Corporation").MakeServer("www.example.com").Chain;
        Handshake(_alice, chain);
        Handshake(_alice, chain);
        Handshake(_bob, chain);

        var findings = _lan.Of("revoked-certificate").ToList();
        Assert.All(findings, static finding => Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence)));
        Assert.Contains("as the TLS server www.example.com", findings[0].Summary, StringComparison.Ordinal);
        Assert.Equal(2, findings.Select(static finding => finding.At.Destination).Distinct().Count());
        Assert.Equal(findings.Count, findings.Select(static finding => finding.Key).Distinct().Count());
    }

    [Fact]
    public void An_issued_certificate_that_issues_another_is_misused()
    {
        var leaf = TestAuthority.MakeRoot().MakeServer("shop.example");
        Handshake(_alice, leaf.MakeServer("www.example.com").Chain);
        var finding = Assert.Single(_lan.Of("certificate-misused"));
        Assert.Equal((Severity.High, Confidence.Likely), (finding.Severity, finding.Confidence));
    }

    [Fact]
    public void An_ordinary_chain_of_a_private_authority_is_quiet()
    {
        Handshake(_alice, TestAuthority.MakeRoot().MakeAuthority().MakeServer("www.example.com").Chain);
        Assert.Empty(_lan.Findings);
    }

    private void Handshake(Station client, List<byte[]> chain) =>
        _lan.Deliver(_lan.Packet(_mallory, client, 8443, 50_000, 6), (ref TlsAnswered fact, ObservationLog log) =>
        {
            fact.Version = TlsHandshake.Tls12;
            fact.ServerName = log.Keep("www.example.com"u8);
            fact.Certificates = log.Keep([.. chain.SelectMany(static der => (byte[])[(byte)(der.Length >> 16), (byte)(der.Length >> 8), (byte)der.Length, .. der])]);
        });
}
