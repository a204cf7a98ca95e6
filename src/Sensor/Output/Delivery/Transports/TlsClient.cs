using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sensor.Configuration;

namespace Sensor.Output.Delivery.Transports;

/// <summary>
/// TLS 1.2 and later towards a receiver (RFC 5425): its certificate must come from a believed authority and name it; there is no switch to
/// turn that off. Certificates are read anew for every connection, so renewed ones are taken up.
/// </summary>
internal static class TlsClient
{
    /// <summary>The name the certificate must be for.</summary>
    public static string NameOf(TargetSettings target) => target.ServerName.Length > 0 ? target.ServerName : target.Host;

    /// <summary>Shakes hands over <paramref name="inner"/>, which stays the caller's.</summary>
    public static async Task<SslStream> AuthenticateAsync(Stream inner, TargetSettings target, string name, CancellationToken stop)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: true);
        try
        {
            var verdict = new Verdict();
            try
            {
                await tls.AuthenticateAsClientAsync(Options(target, name, verdict), stop);
            }
            catch (AuthenticationException) when (verdict.Complaint is { } complaint)
            {
                throw new TransportException($"{TargetDefaults.AddressOf(target)}: {complaint}");
            }
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>The options for a target; <paramref name="verdict"/> gets what is wrong with the receiver's certificate.</summary>
    public static SslClientAuthenticationOptions Options(TargetSettings target, string name, Verdict verdict)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = Policy(target),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => verdict.Judge(certificate, chain, errors, name),
        };
        if (target.CertificateFile.Length > 0)
            options.ClientCertificateContext = ClientCertificate(target);
        return options;
    }

    /// <summary>Reads the authorities a target believes; null for those of the system.</summary>
    public static X509Certificate2Collection? Authorities(TargetSettings target)
    {
        if (target.CaFile.Length == 0)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(target.CaFile);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("holds no PEM certificate");
    }

    /// <summary>Reads the client certificate, its key, and what stands above it.</summary>
    public static SslStreamCertificateContext ClientCertificate(TargetSettings target)
    {
        var keyFile = target.KeyFile.Length > 0 ? target.KeyFile : target.CertificateFile;
        var password = target.KeyPasswordVariable.Length > 0 ? Environment.GetEnvironmentVariable(target.KeyPasswordVariable) ?? "" : null;
        var own = password is null
            ? X509Certificate2.CreateFromPemFile(target.CertificateFile, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(target.CertificateFile, password, keyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(target.CertificateFile);
        all.RemoveAt(0);
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private static X509ChainPolicy Policy(TargetSettings target)
    {
        // A sensor often reaches nothing but its receivers: no revocation lists, no missing certificates are fetched.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Authorities(target) is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }
        return policy;
    }

    /// <summary>What was found about a receiver's certificate.</summary>
    internal sealed class Verdict
    {
        /// <summary>What is wrong, or null.</summary>
        public string? Complaint { get; private set; }

        /// <summary>True when nothing is.</summary>
        public bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
        {
            Complaint = errors switch
            {
                SslPolicyErrors.None => null,
                _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null => "the receiver showed no certificate",
                _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
                    $"the certificate of {TextPage.Printable(certificate.Subject)} is not for {name} (see ServerName)",
                _ => $"the certificate of {TextPage.Printable(certificate.Subject)} is not accepted: {Status(chain)}",
            };
            return Complaint is null;
        }

        private static string Status(X509Chain? chain)
        {
            var status = (chain?.ChainStatus ?? []).Select(static state => state.Status).Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one);
            var reasons = new List<string>();
            if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
                reasons.Add("it has expired or is not valid yet");
            if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
                reasons.Add("no believed authority stands behind it (see CaFile)");
            if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid))
                reasons.Add("a signature is wrong");
            if (reasons.Count == 0)
                reasons.Add(status.ToString());
            return string.Join(", ", reasons);
        }
    }
}
