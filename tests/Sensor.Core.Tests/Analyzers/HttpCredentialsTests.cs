using System.Text;
using Sensor.Core.Tests.Flows;
using Sensor.Core.Tests.Wire;

namespace Sensor.Core.Tests.Analyzers;

public class HttpCredentialsTests
{
    [Fact]
    public void Names_user_domain_workstation_and_service_of_ntlm_to_a_proxy()
    {
        var talk = new TcpTalk().Handshake()
            .Client(Get("Proxy-Authorization: NTLM " + NtlmSamples.Coded(NtlmSamples.Negotiate())))
            .Server("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM " + NtlmSamples.Coded(NtlmSamples.Challenge()) + "\r\nContent-Length: 0\r\n\r\n")
            .Client(Get("Proxy-Authorization: NTLM " + NtlmSamples.Coded(NtlmSamples.Authenticate())));
        Assert.Equal(
            [
                @"HttpProxy Ntlm Negotiate CORP\@PC7 ", @"HttpProxy Ntlm Challenge \@ CORP", @"HttpProxy Ntlm Authenticate CORP\alice@PC7 HTTP/wpad",
            ],
            talk.Credentials.Lines);
        var (challenge, _, names) = talk.Credentials.All[1];
        Assert.Equal("FILES files.corp.example corp.example", names);
        Assert.True(challenge.HasTimestamp);
        Assert.Equal(0x0601_1DB1u, challenge.NtlmVersion);
        Assert.Equal(0xE289_8215u, challenge.NtlmFlags);
        var (proof, at, _) = talk.Credentials.All[2];
        Assert.Equal((true, true, true, false), (proof.HasMic, proof.IsNtlmV2, proof.HasTimestamp, proof.IsAnonymous));
        Assert.Equal(0x0A00_4A61u, proof.NtlmVersion);
        Assert.Equal(("10.0.0.1", "10.0.0.2"), (at.Source.ToString(), at.Destination.ToString()));
        Assert.Equal(talk.Requests.All[1].Fact.ExchangeId, proof.ExchangeId);
    }

    [Theory]
    [InlineData("Authorization: Negotiate ", true)]
    [InlineData("Authorization: negotiate  ", true)]
    [InlineData("Authorization: NTLM ", false)]
    public void Opens_spnego(string header, bool isWrapped)
    {
        var token = NtlmSamples.Authenticate("Zoë", "CORP.EXAMPLE");
        var talk = new TcpTalk().Handshake().Client(Get(header + NtlmSamples.Coded(isWrapped ? NtlmSamples.SpnegoResponse(token) : token)))
            .Client(Get(header + NtlmSamples.Coded(isWrapped ? NtlmSamples.SpnegoInit(token) : token)));
        Assert.Equal(Enumerable.Repeat(@"Http Ntlm Authenticate CORP.EXAMPLE\Zoë@PC7 HTTP/wpad", 2), talk.Credentials.Lines);
    }

    [Fact]
    public void Tells_kerberos_without_reading_it()
    {
        byte[] ticket = NtlmSamples.Der(0x60, [.. NtlmSamples.Der(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2]), 1, 0, .. NtlmSamples.Secret]);
        var talk = new TcpTalk().Handshake().Client(Get("Authorization: Negotiate " + NtlmSamples.Coded(NtlmSamples.SpnegoInit(ticket))))
            .Client(Get("Authorization: Negotiate " + NtlmSamples.Coded(ticket)));
        Assert.Equal(Enumerable.Repeat(@"Http Kerberos Authenticate \@ ", 2), talk.Credentials.Lines);
    }

    [Fact]
    public void Names_the_user_of_basic_and_digest_and_of_nothing_without_a_colon()
    {
        var talk = new TcpTalk().Handshake()
            .Client(Get("Authorization: Basic " + NtlmSamples.Coded(Encoding.UTF8.GetBytes("alice:S3cr3tOctets!!!!"))))
            .Client(Get("Proxy-Authorization: basic " + NtlmSamples.Coded(NtlmSamples.Secret)))
            .Client(Get("Authorization: Digest username=\"bo, b\", realm=\"a realm\", nonce=\"x\", uri=\"/dir\", response=\"S3cr3tOctets!!!!\""));
        Assert.Equal([@"Http Basic Authenticate \alice@ ", @"HttpProxy Basic Authenticate \@ ", @"Http Digest Authenticate a realm\bo, b@ /dir"], talk.Credentials.Lines);
    }

    [Fact]
    public void Puts_a_token_together_that_comes_in_many_segments()
    {
        var talk = new TcpTalk().Handshake();
        foreach (var piece in Encoding.Latin1.GetBytes(Get("Authorization: NTLM " + NtlmSamples.Coded(NtlmSamples.Authenticate()))).Chunk(7))
            talk.Client(piece);
        Assert.Equal([@"Http Ntlm Authenticate CORP\alice@PC7 HTTP/wpad"], talk.Credentials.Lines);
        Assert.Equal(4, Assert.Single(talk.Credentials.All).Fact.FirstFrameNumber);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "user=a&password=S3cr3t", true)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "Passwd=S3cr3t&user=a", true)]
    [InlineData("application/x-www-form-urlencoded", "user=password&password=&x=1", false)]
    [InlineData("application/x-www-form-urlencoded", "q=pass&mypasswordhint=x", false)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nS3cr3t\r\n--b--", true)]
    [InlineData("application/json", "{\"user\":\"a\", \"password\" : \"S3cr3t\"}", true)]
    [InlineData("application/json", "{\"field\":\"password\",\"x\":1}", false)]
    [InlineData("text/plain", "password=S3cr3t", false)]
    public void Sees_a_form_with_a_password_field_whole_or_octet_by_octet(string type, string body, bool isOne)
    {
        var head = $"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n";
        var whole = new TcpTalk().Handshake().Client(head + body).Client(Get("X: y"));
        var pieces = new TcpTalk().Handshake().Client(head);
        foreach (var octet in body)
            pieces.Client(octet.ToString());
        pieces.Client(Get("X: y"));
        string[] expected = isOne ? [@"Http Form Authenticate \@ "] : [];
        Assert.Equal(expected, whole.Credentials.Lines);
        Assert.Equal(expected, pieces.Credentials.Lines);
        Assert.Equal(2, pieces.Requests.Lines.Count);
    }

    [Theory]
    [InlineData("CONNECT Update.Example:443 HTTP/1.1", "HttpConnect update.example:443")]
    [InlineData("CONNECT [2001:db8::1]:8443 HTTP/1.1", "HttpConnect 2001:db8::1:8443")]
    [InlineData("GET http://alice:S3cr3t@www.Example.com/x?y=@z HTTP/1.1", "HttpAbsolute www.example.com:80")]
    [InlineData("GET https://a.example HTTP/1.0", "HttpAbsolute a.example:443")]
    [InlineData("GET http://10.0.0.9:8080?q HTTP/1.1", "HttpAbsolute 10.0.0.9:8080")]
    [InlineData("GET /http://x HTTP/1.1", null)]
    [InlineData("OPTIONS * HTTP/1.1", null)]
    [InlineData("GET http://a:99999/ HTTP/1.1", null)]
    [InlineData("GET file:///etc/passwd HTTP/1.1", null)]
    public void Sees_what_is_asked_of_a_proxy(string line, string? expected)
    {
        var talk = new TcpTalk { ServerPort = 31280 }.Handshake().Client(line + "\r\nHost: h\r\n\r\n");
        Assert.Equal(expected is null ? [] : [expected], talk.Proxies.Lines);
        if (expected is not null)
            Assert.Equal(talk.Requests.All[0].Fact.ExchangeId, talk.Proxies.All[0].ExchangeId);
    }

    [Fact]
    public void Recognises_http_inside_a_tunnel_with_ids_of_its_own()
    {
        var talk = new TcpTalk { ServerPort = 3128 }.Handshake().Client("CONNECT intranet:80 HTTP/1.1\r\n\r\n").Server("HTTP/1.1 200 OK\r\n\r\n")
            .Client(Get("Authorization: Basic " + NtlmSamples.Coded("alice:x"u8.ToArray()))).Server("HTTP/1.1 304 N\r\n\r\n").Client(Get("X: y"));
        Assert.Equal(["CONNECT intranet:80", "GET /", "GET /"], talk.Requests.Lines);
        Assert.Equal([@"Http Basic Authenticate \alice@ "], talk.Credentials.Lines);
        Assert.Equal(3, talk.Requests.All.Select(static request => request.Fact.ExchangeId).Distinct().Count());
    }

    [Fact]
    public void No_damage_throws_and_no_secret_comes_out()
    {
        var request = Encoding.Latin1.GetBytes(Get("Authorization: Negotiate " + NtlmSamples.Coded(NtlmSamples.SpnegoInit(NtlmSamples.Authenticate()))));
        for (var at = 0; at < request.Length; at += 1)
        {
            foreach (var value in (byte[])[0, (byte)'A', (byte)'=', (byte)'/', 0xFF])
            {
                var mutated = request.ToArray();
                mutated[at] = value;
                var talk = new TcpTalk().Handshake().Client(mutated).Finish();
                Assert.DoesNotContain(talk.Credentials.Lines, static line => line.Contains("S3cr3t", StringComparison.Ordinal));
            }
            new TcpTalk().Handshake().Client(request[..at]).Finish();
        }
    }

    [Fact]
    public void Allocates_nothing_once_warm()
    {
        var request = Encoding.Latin1.GetBytes(Get("Proxy-Authorization: Negotiate " + NtlmSamples.Coded(NtlmSamples.SpnegoInit(NtlmSamples.Authenticate()))
            + "\r\nAuthorization: Basic " + NtlmSamples.Coded("alice:x"u8.ToArray())));
        var form = "POST http://a/ HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nu=1&pwd=2"u8.ToArray();
        var talk = new TcpTalk().Handshake();
        talk.Requests.IsSilent = talk.Credentials.IsSilent = talk.Proxies.IsSilent = true;
        Assert.Equal(0, Allocations.Least(() => talk.Client(request).Client(form)));
    }

    private static string Get(string field) => $"GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n";
}
