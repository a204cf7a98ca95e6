using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Detection.Tests.Detectors;

public sealed class PacDetectorsTests
{
    private const string Pac = "function FindProxyForURL(url, host) { return 'PROXY 192.168.1.66:3128'; }";

    private readonly Station _alice = Station.Number(10), _bob = Station.Number(30), _mallory = Station.Number(66),
        _server = Station.Number(100);

    [Fact]
    public void Names_a_host_that_lured_and_then_serves_a_pac()
    {
        var lan = new FactFeeder();
        lan.Seen(_alice);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        Serve(lan, _mallory, _alice, Pac);

        var finding = Assert.Single(lan.Of("rogue-pac-server"));
        Assert.Equal((Severity.Critical, Confidence.Certain), (finding.Severity, finding.Confidence));
        Assert.Equal([_mallory.Mac], finding.Suspect.Macs);
        Assert.Contains(_alice.V4, finding.Victim!.Addresses);
        Assert.Contains("PROXY 192.168.1.66:3128", finding.Summary, StringComparison.Ordinal);
        Assert.Single(lan.AlertsOf("rogue-pac-server"));
    }

    [Theory]
    [InlineData("http://config.corp.example/proxy.pac")]
    [InlineData("http://Config.CORP.example:80/proxy.pac")]
    [InlineData("http://me@config.corp.example.?x")]
    public void Names_whom_a_suspect_redirects_to_however_he_writes_it(string location)
    {
        var lan = new FactFeeder();
        lan.Seen(_alice);
        lan.Answer(lan.Ask(NameProtocol.Llmnr, _alice, "wpad"), _mallory, [_mallory.V4]);
        lan.Deliver(lan.Packet(_mallory, _alice, 80, 50_123, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = 302;
            fact.Complete = true;
            fact.Target = log.Keep("/wpad.dat"u8);
            fact.Host = log.Keep("wpad"u8);
            fact.Location = log.Keep(Encoding.ASCII.GetBytes(location));
        });
        Serve(lan, _server, _alice, Pac, target: "/proxy.pac", host: "config.corp.example");

        var finding = Assert.Single(lan.Of("rogue-pac-server"));
        Assert.Equal(Confidence.Certain, finding.Confidence);
        Assert.Contains(_server.Mac, finding.Suspect.Macs);
    }

    [Fact]
    public void Names_a_workstation_that_serves_a_pac()
    {
        var lan = new FactFeeder();
        lan.AskLease(_mallory);
        Serve(lan, _mallory, _alice, Pac, target: "/anything", host: "intranet", contentType: "text/plain");

        var finding = Assert.Single(lan.Of("rogue-pac-server"));
        Assert.Equal((Severity.High, Confidence.Likely), (finding.Severity, finding.Confidence));
    }

    [Fact]
    public void Records_the_sites_own_server_without_an_alert()
    {
        var lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, "wpad.corp.example"), Station.Number(1), [_server.V4]);
        Serve(lan, _server, _alice, Pac, host: "wpad.corp.example");

        Assert.Equal(Confidence.Possible, Assert.Single(lan.Of("rogue-pac-server")).Confidence);
        Assert.Empty(lan.AlertsOf("rogue-pac-server"));
    }

    [Fact]
    public void Says_nothing_about_a_trusted_server()
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = ["192.168.1.100"] });
        Serve(lan, _server, _alice, Pac);
        Assert.Empty(lan.Of("rogue-pac-server"));
    }

    [Fact]
    public void A_trusted_url_is_trusted_only_from_where_nobody_lured_the_client()
    {
        var lan = new FactFeeder(new TrustSettings { PacUrls = ["http://wpad/wpad.dat"] });
        lan.Answer(lan.Ask(NameProtocol.Dns, _alice, "wpad"), Station.Number(1), [_server.V4]);
        Serve(lan, _server, _alice, Pac);
        Assert.Empty(lan.Of("rogue-pac-server"));

        lan.Answer(lan.Ask(NameProtocol.Llmnr, _bob, "wpad"), _mallory, [_mallory.V4]);
        Serve(lan, _mallory, _bob, Pac);
        Assert.Equal([_mallory.Mac], Assert.Single(lan.Of("rogue-pac-server")).Suspect.Macs);
        Assert.Single(lan.AlertsOf("rogue-pac-server"));
    }

    [Fact]
    public void A_trusted_address_is_trusted_only_from_the_mac_that_owns_it()
    {
        var lan = new FactFeeder(new TrustSettings { WpadHosts = ["192.168.1.100"] });
        lan.Seen(_server);
        Serve(lan, _server, _alice, Pac);
        Assert.Empty(lan.Of("rogue-pac-server"));

        Serve(lan, _mallory with { V4 = _server.V4 }, _alice, Pac);
        Assert.Single(lan.AlertsOf("rogue-pac-server"));
    }

    [Theory]
    [InlineData(404, "function FindProxyForURL(u,h){}")]
    [InlineData(302, "function FindProxyForURL(u,h){}")]
    [InlineData(200, "<html>Log in: function FindProxyForURL(u,h)</html>")]
    [InlineData(200, "Not found")]
    public void Says_nothing_when_no_pac_is_served(int status, string body)
    {
        var lan = new FactFeeder();
        lan.AskLease(_mallory);
        Serve(lan, _mallory, _alice, body, status: (ushort)status);
        Assert.Empty(lan.Of("rogue-pac-server"));
    }

    [Fact]
    public void Names_a_pac_of_a_leaked_top_level_name()
    {
        var lan = new FactFeeder();
        var stranger = new Station(new MacAddress(0x02AA_0000_0001), IpAddress.FromV4(0xCB007105));
        Serve(lan, stranger, _alice, Pac, host: "wpad.com");
        Assert.Equal(Confidence.Likely, Assert.Single(lan.Of("rogue-pac-server")).Confidence);
    }

    [Fact]
    public void Shows_how_a_pac_changed_for_one_client()
    {
        var lan = new FactFeeder();
        Serve(lan, _server, _alice, "function FindProxyForURL(u,h){\nreturn 'DIRECT';\n}");
        Serve(lan, _server, _alice, "function FindProxyForURL(u,h){\nreturn 'PROXY 192.168.1.66:80';\n}");

        var finding = Assert.Single(lan.Of("pac-changed"));
        Assert.Equal((Severity.Medium, Confidence.Likely), (finding.Severity, finding.Confidence));
        Assert.Contains(
            finding.Metadata, pair => pair is { Key: "pac_difference", Value: "- return 'DIRECT'; | + return 'PROXY 192.168.1.66:80';" });
    }

    [Fact]
    public void Names_the_other_host_that_answers_for_the_same_url()
    {
        var lan = new FactFeeder();
        Serve(lan, _server, _alice, Pac, host: "wpad.corp.example");
        Serve(lan, _mallory, _bob, Pac + "// mine", host: "wpad.corp.example");
        Assert.Equal((Severity.High, Confidence.Likely), Rating(Assert.Single(lan.Of("pac-changed"))));
    }

    [Fact]
    public void Notes_a_change_of_white_space_only()
    {
        var lan = new FactFeeder();
        Serve(lan, _server, _alice, "function FindProxyForURL(u,h) { return 'DIRECT'; }");
        Serve(lan, _server, _alice, "function FindProxyForURL(u,h)\r\n{\treturn 'DIRECT';\r\n}");
        Assert.Equal((Severity.Info, Confidence.Possible), Rating(Assert.Single(lan.Of("pac-changed"))));
    }

    [Fact]
    public void Does_not_alert_when_a_server_tailors_the_file_to_the_client()
    {
        var lan = new FactFeeder();
        Serve(lan, _server, _alice, Pac);
        Serve(lan, _server, _bob, Pac + "// for bob");
        Assert.Equal(Confidence.Possible, Assert.Single(lan.Of("pac-changed")).Confidence);
        Assert.Empty(lan.AlertsOf("pac-changed"));
    }

    [Fact]
    public void Adds_a_known_tools_marks_to_what_the_host_did()
    {
        var lan = new FactFeeder();
        lan.Answer(lan.Ask(NameProtocol.Nbns, _alice, "wpad"), _mallory, [_mallory.V4]);
        Serve(lan, _mallory, _alice, Pac, software: "BigIP", headers: "content-type pragma server content-length");

        Assert.Equal((Severity.Critical, Confidence.Certain), Rating(Assert.Single(lan.Of("pac-known-tool"))));
    }

    [Fact]
    public void One_mark_alone_names_no_tool()
    {
        var lan = new FactFeeder();
        Serve(lan, _server, _alice, Pac, software: "nginx", headers: "server date content-type content-length");
        Assert.Empty(lan.Of("pac-known-tool"));
    }

    [Theory]
    [InlineData(401, "/wpad.dat", "wpad")]
    [InlineData(407, "/proxy.pac", "192.168.1.66")]
    public void Names_who_asks_credentials_for_a_pac(int status, string target, string host)
    {
        var lan = new FactFeeder();
        Serve(lan, _mallory, _alice, "", status: (ushort)status, target: target, host: host, schemes: "Negotiate NTLM");
        var alert = Assert.Single(lan.AlertsOf("pac-asks-credentials"));
        Assert.Contains("Negotiate NTLM", alert.Finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "/index.html", "intranet", "NTLM")]
    [InlineData(407, "http://wpad.corp.example/wpad.dat", "wpad.corp.example", "NTLM")]
    [InlineData(404, "/wpad.dat", "wpad", "")]
    public void Does_not_take_other_challenges_for_it(int status, string target, string host, string schemes)
    {
        var lan = new FactFeeder();
        Serve(lan, _mallory, _alice, "", status: (ushort)status, target: target, host: host, schemes: schemes);
        Assert.Empty(lan.Of("pac-asks-credentials"));
    }

    [Fact]
    public void Escapes_what_it_shows()
    {
        var lan = new FactFeeder();
        lan.AskLease(_mallory);
        Serve(lan, _mallory, _alice, Pac, target: "/\u001b[31m\n.pac");
        Assert.DoesNotContain(Assert.Single(lan.Of("rogue-pac-server")).Summary, char.IsControl);
    }

    private static (Severity, Confidence) Rating(Finding finding) => (finding.Severity, finding.Confidence);

    private static void Serve(
        FactFeeder lan, Station server, Station client, string body, ushort status = 200, string target = "/wpad.dat", string host = "wpad",
        string contentType = "", string schemes = "", string software = "", string headers = "") =>
        lan.Deliver(lan.Packet(server, client, 80, 50_123, 6), (ref HttpAnswered fact, ObservationLog log) =>
        {
            fact.Status = status;
            fact.Complete = true;
            fact.Target = log.Keep(Encoding.UTF8.GetBytes(target));
            fact.Host = log.Keep(Encoding.UTF8.GetBytes(host));
            fact.ContentType = log.Keep(Encoding.UTF8.GetBytes(contentType));
            fact.AuthenticationSchemes = log.Keep(Encoding.UTF8.GetBytes(schemes));
            fact.Server = log.Keep(Encoding.UTF8.GetBytes(software));
            fact.HeaderOrder = log.Keep(Encoding.UTF8.GetBytes(headers));
            fact.Body = log.Keep(Encoding.UTF8.GetBytes(body));
            fact.RequestFrameNumber = lan.Frame;
            fact.FirstFrameNumber = fact.LastFrameNumber = lan.Frame;
        });
}
