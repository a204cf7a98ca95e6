using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sensor.Capture.Live;
using Sensor.Detection.Certificates;
using Sensor.Detection.Updates;

namespace Sensor.Probing;

/// <summary>
/// Asks a suspect proxy for an update host (CONNECT, written by hand) and looks at the certificate that comes through it. No credentials are given,
/// and nothing is sent after the handshake.
/// </summary>
internal sealed class ProxyTlsCheck(ManagementLink link, UpdatePolicy updates)
{
    private const int MostHead = 8 * 1024, HttpsPort = 443;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    /// <summary>What the proxy at <paramref name="proxy"/> shows for <paramref name="host"/>, one sentence without a full stop.</summary>
    public async Task<string> AskAsync(IPEndPoint proxy, string host, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(MostTime);
        var asked = $"asked the proxy {proxy} for {host}:{HttpsPort}";
        Socket? socket = null;
        try
        {
            socket = await link.ConnectAsync(proxy, end.Token).ConfigureAwait(false);
            using var stream = new NetworkStream(socket, ownsSocket: false);
            var status = await ConnectAsync(stream, host, end.Token).ConfigureAwait(false);
            return status switch
            {
                200 => $"{asked}: {await CertificateAsync(stream, host, end.Token).ConfigureAwait(false)}",
                407 => $"{asked}: it asks for credentials (407); none were given",
                0 => $"{asked}: it does not answer as a proxy does",
                _ => $"{asked}: it refuses ({status})",
            };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"{asked}: no answer within {MostTime.TotalSeconds:0} s";
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return $"{asked}: {(failure.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "nobody listens there" : failure.GetBaseException().Message)}";
        }
        finally
        {
            if (socket is not null)
                link.Close(socket);
        }
    }

    /// <summary>The verdict on the chain that was shown, in words.</summary>
    internal string Judge(IReadOnlyList<byte[]> chain, string host)
    {
        var policy = new ChainPolicy
        {
            Purpose = CertificatePurpose.Server,
            Host = host,
            ExpectedIssuers = updates.Catalog.FindJudged(Encoding.ASCII.GetBytes(host))?.Issuers ?? [],
        };
        var verdict = CertificateChain.Judge(chain, WallClock.NowNs(), policy);
        return $"the certificate shown is {verdict.PathShown}, {verdict.Shown}{(verdict.IsFrom(updates.InspectionIssuers) ? ", by an inspection of the site's own" : "")}";
    }

    /// <summary>CONNECT, RFC 9110 section 9.3.6; the status of the answer, 0 when it is none.</summary>
    private static async Task<int> ConnectAsync(NetworkStream stream, string host, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {host}:{HttpsPort} HTTP/1.1\r\nHost: {host}:{HttpsPort}\r\n\r\n"), stop).ConfigureAwait(false);
        var head = new byte[MostHead];
        var read = 0;
        // Octet by octet: what follows the head belongs to the handshake.
        while (read < MostHead && !head.AsSpan(0, read).EndsWith("\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(head.AsMemory(read, 1), stop).ConfigureAwait(false) == 0)
                break;
            read++;
        }
        var line = Encoding.ASCII.GetString(head, 0, Math.Min(read, 64)).Split(' ');
        return line.Length > 1 && line[0].StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(line[1].AsSpan(0, Math.Min(3, line[1].Length)), out var status)
            ? status : 0;
    }

    private async Task<string> CertificateAsync(NetworkStream stream, string host, CancellationToken stop)
    {
        var chain = new List<byte[]>();
        using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, leaf, shown, _) => Take(chain, leaf, shown),
                    // The machine's store decides nothing, and nothing is fetched for the chain.
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        DisableCertificateDownloads = true,
                        RevocationMode = X509RevocationMode.NoCheck,
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                    },
                },
                stop).ConfigureAwait(false);
        }
        catch (AuthenticationException)
        {
            // Refused by Take, which has seen enough; or the handshake failed before anything was shown.
        }
        return chain.Count == 0 ? "no certificate was shown" : Judge(chain, host);
    }

    // Always refused: nothing is to be said over this connection.
    private static bool Take(List<byte[]> chain, X509Certificate? leaf, X509Chain? shown)
    {
        if (leaf is null)
            return false;
        var first = leaf.GetRawCertData();
        chain.Add(first);
        foreach (var other in shown?.ChainPolicy.ExtraStore ?? [])
        {
            if (!other.RawData.AsSpan().SequenceEqual(first) && chain.Count < CertificateChain.MaxCertificates)
                chain.Add(other.RawData);
        }
        return false;
    }
}
