using System.Text.Json;
using Sensor.Tests.Captures;

namespace Sensor.Tests.Output.Formats;

/// <summary>Users, files, URLs and TLS names stand where each format has a field for them.</summary>
public sealed class DetectorFactsTests
{
    private static string[] Lines(string capture, string format) =>
        Replayed.Of(Path.Combine(Checkout.Captures, capture), "--format", format).Lines;

    private static JsonElement Alert(string capture, string format, string text) =>
        JsonDocument.Parse(Lines(capture, format).First(line => line.Contains(text, StringComparison.Ordinal))).RootElement;

    [Fact]
    public void A_user_is_named()
    {
        const string Capture = "proxies/rogue-proxy.pcapng", Detector = "sent the NTLM proof of";
        Assert.Contains(Lines(Capture, "cef"), line => line.Contains(" suser=alice sntdom=CORP", StringComparison.Ordinal));
        Assert.Contains(Lines(Capture, "leef"), line => line.Contains("\tusrName=alice\tdomain=CORP", StringComparison.Ordinal));
        var user = Alert(Capture, "ecs", Detector).GetProperty("user");
        Assert.Equal(("alice", "CORP"), (user.GetProperty("name").GetString(), user.GetProperty("domain").GetString()));
        Assert.Equal("alice", Alert(Capture, "ocsf", Detector).GetProperty("evidences")[0].GetProperty("actor").GetProperty("user")
            .GetProperty("name").GetString());
        Assert.Contains(Alert(Capture, "stix", Detector).GetProperty("objects").EnumerateArray(), item =>
            item.GetProperty("type").GetString() == "user-account" && item.GetProperty("account_login").GetString() == @"CORP\alice");
    }

    [Fact]
    public void A_delivered_file_has_its_hash_and_its_URL()
    {
        const string Capture = "payloads/update-payload-untrusted.pcapng", Detector = "update-payload-untrusted";
        const string Url = "http://download.windowsupdate.com/v9/windowsupdate/selfupdate/WuSetupV.exe";
        var ecs = Alert(Capture, "ecs", Detector);
        Assert.Equal(Url, ecs.GetProperty("url").GetProperty("full").GetString());
        var hash = ecs.GetProperty("file").GetProperty("hash").GetProperty("sha256").GetString();
        Assert.Contains(Lines(Capture, "cef"), line => line.Contains($" request={Url} fileHash={hash}", StringComparison.Ordinal));
        var http = Alert(Capture, "eve", Detector).GetProperty("http");
        Assert.Equal("download.windowsupdate.com", http.GetProperty("hostname").GetString());
        Assert.Equal("/v9/windowsupdate/selfupdate/WuSetupV.exe", http.GetProperty("url").GetString());
    }

    [Fact]
    public void A_TLS_name_and_the_certificate_shown_for_it()
    {
        const string Capture = "updates/update-tls-impostor.pcapng", Detector = "update-tls-impostor";
        var tls = Alert(Capture, "eve", Detector).GetProperty("tls");
        Assert.Equal(("sls.update.microsoft.com", "mitmproxy"), (tls.GetProperty("sni").GetString(), tls.GetProperty("issuerdn").GetString()));
        Assert.Equal("sls.update.microsoft.com", Alert(Capture, "ecs", Detector).GetProperty("tls").GetProperty("client")
            .GetProperty("server_name").GetString());
    }

    [Theory]
    [InlineData("names/llmnr-wpad-answer.pcapng", "llmnr")]
    [InlineData("names/mdns-wpad-answer.pcapng", "mdns")]
    [InlineData("names/dns-wpad-answer.pcapng", "dns")]
    public void A_name_that_was_asked_for(string capture, string protocol)
    {
        var query = Alert(capture, "eve", $"\"{protocol}\":{{").GetProperty(protocol);
        Assert.Equal((3, "response"), (query.GetProperty("version").GetInt32(), query.GetProperty("type").GetString()));
        Assert.StartsWith("wpad", query.GetProperty("queries")[0].GetProperty("rrname").GetString(), StringComparison.OrdinalIgnoreCase);
    }
}
