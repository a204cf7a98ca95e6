using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;
using Sensor.Probing;
using Sensor.Tests.Delivery;

namespace Sensor.Tests.Probing;

/// <summary>What comes through a proxy that is asked for an update host.</summary>
public sealed class ProxyTlsCheckTests : IDisposable
{
    private const string Host = "fe2.update.microsoft.com";

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Judges_the_certificate_that_the_proxy_shows(bool isInspection)
    {
        using var certificate = _certificates.Make(Host);
        var heard = new List<string>();
        using var proxy = new OneAnswerServer(async (head, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
            try
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificateSelectionCallback = (_, name) =>
                    {
                        heard.Add(name ?? "");
                        return certificate;
                    },
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                });
            }
            catch (Exception failure) when (failure is System.Security.Authentication.AuthenticationException or IOException)
            {
                // The sensor says nothing after it has seen the certificate.
            }
        });
        Assert.True(UpdatePolicy.TryCreate(new UpdateSettings { InspectionIssuers = isInspection ? ["test authority"] : [] }, out var updates, out _));
        var said = await AskAsync(proxy, updates);
        Assert.StartsWith($"asked the proxy {proxy.Address} for {Host}:443: the certificate shown is ", said, StringComparison.Ordinal);
        Assert.Contains(Host, said, StringComparison.Ordinal);
        Assert.Contains("test authority", said, StringComparison.Ordinal);
        Assert.Equal(isInspection, said.EndsWith("by an inspection of the site's own", StringComparison.Ordinal));
        Assert.Equal([Host], heard);
        Assert.StartsWith($"CONNECT {Host}:443 HTTP/1.1\r\n", Assert.Single(proxy.Heads), StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", proxy.Heads[0], StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n\r\n", "it asks for credentials (407); none were given")]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", "it refuses (403)")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "it does not answer as a proxy does")]
    [InlineData("", "it does not answer as a proxy does")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nno TLS follows", "no certificate was shown")]
    public async Task Says_what_a_proxy_answers_instead(string answer, string said)
    {
        using var proxy = new OneAnswerServer(_ => answer);
        Assert.EndsWith(said, await AskAsync(proxy, UpdatePolicy.Default), StringComparison.Ordinal);
    }

    [Fact]
    public void Proxies_are_asked_only_where_the_operator_allows_it()
    {
        Assert.False(new ProbingSettings().AskProxies);
        Assert.False(MatchingChecks.Of(RogueProxy.Info, new ProbingSettings()).HasFlag(CheckKinds.ProxyTls));
        Assert.True(MatchingChecks.Of(RogueProxy.Info, new ProbingSettings { AskProxies = true }).HasFlag(CheckKinds.ProxyTls));
        Assert.Equal(CheckKinds.Link | CheckKinds.Pac | CheckKinds.Resolvers, MatchingChecks.Of(DnsWpadAnswer.Info, new ProbingSettings()));
        Assert.Equal(CheckKinds.Link | CheckKinds.Pac, MatchingChecks.Of(MdnsWpadAnswer.Info, new ProbingSettings()));
        Assert.Equal(CheckKinds.Link, MatchingChecks.Of(DnsWpadAnswer.Info, new ProbingSettings { AskResolvers = false, AskPacs = false }));
        Assert.All(DetectorCatalog.All.Where(static entry => entry.Info.Stage == Stage.Exposure), static entry => Assert.Equal(CheckKinds.None, MatchingChecks.Of(entry.Info, new ProbingSettings())));
    }

    private static Task<string> AskAsync(OneAnswerServer proxy, UpdatePolicy updates) =>
        new ProxyTlsCheck(new ManagementLink(OneAnswerServer.Loopback, new ProbeRate(100)), updates).AskAsync(proxy.Address, Host, TestContext.Current.CancellationToken);
}
