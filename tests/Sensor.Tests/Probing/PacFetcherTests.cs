using System.Net;
using Sensor.Probing;

namespace Sensor.Tests.Probing;

/// <summary>Fetching a proxy configuration, from an honest server and from one that means ill.</summary>
public sealed class PacFetcherTests
{
    private const string Pac = "function FindProxyForURL(u, h) { return 'DIRECT'; }";

    [Fact]
    public async Task Fetches_by_name_from_the_address_without_credentials_cookies_or_the_environments_proxy()
    {
        using var server = new OneAnswerServer(static _ => $"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: {Pac.Length}\r\n\r\n{Pac}");
        Environment.SetEnvironmentVariable("http_proxy", "http://127.0.0.1:9");
        try
        {
            var fetch = await FetchAsync(server, new Uri($"http://user:secret@wpad.example.net:{server.Address.Port}/wpad.dat?x=1"));
            Assert.Equal((Pac, ""), (System.Text.Encoding.ASCII.GetString(fetch.Body!), fetch.Failure));
            Assert.Equal($"http://wpad.example.net:{server.Address.Port}/wpad.dat?x=1", fetch.Url);
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", null);
        }
        var head = Assert.Single(server.Heads);
        Assert.StartsWith("GET /wpad.dat?x=1 HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Host: wpad.example.net:{server.Address.Port}\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/other.pac", 2, true)]
    [InlineData("http://elsewhere.example.net/wpad.dat", 1, false)]
    [InlineData("file:///etc/passwd", 1, false)]
    public async Task Follows_to_the_same_host_only(string location, int asked, bool isFetched)
    {
        using var server = new OneAnswerServer(head => head.StartsWith("GET /wpad.dat", StringComparison.Ordinal)
            ? $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {Pac.Length}\r\n\r\n{Pac}");
        var fetch = await FetchAsync(server);
        Assert.Equal((asked, isFetched), (server.Heads.Count, fetch.Body is not null));
        Assert.Equal(isFetched, fetch.Failure.Length == 0);
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n", "it asks for credentials (401); none were given", 1)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /wpad.dat\r\nContent-Length: 0\r\n\r\n", "it leads on and on", 4)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "no configuration there (404)", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the answer is empty", 1)]
    public async Task Says_why_there_is_none(string answer, string failure, int asked)
    {
        using var server = new OneAnswerServer(_ => answer);
        var fetch = await FetchAsync(server);
        Assert.Equal((failure, asked), (fetch.Failure, server.Heads.Count));
        Assert.Null(fetch.Body);
    }

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")]
    [InlineData("")]
    public async Task Odd_answers_are_no_exception(string answer)
    {
        using var server = new OneAnswerServer(_ => answer);
        var fetch = await FetchAsync(server);
        Assert.Null(fetch.Body);
        Assert.NotEmpty(fetch.Failure);
    }

    [Fact]
    public async Task Takes_no_more_than_the_bound()
    {
        using var server = new OneAnswerServer(static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            var block = new byte[64 * 1024];
            for (var i = 0; i < 1024; i++)
                await stream.WriteAsync(block);
        });
        var rate = new ProbeRate(1000);
        var fetch = await FetchAsync(server, rate: rate);
        Assert.Equal("it is larger than 512 KiB", fetch.Failure);
        Assert.True(rate.Total >= ManagementLink.UsualPackets);
    }

    [Fact]
    public async Task Nobody_there_is_said()
    {
        var fetch = await new PacFetcher(new ManagementLink(OneAnswerServer.Loopback, new ProbeRate(100)))
            .FetchAsync(new Uri("http://127.0.0.1:9/wpad.dat"), IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.Equal("nobody listens there", fetch.Failure);
    }

    private static Task<PacFetch> FetchAsync(OneAnswerServer server, Uri? url = null, ProbeRate? rate = null) =>
        new PacFetcher(new ManagementLink(OneAnswerServer.Loopback, rate ?? new ProbeRate(1000))).FetchAsync(
            url ?? new Uri($"http://wpad:{server.Address.Port}/wpad.dat"), IPAddress.Loopback, TestContext.Current.CancellationToken);
}
