using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sensor.Detection.Certificates;

namespace Sensor.Detection.Tests.Certificates;

/// <summary>A certificate made in a test, with its key, and those above it.</summary>
public sealed class TestAuthority
{
    /// <summary>2026-01-01.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>2026-06-01 as packet time: everything made here without other dates is good then.</summary>
    public static readonly long NowNs = Epoch.AddMonths(5).ToUnixTimeMilliseconds() * 1_000_000;

    private static readonly ConcurrentDictionary<int, RSA> Keys = new();
    private static int _serial = 0x1000;

    private TestAuthority(byte[] octets, RSA key, TestAuthority? issuer)
    {
        Octets = octets;
        Key = key;
        Issuer = issuer;
        Assert.True(Certificate.TryRead(octets, out var read));
        Read = read;
    }

    public byte[] Octets { get; }

    public RSA Key { get; }

    public TestAuthority? Issuer { get; }

    public Certificate Read { get; }

    /// <summary>This certificate and those above it, leaf first.</summary>
    public List<byte[]> Chain => [Octets, .. Issuer?.Chain ?? []];

    /// <summary>A policy under which the root of this chain is known.</summary>
    public Authorities Known => Authorities.BuiltIn.With([Root.Read]);

    public TestAuthority Root => Issuer is null ? this : Issuer.Root;

    public static TestAuthority MakeRoot(string name = "CN=Test Root, O=Sensor Tests", HashAlgorithmName? hash = null) =>
        Make(name, null, [new X509BasicConstraintsExtension(true, false, 0, true), Usage(X509KeyUsageFlags.KeyCertSign)], hash: hash);

    public TestAuthority MakeAuthority(string name = "CN=Test CA, O=Sensor Tests", int? pathLength = null,
        X509KeyUsageFlags usage = X509KeyUsageFlags.KeyCertSign) =>
        Make(name, this, [new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true), Usage(usage)]);

    /// <summary>A leaf for signing code.</summary>
    public TestAuthority MakeSigner(string name = "CN=Test Signer, O=Sensor Tests", DateTimeOffset? from = null,
        DateTimeOffset? to = null) =>
        Make(name, this, [Purposes("1.3.6.1.5.5.7.3.3"), Usage(X509KeyUsageFlags.DigitalSignature)], from, to);

    /// <summary>A leaf for a TLS server.</summary>
    public TestAuthority MakeServer(params string[] hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (System.Net.IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }
        return Make("CN=server", this, [Purposes("1.3.6.1.5.5.7.3.1"), names.Build()]);
    }

    public TestAuthority MakeLeaf(string name, params X509Extension[] extensions) => Make(name, this, extensions);

    public TestAuthority MakeLeaf(string name, X509SignatureGenerator generator, params X509Extension[] extensions) =>
        Make(name, this, extensions, generator: generator);

    /// <summary>Signs with MD5, under the identifier of PKCS #1 or that of the OIW.</summary>
    public X509SignatureGenerator Md5(bool isOiw = false) => new Md5Generator(Key, isOiw);

    public X509SignatureGenerator Pss() => X509SignatureGenerator.CreateForRSA(Key, RSASignaturePadding.Pss);

    public static X509Extension Purposes(params string[] oids)
    {
        var collection = new OidCollection();
        foreach (var oid in oids)
            collection.Add(new Oid(oid));
        return new X509EnhancedKeyUsageExtension(collection, false);
    }

    public static X509Extension Usage(X509KeyUsageFlags flags) => new X509KeyUsageExtension(flags, true);

    public static TestAuthority Make(
        string name, TestAuthority? issuer, X509Extension[] extensions, DateTimeOffset? from = null, DateTimeOffset? to = null,
        X509SignatureGenerator? generator = null, HashAlgorithmName? hash = null, byte[]? serial = null)
    {
        var depth = 0;
        for (var above = issuer; above is not null; above = above.Issuer)
            depth++;
        var key = Keys.GetOrAdd(depth, static _ => RSA.Create(2048));
        var algorithm = hash ?? HashAlgorithmName.SHA256;
        var request = new CertificateRequest(new X500DistinguishedName(name), key, algorithm, RSASignaturePadding.Pkcs1);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        serial ??= BitConverter.GetBytes(Interlocked.Increment(ref _serial)).Reverse().ToArray();
        generator ??= X509SignatureGenerator.CreateForRSA(issuer?.Key ?? key, RSASignaturePadding.Pkcs1);
        var issuerName = issuer is null ? request.SubjectName : new X509Certificate2Name(issuer.Octets).Name;
        using var made = request.Create(issuerName, generator, from ?? Epoch, to ?? Epoch.AddYears(2), serial);
        return new TestAuthority(made.RawData, key, issuer);
    }

    private sealed class X509Certificate2Name(byte[] octets)
    {
        public X500DistinguishedName Name
        {
            get
            {
                using var certificate = X509CertificateLoader.LoadCertificate(octets);
                return certificate.SubjectName;
            }
        }
    }

    private sealed class Md5Generator(RSA key, bool isOiw) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => isOiw
            ? [0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x03, 0x05, 0x00]
            : [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x04, 0x05, 0x00];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.MD5,
            RSASignaturePadding.Pkcs1);

        protected override System.Security.Cryptography.X509Certificates.PublicKey BuildPublicKey() =>
            X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
    }
}
