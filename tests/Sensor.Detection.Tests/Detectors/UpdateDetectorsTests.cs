using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests.Detectors;

public sealed class UpdateDetectorsTests
{
    private const string Metadata = "sls.update.microsoft.com", Payload = "au.download.windowsupdate.com";
    private static readonly DateTimeOffset Now = new(2023, 11, 14, 0, 0, 0, TimeSpan.Zero);

    private readonly Station _alice = Station.Number(10), _mallory = Station.Number(66), _cache = Station.Number(9), _gateway = Station.Number(1);
    private readonly Station _vendor = new(new MacAddress(0x0200_0000_0001), Address("203.0.113.10"));

    [Fact]
    public void A_suspect_that_answers_for_an_update_host_is_critical()
    {
        var lan = Lured();
        Serve(lan, _mallory, Payload);
        var finding = Assert.Single(lan.Of("update-from-impostor"));
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
        Assert.Single(lan.AlertsOf("update-from-impostor"));
    }

    [Fact]
    public void A_suspect_proxy_that_answers_for_an_update_host_is_critical()
    {
        var lan = Lured();
        Serve(lan, _mallory, "x", target: $"http://{Payload}/a.cab");
        Assert.Equal(Severity.Critical, Assert.Single(lan.Of("update-from-impostor")).Severity);
    }

    [Fact]
    public void A_suspect_behind_hidden_certificates_is_critical()
    {
        var lan = Lured();
        Handshake(lan, _mallory, Metadata, []);
        Assert.Equal(Severity.Critical, Assert.Single(lan.Of("update-from-impostor")).Severity);
        Assert.Empty(lan.Of("update-tls-impostor"));
    }

    [Fact]
    public void A_workstation_that_answers_for_an_update_host_is_likely()
    {
        var lan = new FactFeeder();
        lan.AskLease(_mallory);
        Serve(lan, _mallory, Payload);
        Assert.Equal((Severity.High, Confidence.Likely), Rated(Assert.Single(lan.Of("update-from-impostor"))));
    }

    [Fact]
    public void A_private_address_that_DNS_did_not_give_is_likely_and_one_that_it_gave_is_not()
    {
        var lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Payload, server: _gateway), _gateway, [_vendor.V4]);
        Serve(lan, _cache, Payload);
        Assert.Equal(Confidence.Likely, Assert.Single(lan.Of("update-from-impostor")).Confidence);

        lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Payload, server: _gateway), _gateway, [_cache.V4]);
        Serve(lan, _cache, Payload);
        Assert.Empty(lan.Of("update-from-impostor"));
    }

    [Fact]
    public void A_public_name_answered_on_the_local_link_is_likely()
    {
        var lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, Metadata), _cache, [_cache.V4]);
        Serve(lan, _cache, Metadata);
        Assert.True(Assert.Single(lan.Of("update-from-impostor")).Confidence >= Confidence.Likely);
    }

    [Fact]
    public void Files_from_the_vendor_a_cache_or_a_peer_are_normal()
    {
        var lan = new FactFeeder();
        Serve(lan, _vendor, Payload);
        Serve(lan, _cache, Payload);
        Serve(lan, _cache, "deb.debian.org");
        Serve(lan, _cache, "ctldl.windowsupdate.com");
        Serve(lan, _cache, Metadata, port: 7680);
        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void A_portal_that_turns_update_clients_away_is_normal()
    {
        var lan = new FactFeeder();
        Serve(lan, _gateway, Metadata, status: 302);
        Serve(lan, _gateway, Metadata, contentType: "text/html; charset=utf-8");
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, Payload, server: _gateway), _gateway, [Address("127.0.0.1")]);
        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void A_private_address_alone_is_recorded_for_metadata_hosts_but_alerts_nobody()
    {
        var lan = new FactFeeder();
        Serve(lan, _cache, Metadata);
        Assert.Equal((Severity.Low, Confidence.Possible), Rated(Assert.Single(lan.Of("update-from-impostor"))));
        Assert.Empty(lan.Alerts);
    }

    [Fact]
    public void A_listed_cache_is_trusted()
    {
        Assert.True(UpdatePolicy.TryCreate(new UpdateSettings { Caches = ["192.168.1.9"] }, out var updates, out _));
        var lan = new FactFeeder(updates: updates);
        lan.AskLease(_cache);
        Serve(lan, _cache, Metadata);
        Assert.Empty(lan.Findings);
    }

    [Theory]
    [InlineData("CN=mitmproxy, O=mitmproxy", Metadata, "mitmproxy")]
    [InlineData("CN=Somebody", Metadata, "none of the vendor's")]
    [InlineData(null, "swscan.apple.com", "signed itself")]
    public void Certificates_that_a_vendor_would_not_show_are_critical(string? issuer, string host, string reason)
    {
        var lan = new FactFeeder();
        Handshake(lan, _vendor, host, Chain(issuer, host));
        var finding = Assert.Single(lan.Of("update-tls-impostor"));
        Assert.Equal((Severity.Critical, Confidence.Likely), Rated(finding));
        Assert.Contains(reason, finding.Summary, StringComparison.Ordinal);
        Assert.Single(lan.AlertsOf("update-tls-impostor"));
    }

    [Fact]
    public void A_certificate_for_another_host_is_critical()
    {
        var lan = new FactFeeder();
        Handshake(lan, _vendor, "aus5.mozilla.org", Chain("CN=Public CA", "www.example.org"));
        Assert.Contains("not for aus5.mozilla.org", Assert.Single(lan.Of("update-tls-impostor")).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_vendors_own_issuer_is_quiet_and_so_is_an_ordinary_public_one()
    {
        var lan = new FactFeeder();
        Handshake(lan, _vendor, Metadata, Chain("CN=Microsoft Update Secure Server CA 2.1, O=Microsoft Corporation", Metadata));
        Handshake(lan, _vendor, "aus5.mozilla.org", Chain("CN=Public CA", "aus5.mozilla.org"));
        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void One_authority_that_signs_for_all_sites_is_the_sites_inspection()
    {
        using var authority = new Authority("CN=Corp Gateway CA");
        var lan = new FactFeeder();
        foreach (var host in (string[])["www.example.com", "mail.example.net", "shop.example.org", "news.example.edu"])
            Handshake(lan, _vendor, host, authority.Sign(host));
        Handshake(lan, _vendor, Metadata, authority.Sign(Metadata));
        Assert.Equal((Severity.Low, Confidence.Possible), Rated(Assert.Single(lan.Of("update-tls-impostor"))));
        Assert.Empty(lan.Alerts);

        Assert.True(UpdatePolicy.TryCreate(new UpdateSettings { InspectionIssuers = ["Corp Gateway CA"] }, out var updates, out _));
        lan = new FactFeeder(updates: updates);
        Handshake(lan, _vendor, Metadata, authority.Sign(Metadata));
        Assert.Empty(lan.Findings);
    }

    [Fact]
    public void A_trusted_proxy_that_begins_to_intercept_is_named()
    {
        using var authority = new Authority("CN=Corp Gateway CA");
        var lan = new FactFeeder(new Sensor.Detection.Trust.TrustSettings { Proxies = ["203.0.113.10"] });
        foreach (var host in (string[])["www.example.com", "mail.example.net", "shop.example.org", "news.example.edu"])
            Handshake(lan, _vendor, host, authority.Sign(host));
        Handshake(lan, _vendor, Metadata, Chain("CN=Microsoft Update Secure Server CA 2.1, O=Microsoft Corporation", Metadata));
        Assert.Empty(lan.Findings);
        Handshake(lan, _vendor, Metadata, authority.Sign(Metadata));
        var finding = Assert.Single(lan.AlertsOf("update-tls-impostor")).Finding;
        Assert.Equal((Severity.High, Confidence.Likely), Rated(finding));
        Assert.Contains("it had passed the vendor's own on", finding.Summary, StringComparison.Ordinal);
        Assert.Null(finding.Explanation);
    }

    [Fact]
    public void Harmless_readings_are_told_and_keep_the_finding_down()
    {
        using var authority = new Authority("CN=Corp Gateway CA");
        var lan = new FactFeeder();
        foreach (var host in (string[])["www.example.com", "mail.example.net", "shop.example.org", "news.example.edu", Metadata])
            Handshake(lan, _cache, host, authority.Sign(host));
        Serve(lan, _cache, Metadata);
        Assert.Contains("TLS inspection", Assert.Single(lan.Of("update-tls-impostor")).Explanation, StringComparison.Ordinal);
        Assert.All(lan.Of("update-from-impostor"), static finding => Assert.Contains("captive portal", finding.Explanation, StringComparison.Ordinal));
        Assert.All(lan.Findings, static finding => Assert.Equal(Confidence.Possible, finding.Confidence));
    }

    [Fact]
    public void Wsus_in_clear_text_is_an_exposure_told_once()
    {
        var lan = new FactFeeder();
        lan.Seen(_alice);
        for (var i = 0; i < 3; i++)
            Soap(lan, _cache, "<GetConfigResponse/>");
        var finding = Assert.Single(lan.Findings);
        Assert.Equal(("wsus-plaintext", Severity.Low), (finding.Detector.Id, finding.Severity));
        Assert.Contains(_alice.V4, finding.Suspect.Addresses);
        Assert.Empty(lan.Alerts);
    }

    [Fact]
    public void A_borrowed_tool_with_a_shell_is_an_impostors_update()
    {
        var lan = new FactFeeder();
        Soap(lan, _mallory, Offer("PsExec.exe", "/s cmd.exe /c calc"));
        var finding = Assert.Single(lan.Of("wsus-impostor"));
        Assert.Equal((Severity.Critical, Confidence.Likely), Rated(finding));
        Assert.Contains("PsExec.exe /s cmd.exe /c calc", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wsus_server_that_is_a_suspect_is_certain_whatever_it_says()
    {
        var lan = Lured();
        Soap(lan, _mallory, "<GetCookieResponse/>");
        Assert.Equal((Severity.Critical, Confidence.Certain), Rated(Assert.Single(lan.Of("wsus-impostor"))));
    }

    [Fact]
    public void Files_that_lie_elsewhere_and_a_command_line_are_two_signs()
    {
        var lan = new FactFeeder();
        Soap(lan, _cache, Offer("setup.exe", "/quiet", "http://192.0.2.7/setup.exe"));
        Assert.Equal(Confidence.Likely, Assert.Single(lan.Of("wsus-impostor")).Confidence);
    }

    [Fact]
    public void An_update_that_the_site_published_is_recorded_only_and_the_listed_server_is_trusted()
    {
        var lan = new FactFeeder();
        Soap(lan, _cache, Offer("setup.exe", "/quiet", "http://wsus.corp.example:8530/Content/setup.exe"));
        Assert.Equal((Severity.Medium, Confidence.Possible), Rated(Assert.Single(lan.Of("wsus-impostor"))));
        Assert.Empty(lan.Alerts);

        Assert.True(UpdatePolicy.TryCreate(new UpdateSettings { WsusServers = ["192.168.1.9"] }, out var updates, out _));
        lan = new FactFeeder(updates: updates);
        Soap(lan, _cache, Offer("PsExec.exe", "/s cmd.exe"));
        Assert.Empty(lan.Of("wsus-impostor"));
        Soap(lan, _mallory, "<GetConfigResponse/>");
        Assert.Equal(Confidence.Likely, Assert.Single(lan.Of("wsus-impostor")).Confidence);
    }

    [Theory]
    [InlineData("MS42-123", "pywsus")]
    [InlineData("FB0A150601470195C47B4E8D87FCB3F50292BEB2", "WSuspicious")]
    [InlineData("/Content/wuagent.exe", "SharpWSUS")]
    public void Names_tools_by_what_they_alone_write(string mark, string tool)
    {
        var lan = new FactFeeder();
        Soap(lan, _mallory, $"<SyncUpdatesResponse><a>{mark}</a></SyncUpdatesResponse>");
        Assert.Contains(new KeyValuePair<string, string>("tool", tool), Assert.Single(lan.Of("update-known-tool")).Metadata);
    }

    [Fact]
    public void Names_the_redirect_that_asks_for_a_log_in_and_not_an_ordinary_one()
    {
        var lan = new FactFeeder();
        Serve(lan, _cache, "download.windowsupdate.com", status: 302, location: "http://portal.example/login");
        Assert.Empty(lan.Of("update-known-tool"));
        Serve(lan, _cache, "download.windowsupdate.com", status: 302, location: "http://localhost/GETHASHES12");
        Assert.Equal(Confidence.Likely, Assert.Single(lan.Of("update-known-tool")).Confidence);
    }

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out var address) ? address : default;

    private static (Severity, Confidence) Rated(Finding finding) => (finding.Severity, finding.Confidence);

    private FactFeeder Lured()
    {
        var lan = new FactFeeder();
        lan.Seen(_alice);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        return lan;
    }

    private static string Offer(string program, string arguments, string url = "") =>
        "<GetExtendedUpdateInfoResponse><Xml>&lt;ExtendedProperties Handler=\"h/CommandLineInstallation\"/&gt;&lt;InstallCommand Program=\""
        + $"{program}\" Arguments=\"{arguments}\"/&gt;</Xml>{(url.Length == 0 ? "" : $"<Url>{url}</Url>")}</GetExtendedUpdateInfoResponse>";

    private void Soap(FactFeeder lan, Station server, string content)
    {
        lan.Deliver(lan.Packet(_alice, server, 50_000, 8530, 6), (ref HttpRequested fact, ObservationLog log) =>
        {
            fact.Target = log.Keep("/ClientWebService/client.asmx"u8);
            fact.Host = log.Keep("wsus.corp.example:8530"u8);
        });
        Serve(lan, server, "wsus.corp.example:8530", "/ClientWebService/client.asmx", contentType: "text/xml", port: 8530,
            body: $"<s:Envelope><s:Body>{content}</s:Body></s:Envelope>");
    }

    private void Serve(
        FactFeeder lan, Station server, string host, string target = "/a.cab", ushort status = 200, string contentType = "application/octet-stream",
        ushort port = 80, string body = "", string location = "") =>
        lan.Deliver(lan.Packet(server, _alice, port, 50_000, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = status;
            fact.Complete = true;
            fact.Target = log.Keep(Encoding.ASCII.GetBytes(target));
            fact.Host = log.Keep(Encoding.ASCII.GetBytes(host));
            fact.ContentType = log.Keep(Encoding.ASCII.GetBytes(contentType));
            fact.Location = log.Keep(Encoding.ASCII.GetBytes(location));
            fact.HeaderOrder = log.Keep("date server content-type content-length"u8);
            fact.Body = log.Keep(Encoding.UTF8.GetBytes(body));
        });

    private void Handshake(FactFeeder lan, Station server, string host, byte[][] chain) =>
        lan.Deliver(lan.Packet(server, _alice, 443, 50_000, 6), (ref TlsAnswered fact, ObservationLog log) =>
        {
            fact.Version = chain.Length == 0 ? TlsHandshake.Tls13 : TlsHandshake.Tls12;
            fact.CertificatesHidden = chain.Length == 0;
            fact.ServerName = log.Keep(Encoding.ASCII.GetBytes(host));
            fact.Certificates = log.Keep([.. chain.SelectMany(static der => (byte[])[(byte)(der.Length >> 16), (byte)(der.Length >> 8), (byte)der.Length, .. der])]);
        });

    private static byte[][] Chain(string? issuer, string host)
    {
        if (issuer is null)
        {
            using var key = RSA.Create(2048);
            using var own = Authority.Request($"CN={host}", host, key).CreateSelfSigned(Now.AddDays(-30), Now.AddDays(300));
            return [own.RawData];
        }
        using var authority = new Authority(issuer);
        return authority.Sign(host);
    }

    /// <summary>An authority made for one test.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly RSA _key = RSA.Create(2048);
        private readonly X509Certificate2 _certificate;

        public Authority(string name)
        {
            var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(5));
        }

        public static CertificateRequest Request(string subject, string host, RSA key)
        {
            var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            return request;
        }

        public byte[][] Sign(string host)
        {
            using var key = RSA.Create(2048);
            using var leaf = Request($"CN={host}", host, key).Create(_certificate, Now.AddDays(-30), Now.AddDays(300), [1, 2, 3, 4]);
            return [leaf.RawData];
        }

        public void Dispose()
        {
            _certificate.Dispose();
            _key.Dispose();
        }
    }
}
