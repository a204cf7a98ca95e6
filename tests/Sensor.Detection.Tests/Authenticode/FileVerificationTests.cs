using System.Security.Cryptography.X509Certificates;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Certificates;
using Sensor.Detection.Tests.Certificates;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Authenticode;

public class FileVerificationTests
{
    private const string Token = "1.3.6.1.4.1.311.3.3.1", Counter = "1.2.840.113549.1.9.6", Nested = "1.3.6.1.4.1.311.2.4.1";
    private static readonly TestAuthority Root = TestAuthority.MakeRoot(), Middle = Root.MakeAuthority(), Leaf = Middle.MakeSigner();
    private static readonly TestAuthority Stamper = Middle.MakeLeaf("CN=Stamper", TestAuthority.Purposes("1.3.6.1.5.5.7.3.8"));
    private static readonly long LaterNs = TestAuthority.Epoch.AddYears(3).ToUnixTimeMilliseconds() * 1_000_000;

    [Theory]
    [InlineData(DigestKind.Md5)]
    [InlineData(DigestKind.Sha1)]
    [InlineData(DigestKind.Sha256)]
    [InlineData(DigestKind.Sha384)]
    public void A_signed_program_is_valid(DigestKind digest)
    {
        var verdict = Verify(SignedSamples.Sign(Leaf, digest));
        Assert.Equal("signed by Test Signer, chain Test Signer < Test CA < Test Root, valid", verdict.Shown);
        Assert.Equal(digest, verdict.Signatures[0].Digest);
        Assert.Equal(FileStanding.Valid, verdict.Standing);
    }

    [Fact]
    public void Without_its_root_it_is_unverified()
    {
        var verdict = FileVerification.Verify(SignedSamples.Sign(Leaf), TestAuthority.NowNs, Authorities.BuiltIn);
        Assert.Equal(FileStanding.Unverified, verdict.Standing);
        Assert.EndsWith("unverified: the chain ends at Test Root, which is not known here", verdict.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsigned_program_is_unsigned()
    {
        Assert.Equal("unsigned", Verify(SignedSamples.Program()).Shown);
        Assert.Equal(FileStanding.Unsigned, Verify(SignedSamples.Program()).Standing);
    }

    [Fact]
    public void Every_covered_octet_counts_and_no_other()
    {
        var file = SignedSamples.Sign(Leaf);
        var program = SignedSamples.Program().Length;
        for (var at = 0; at < program; at++)
        {
            var changed = file.ToArray();
            changed[at] ^= 0x40;
            var isFree = at is (>= 152 and < 156);
            var standing = Verify(changed).Standing;
            Assert.True(isFree == (standing == FileStanding.Valid), $"octet {at}: {standing}");
        }
        byte[] longer = [.. file, 1];
        Assert.Equal(FileStanding.Invalid, Verify(longer).Standing);
    }

    [Fact]
    public void A_changed_program_is_told_so()
    {
        var file = SignedSamples.Sign(Leaf);
        file[1000]++;
        Assert.Contains("invalid: the digest does not match", Verify(file).Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_lengths_are_hashed_as_they_are()
    {
        foreach (var size in new[] { 1201, 1203, 1207 })
            Assert.Equal(FileStanding.Valid, Verify(SignedSamples.Sign(Leaf, program: SignedSamples.Program(size))).Standing);
    }

    [Fact]
    public void Wrong_purposes_and_authorities_are_refused()
    {
        Assert.Contains("is not for signing code", Verify(SignedSamples.Sign(Middle.MakeLeaf("CN=Web",
            TestAuthority.Purposes("1.3.6.1.5.5.7.3.1")))).Shown, StringComparison.Ordinal);
        Assert.Contains("is no authority", Verify(SignedSamples.Sign(Leaf.MakeSigner("CN=Below"))).Shown, StringComparison.Ordinal);
        Assert.Contains("is withdrawn", Verify(SignedSamples.Sign(Root.MakeAuthority("CN=Microsoft LSRA PA").MakeSigner("CN=MS"))).Shown,
            StringComparison.Ordinal);
        Assert.Contains("signed with MD5 in 2026", Verify(SignedSamples.Sign(Middle.MakeLeaf("CN=Weak", Middle.Md5(true),
            TestAuthority.Purposes("1.3.6.1.5.5.7.3.3")))).Shown, StringComparison.Ordinal);
        var own = TestAuthority.Make("CN=Own", null, [TestAuthority.Purposes("1.3.6.1.5.5.7.3.3")]);
        Assert.Contains("signed itself", FileVerification.Verify(SignedSamples.Sign(own), TestAuthority.NowNs, Authorities.BuiltIn).Shown,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_must_be_the_signers()
    {
        var file = SignedSamples.Sign(Leaf);
        var at = file.AsSpan().IndexOf(CmsSignedData.Read(PeImage.Read(file)!.Signature.Span)!.Signers[0].Signature);
        file[at + 10] ^= 1;
        Assert.Contains("invalid: the signature was not made by the signer's key", Verify(file).Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_holds_until_a_certificate_of_its_chain_runs_out()
    {
        var file = SignedSamples.Sign(Leaf);
        var verified = new VerifiedFile(file, "", "", Verify(file), TestAuthority.NowNs);
        Assert.True(verified.HoldsAt(TestAuthority.NowNs + 1));
        Assert.False(verified.HoldsAt(LaterNs));
        Assert.False(verified.HoldsAt(0));
    }

    [Fact]
    public void After_the_certificate_ran_out_only_a_time_stamp_helps()
    {
        Assert.Contains("expired on 2028-01-01", Verify(SignedSamples.Sign(Leaf), LaterNs).Shown, StringComparison.Ordinal);
        var time = TestAuthority.Epoch.AddMonths(2);
        foreach (var file in new[]
        {
            SignedSamples.SignStamped(Leaf, Token, signature => SignedSamples.Token(Stamper, signature, time)),
            SignedSamples.SignStamped(Leaf, Counter, signature => SignedSamples.CounterSignature(Stamper, signature, time), Stamper),
        })
        {
            var verdict = Verify(file, LaterNs);
            Assert.Equal(FileStanding.Valid, verdict.Standing);
            Assert.Contains("time-stamped 2026-03-01 by Stamper", verdict.Shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_time_stamp_is_believed_only_when_all_of_it_is_right()
    {
        var time = TestAuthority.Epoch.AddMonths(2);
        var other = SignedSamples.SignStamped(Leaf, Token, _ => SignedSamples.Token(Stamper, "another signature"u8, time));
        Assert.Contains("it is of another signature", Verify(other, LaterNs).Shown, StringComparison.Ordinal);
        var wrongPurpose = SignedSamples.SignStamped(Leaf, Token, signature => SignedSamples.Token(Leaf, signature, time));
        Assert.Contains("is not for time stamps", Verify(wrongPurpose, LaterNs).Shown, StringComparison.Ordinal);
        var lateStamp = SignedSamples.SignStamped(Leaf, Token, signature => SignedSamples.Token(Stamper, signature,
            TestAuthority.Epoch.AddYears(3)));
        Assert.Equal(FileStanding.Invalid, Verify(lateStamp, LaterNs).Standing);
        var strangeRoot = TestAuthority.MakeRoot("CN=Strange").MakeLeaf("CN=Backdater", TestAuthority.Purposes("1.3.6.1.5.5.7.3.8"));
        var strange = SignedSamples.SignStamped(Leaf, Token, signature => SignedSamples.Token(strangeRoot, signature, time));
        Assert.Equal(FileStanding.Invalid, Verify(strange, LaterNs).Standing);
    }

    [Fact]
    public void Nested_signatures_are_checked_too()
    {
        var program = SignedSamples.Program();
        byte[] Inner(DigestKind digest) => SignedSamples.Signature(Leaf, SignedSamples.Indirect(SignedSamples.DigestOf(program, digest),
            digest), digest);
        var good = SignedSamples.Sign(Leaf, DigestKind.Sha1, writer => SignedSamples.Attribute(writer, Nested, Inner(DigestKind.Sha256)));
        var verdict = Verify(good);
        Assert.Equal([DigestKind.Sha1, DigestKind.Sha256], verdict.Signatures.Select(signature => signature.Digest));
        Assert.Equal(FileStanding.Valid, verdict.Standing);
        var wrong = SignedSamples.Signature(Leaf, SignedSamples.Indirect(new byte[32], DigestKind.Sha256));
        var bad = Verify(SignedSamples.Sign(Leaf, DigestKind.Sha1, writer => SignedSamples.Attribute(writer, Nested, wrong)));
        Assert.StartsWith("signature 2: ", bad.Shown, StringComparison.Ordinal);
        Assert.Equal(FileStanding.Invalid, bad.Standing);
    }

    [Fact]
    public void Certificates_and_lists_of_them_are_judged_alone()
    {
        Assert.Equal(
            "certificate of Test Signer, chain Test Signer, unverified: the certificate of its issuer Test CA was not shown and is not known here",
            Verify(Leaf.Octets).Shown);
        var pem = string.Join('\n', Leaf.Chain.Select(octets => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE",
            octets)));
        Assert.Equal("certificate of Test Signer, chain Test Signer < Test CA < Test Root, valid",
            Verify(System.Text.Encoding.ASCII.GetBytes(pem)).Shown);
        var list = new X509Certificate2Collection();
        foreach (var octets in Leaf.Chain)
            list.Add(X509CertificateLoader.LoadCertificate(octets));
        Assert.Equal(FileStanding.Valid, Verify(list.Export(X509ContentType.Pkcs7)!).Standing);
    }

    [Fact]
    public void Catalogues_are_signed_data_without_a_file()
    {
        byte[] content = [0x30, 0x03, 0x02, 0x01, 0x05];
        var verdict = Verify(SignedSamples.Signature(Leaf, content, type: "1.3.6.1.4.1.311.10.1"));
        Assert.Equal((PayloadKind.SignedData, FileStanding.Valid), (verdict.Kind, verdict.Standing));
    }

    [Fact]
    public void Two_certificates_with_one_serial_number_do_not_confuse()
    {
        byte[] serial = [0x11, 0x22];
        var twin = TestAuthority.Make("CN=Twin", Root, [TestAuthority.Purposes("1.3.6.1.5.5.7.3.3")], serial: serial);
        Assert.Equal(FileStanding.Valid, Verify(SignedSamples.Sign(twin)).Standing);
    }

    [Fact]
    public void No_prefix_and_no_changed_octet_throws()
    {
        var file = SignedSamples.SignStamped(Leaf, Token, signature => SignedSamples.Token(Stamper, signature,
            TestAuthority.Epoch.AddMonths(2)));
        for (var length = 0; length < file.Length; length += 3)
            Assert.NotEqual(FileStanding.Valid, Verify(file[..length]).Standing);
        for (var at = 64; at < file.Length; at += 2)
        {
            var changed = file.ToArray();
            changed[at] ^= 0xFF;
            Verify(changed);
        }
    }

    private static FileVerdict Verify(byte[] file, long? timeNs = null) => FileVerification.Verify(file, timeNs ?? TestAuthority.NowNs,
        Root.Known);
}
