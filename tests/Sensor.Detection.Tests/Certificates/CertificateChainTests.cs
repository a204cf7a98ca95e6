using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sensor.Detection.Certificates;

namespace Sensor.Detection.Tests.Certificates;

public class CertificateChainTests
{
    private static readonly TestAuthority Root = TestAuthority.MakeRoot(), Middle = Root.MakeAuthority();

    [Fact]
    public void A_good_chain_to_a_known_root_is_valid_and_told()
    {
        var verdict = Judge(Middle.MakeSigner());
        Assert.Equal(Standing.Valid, verdict.Standing);
        Assert.Equal("Test Signer < Test CA < Test Root", verdict.PathShown);
        Assert.Equal("valid", verdict.Shown);
    }

    [Fact]
    public void The_order_of_the_certificates_does_not_matter()
    {
        var leaf = Middle.MakeSigner();
        var verdict = CertificateChain.Judge([leaf.Octets, Root.Octets, Middle.Octets], TestAuthority.NowNs, Signing(Root.Known));
        Assert.Equal(Standing.Valid, verdict.Standing);
    }

    [Fact]
    public void An_unknown_root_cannot_be_checked()
    {
        var verdict = Judge(Middle.MakeSigner(), Authorities.BuiltIn);
        Assert.Equal(Standing.Unverified, verdict.Standing);
        Assert.Equal("unverified: the chain ends at Test Root, which is not known here", verdict.Shown);
    }

    [Fact]
    public void A_missing_issuer_cannot_be_checked()
    {
        var verdict = CertificateChain.Judge([Middle.MakeSigner().Octets], TestAuthority.NowNs, Signing(Root.Known));
        Assert.Equal([ChainProblemKind.Incomplete], Kinds(verdict));
    }

    [Fact]
    public void One_changed_octet_of_what_is_signed_breaks_the_signature()
    {
        var leaf = Middle.MakeSigner();
        var changed = leaf.Octets.ToArray();
        changed[changed.AsSpan().IndexOf("Test Signer"u8)]++;
        var verdict = CertificateChain.Judge([changed, Middle.Octets], TestAuthority.NowNs, Signing(Root.Known));
        Assert.Equal([ChainProblemKind.BadSignature], Kinds(verdict));
        Assert.Equal("invalid: the signature of Uest Signer was not made by Test CA", verdict.Shown);
    }

    [Fact]
    public void A_certificate_that_only_bears_a_known_roots_name_is_not_signed_by_it()
    {
        var impostor = TestAuthority.MakeRoot("CN=Microsoft Root Certificate Authority 2011, O=Microsoft Corporation, L=Redmond, S=Washington, C=US");
        var real = Authorities.BuiltIn.All.Single(known =>
            known.Certificate.Subject.CommonName == "Microsoft Root Certificate Authority 2011");
        var verdict = Judge(impostor.MakeSigner("CN=Microsoft Windows"), Authorities.BuiltIn);
        Assert.Equal(Standing.Invalid, verdict.Standing);
        Assert.Contains("bears the name of a root of Microsoft but is another certificate", verdict.Shown, StringComparison.Ordinal);
        Assert.Null(verdict.Anchor);
        Assert.NotEqual(real.Certificate.Sha256, impostor.Read.Sha256);
    }

    [Theory]
    [InlineData(-1, "good only from 2026-01-01 on")]
    [InlineData(30, "expired on 2028-01-01")]
    public void Days_are_judged_at_packet_time(int months, string reason)
    {
        var time = TestAuthority.Epoch.AddMonths(months).ToUnixTimeMilliseconds() * 1_000_000;
        var verdict = CertificateChain.Judge(Middle.MakeSigner().Chain, time, Signing(Root.Known));
        Assert.Contains(verdict.Problems, problem => problem.Kind == ChainProblemKind.OutOfDate && problem.Text.Contains(reason,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Only_authorities_may_sign_certificates()
    {
        var leaf = Middle.MakeSigner("CN=No CA");
        Assert.Contains(ChainProblemKind.NoAuthority, Kinds(Judge(leaf.MakeSigner())));
        Assert.Contains(ChainProblemKind.NoAuthority, Kinds(Judge(Root.MakeAuthority("CN=Odd",
            usage: X509KeyUsageFlags.CrlSign).MakeSigner())));
    }

    [Fact]
    public void The_path_may_be_as_long_as_its_authorities_allow()
    {
        var narrow = Root.MakeAuthority("CN=Narrow", pathLength: 0);
        Assert.Equal(Standing.Valid, Judge(narrow.MakeSigner()).Standing);
        Assert.Equal([ChainProblemKind.NoAuthority], Kinds(Judge(narrow.MakeAuthority("CN=Below").MakeSigner())));
    }

    [Fact]
    public void Purposes_must_fit()
    {
        Assert.Equal([ChainProblemKind.WrongPurpose], Kinds(Judge(Middle.MakeLeaf("CN=Client",
            TestAuthority.Purposes("1.3.6.1.5.5.7.3.2")))));
        Assert.Equal([ChainProblemKind.WrongPurpose], Kinds(Judge(Middle.MakeLeaf("CN=Anything"))));
        Assert.Equal([ChainProblemKind.WrongPurpose], Kinds(Judge(
            Middle.MakeLeaf("CN=Key", TestAuthority.Purposes("1.3.6.1.5.5.7.3.3"),
                TestAuthority.Usage(X509KeyUsageFlags.KeyEncipherment)))));
        Assert.Equal(Standing.Valid, Judge(Middle.MakeLeaf("CN=All", TestAuthority.Purposes("2.5.29.37.0"))).Standing);
    }

    [Fact]
    public void A_critical_extension_that_nobody_knows_is_a_fault()
    {
        var hydra = new X509Extension(CertificateExtensions.LicensingOid, "TLS~BASIC"u8, critical: true);
        var verdict = Judge(Middle.MakeLeaf("CN=Terminal Services LS", TestAuthority.Purposes("1.3.6.1.5.5.7.3.3"), hydra));
        Assert.Equal([ChainProblemKind.UnknownCritical], Kinds(verdict));
        Assert.True(verdict.Leaf!.Extensions.HasLicensing);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Md5_is_verified_and_refused_from_2009_on(bool isOiw)
    {
        var leaf = Middle.MakeLeaf("CN=Weak", Middle.Md5(isOiw), TestAuthority.Purposes("1.3.6.1.5.5.7.3.3"));
        Assert.Equal(SignatureOutcome.Good, leaf.Read.CheckSignature(Middle.Read));
        Assert.Equal([ChainProblemKind.WeakHash], Kinds(Judge(leaf)));
    }

    [Fact]
    public void Other_signatures_are_verified_too()
    {
        Assert.Equal(SignatureOutcome.Good, Middle.MakeLeaf("CN=PSS", Middle.Pss()).Read.CheckSignature(Middle.Read));
        foreach (var hash in new[] { HashAlgorithmName.SHA384, HashAlgorithmName.SHA512 })
            Assert.True(TestAuthority.MakeRoot(hash: hash).Read.CheckSignature(Root.Read) == SignatureOutcome.Good, hash.Name);
        foreach (var curve in new[] { ECCurve.NamedCurves.nistP256, ECCurve.NamedCurves.nistP384, ECCurve.NamedCurves.nistP521 })
        {
            using var key = ECDsa.Create(curve);
            using var own = new CertificateRequest("CN=EC", key, HashAlgorithmName.SHA256).CreateSelfSigned(TestAuthority.Epoch,
                TestAuthority.Epoch.AddYears(1));
            var octets = own.RawData;
            Assert.True(Certificate.TryRead(octets, out var read));
            Assert.Equal(SignatureOutcome.Good, read.CheckSignature(read));
            octets[octets.AsSpan().IndexOf("EC"u8)]++;
            Assert.True(Certificate.TryRead(octets, out var changed));
            Assert.Equal(SignatureOutcome.Bad, changed.CheckSignature(changed));
        }
    }

    [Theory]
    [InlineData("sls.update.microsoft.com", true)]
    [InlineData("SLS.Update.Microsoft.com.", true)]
    [InlineData("a.windowsupdate.com", true)]
    [InlineData("a.b.windowsupdate.com", false)]
    [InlineData("windowsupdate.com", false)]
    [InlineData("xwindowsupdate.com", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("[2001:db8::7]", true)]
    [InlineData("server", false)]
    public void Hosts_are_matched_by_alternative_names(string host, bool isNamed)
    {
        var leaf = Middle.MakeServer("sls.update.microsoft.com", "*.windowsupdate.com", "192.0.2.7", "2001:db8::7");
        var verdict = CertificateChain.Judge(leaf.Chain, TestAuthority.NowNs, new ChainPolicy
        {
            Purpose = CertificatePurpose.Server,
            Host = host,
            Authorities = Root.Known,
        });
        Assert.Equal(isNamed, verdict.Standing == Standing.Valid);
        Assert.Equal(!isNamed, verdict.Has(ChainProblemKind.WrongHost));
    }

    [Fact]
    public void The_common_name_counts_only_without_alternative_names()
    {
        var leaf = Middle.MakeLeaf("CN=www.example.com", TestAuthority.Purposes("1.3.6.1.5.5.7.3.1"));
        Assert.True(HostNames.Match(leaf.Read, "www.example.com"));
        Assert.False(HostNames.Match(leaf.Read, "example.com"));
    }

    [Fact]
    public void Vendor_pins_are_names_or_thumbprints()
    {
        var leaf = Middle.MakeServer("a.example");
        Assert.False(Pinned(leaf, "Test CA").Has(ChainProblemKind.UnexpectedIssuer));
        Assert.False(Pinned(leaf, Root.Read.Sha256).Has(ChainProblemKind.UnexpectedIssuer));
        Assert.True(Pinned(leaf, "Microsoft Update Secure Server CA 2.1").Has(ChainProblemKind.UnexpectedIssuer));
    }

    [Theory]
    [InlineData("CN=mitmproxy, O=mitmproxy")]
    [InlineData("CN=PortSwigger CA, O=PortSwigger")]
    public void Authorities_of_interception_tools_are_known(string name)
    {
        var tool = TestAuthority.MakeRoot(name);
        Assert.Contains(ChainProblemKind.Interception, Kinds(Judge(tool.MakeServer("a.example"), Authorities.BuiltIn)));
        var unseen = CertificateChain.Judge([tool.MakeServer("a.example").Octets], TestAuthority.NowNs, new ChainPolicy());
        Assert.Contains(ChainProblemKind.Interception, Kinds(unseen));
    }

    [Fact]
    public void What_names_a_withdrawn_authority_is_withdrawn()
    {
        var licensing = Root.MakeAuthority("CN=Microsoft LSRA PA");
        var verdict = Judge(licensing.MakeSigner("CN=MS"));
        Assert.True(verdict.Has(ChainProblemKind.Revoked));
        Assert.Contains("KB2718704", verdict.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_three_of_KB2718704_are_on_the_list() => Assert.Superset(
        new HashSet<string> { "2A83E9020591A55FC6DDAD3FB102794C52B24E70", "3A850044D8A195CD401A680C012CB0A3B5F8DC08",
            "FA6660A94AB45F6A88C0D7874D89A863D74DEE97" },
        RevocationList.Thumbprints.ToHashSet());

    [Fact]
    public void Self_signed_is_told()
    {
        var own = TestAuthority.Make("CN=Own", null, [TestAuthority.Purposes("1.3.6.1.5.5.7.3.3")]);
        Assert.Equal([ChainProblemKind.SelfSigned], Kinds(Judge(own, Authorities.BuiltIn)));
    }

    [Fact]
    public void The_built_in_roots_are_what_they_should_be()
    {
        Assert.Equal(8, Authorities.BuiltIn.All.Count(known => known.Vendor == Authorities.Microsoft));
        foreach (var known in Authorities.BuiltIn.All)
            Assert.True(known.Certificate.CheckSignature(known.Certificate) is SignatureOutcome.Good or SignatureOutcome.Unchecked,
                known.Certificate.Subject.Text);
        Assert.Contains(Authorities.BuiltIn.All, known =>
            known.Certificate.Sha256 == "847DF6A78497943F27FC72EB93F9A637320A02B561D0A91B09E87A7807ED7C61");
    }

    [Fact]
    public void No_prefix_and_no_changed_octet_throws()
    {
        var octets = Middle.MakeServer("sls.update.microsoft.com", "192.0.2.7").Octets;
        for (var length = 0; length < octets.Length; length++)
            Assert.False(Certificate.TryRead(octets.AsSpan(0, length), out _));
        foreach (var change in new byte[] { 0x01, 0x80, 0xFF })
        {
            for (var at = 0; at < octets.Length; at++)
            {
                var changed = octets.ToArray();
                changed[at] ^= change;
                var verdict = CertificateChain.Judge([changed, Middle.Octets], TestAuthority.NowNs,
                    new ChainPolicy { Authorities = Root.Known });
                Assert.NotEqual(Standing.Valid, verdict.Standing);
            }
        }
    }

    private static ChainVerdict Pinned(TestAuthority leaf, string pin) =>
        CertificateChain.Judge(leaf.Chain, TestAuthority.NowNs, new ChainPolicy { ExpectedIssuers = [pin], Authorities = Root.Known });

    private static ChainVerdict Judge(TestAuthority leaf, Authorities? known = null) =>
        CertificateChain.Judge(leaf.Chain, TestAuthority.NowNs, Signing(known ?? leaf.Known));

    private static ChainPolicy Signing(Authorities known) => new() { Purpose = CertificatePurpose.CodeSigning, Authorities = known };

    private static ChainProblemKind[] Kinds(ChainVerdict verdict) => [.. verdict.Problems.Select(problem => problem.Kind)];
}
