using System.Text;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;
using Sensor.Detection.Tests.Authenticode;
using Sensor.Detection.Tests.Certificates;
using Sensor.Detection.Tests.Updates;

namespace Sensor.Detection.Tests.Detectors;

public class UpdatePayloadTests
{
    private const string Untrusted = "update-payload-untrusted", Differs = "update-content-differs";

    /// <summary>A file signed by Microsoft under its own root: a package that the tests restore anyway.</summary>
    private static readonly byte[] BySomebodyReal = File.ReadAllBytes(typeof(Xunit.Assert).Assembly.Location);

    [Fact]
    public void An_unsigned_program_for_an_update_host_is_certain()
    {
        var finding = Assert.Single(new PayloadFeeder().Deliver(SignedSamples.Program()).Feed.Of(Untrusted));
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Contains("a Windows program (PE) without a signature", finding.Summary, StringComparison.Ordinal);
        Assert.Contains(finding.Metadata, fact => fact.Key == "payload_sha256" && fact.Value.Length == 64);
    }

    [Fact]
    public void The_same_from_another_host_is_of_no_concern()
    {
        var feeder = new PayloadFeeder { Host = "www.example.com" }.Deliver(SignedSamples.Program());
        Assert.Empty(feeder.Feed.Findings);
    }

    [Fact]
    public void A_home_made_Microsoft_is_told_by_its_root()
    {
        var leaf = TestAuthority.MakeRoot("CN=Microsoft Root Authority").MakeSigner("CN=Microsoft Corporation, O=Microsoft Corporation");
        var feeder = new PayloadFeeder();
        feeder.Feed.NowNs = TestAuthority.NowNs;
        var finding = Assert.Single(feeder.Deliver(SignedSamples.Sign(leaf)).Feed.Of(Untrusted));
        Assert.Equal(Confidence.Certain, finding.Confidence);
    }

    [Fact]
    public void A_tampered_signature_is_certain_and_a_good_one_quiet()
    {
        var feeder = new PayloadFeeder { Host = "edgedl.gvt1.com" };
        feeder.Feed.NowNs = TestAuthority.NowNs;
        Assert.Empty(feeder.Deliver(BySomebodyReal).Feed.Of(Untrusted));
        var changed = BySomebodyReal.ToArray();
        changed[^30_000]++;
        var finding = Assert.Single(feeder.Deliver(changed).Feed.Of(Untrusted));
        Assert.Equal(Confidence.Certain, finding.Confidence);
        Assert.Contains("the digest does not match", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_where_a_list_was_asked_for_is_told_whoever_signed_it()
    {
        var feeder = new PayloadFeeder { Host = "ctldl.windowsupdate.com", Target = "/msdownload/authrootstl.cab" };
        feeder.Feed.NowNs = TestAuthority.NowNs;
        var finding = Assert.Single(feeder.Deliver(BySomebodyReal).Feed.Of(Untrusted));
        Assert.Contains("not what was asked for", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_downloads_are_quiet_unless_the_server_lures()
    {
        Assert.Empty(new PayloadFeeder().Deliver(SignedSamples.Program(9000), lost: 1400).Feed.Findings);
    }

    [Fact]
    public void Scripts_for_update_hosts_are_told_and_packages_are_not()
    {
        var feeder = new PayloadFeeder { Target = "/a/run.ps1" };
        Assert.Equal(Severity.High, Assert.Single(feeder.Deliver(Encoding.ASCII.GetBytes("Write-Host hello")).Feed.Of(Untrusted)).Severity);
        var apt = new PayloadFeeder { Host = "deb.debian.org", Target = "/pool/h/hello.deb" };
        Assert.Empty(apt.Deliver([.. "!<arch>\ndebian-binary"u8, .. new byte[500]]).Feed.Findings);
    }

    [Fact]
    public void Two_clients_with_two_files_of_one_url_are_compared()
    {
        var feeder = new PayloadFeeder { Host = "edgedl.gvt1.com" }.Deliver(SignedSamples.Program());
        feeder.Client = Station.Number(22);
        Assert.Empty(feeder.Deliver(SignedSamples.Program()).Feed.Of(Differs));
        feeder.Client = Station.Number(23);
        feeder.Server = Station.Number(66);
        var finding = Assert.Single(feeder.Deliver(SignedSamples.Program(2000)).Feed.Of(Differs));
        Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Equal(Station.Number(66).Mac, finding.Suspect.Macs[0]);
    }

    [Fact]
    public void A_new_version_later_is_no_difference()
    {
        var feeder = new PayloadFeeder { Host = "edgedl.gvt1.com" }.Deliver(SignedSamples.Program());
        feeder.Feed.Wait(TimeSpan.FromHours(2));
        feeder.Client = Station.Number(22);
        Assert.Empty(feeder.Deliver(SignedSamples.Program(2000)).Feed.Of(Differs));
    }

    [Fact]
    public void The_certificates_of_a_tls_server_go_the_same_way()
    {
        var feed = new FactFeeder();
        var root = TestAuthority.MakeRoot("CN=Old Authority");
        var leaf = root.MakeLeaf("CN=sls.update.microsoft.com", root.Md5(), TestAuthority.Purposes("1.3.6.1.5.5.7.3.2"));
        feed.Engine.Certificates.Show(new CertificatesShown
        {
            Certificates = [leaf.Read, root.Read],
            Use = CertificatePurpose.Server,
            Verdict = CertificateChain.Judge(leaf.Chain, TestAuthority.NowNs, new ChainPolicy
            {
                Purpose = CertificatePurpose.Server,
                Host = "sls.update.microsoft.com",
            }),
            Where = "the TLS server sls.update.microsoft.com",
            At = feed.Stamp(feed.Packet(Station.Number(66), Station.Number(21), 443, 50_000, 6)),
            Frames = [],
        });
        // A server's certificate for another purpose is what private houses have; MD5 today is nobody's habit.
        Assert.Equal([("certificate-misused", Severity.Low), ("collision-certificate", Severity.Medium)], feed.Findings.Select(finding =>
            (finding.Detector.Id, finding.Severity)).OrderBy(told => told.Id, StringComparer.Ordinal));
    }

    [Fact]
    public void Withdrawn_misused_and_md5_certificates_are_told_wherever_the_file_comes_from()
    {
        foreach (var (leaf, detector) in new[]
        {
            (TestAuthority.MakeRoot().MakeAuthority("CN=Microsoft LSRA PA").MakeSigner("CN=MS"), "revoked-certificate"),
            (TestAuthority.MakeRoot().MakeLeaf("CN=client", TestAuthority.Purposes("1.3.6.1.5.5.7.3.2")), "certificate-misused"),
            (Weak(), "collision-certificate"),
        })
        {
            var feeder = new PayloadFeeder { Host = "www.example.com" };
            feeder.Feed.NowNs = TestAuthority.NowNs;
            Assert.NotEmpty(feeder.Deliver(SignedSamples.Sign(leaf)).Feed.AlertsOf(detector));
        }
        var good = new PayloadFeeder { Host = "www.example.com" };
        good.Feed.NowNs = TestAuthority.NowNs;
        Assert.Empty(good.Deliver(SignedSamples.Sign(TestAuthority.MakeRoot().MakeAuthority().MakeSigner())).Feed.Findings);
    }

    private static TestAuthority Weak()
    {
        var root = TestAuthority.MakeRoot();
        return root.MakeLeaf("CN=Weak", root.Md5(isOiw: true), TestAuthority.Purposes("1.3.6.1.5.5.7.3.3"));
    }
}
