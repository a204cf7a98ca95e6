using Sensor.Core.Tests.Flows;

namespace Sensor.Core.Tests.Analyzers;

public class SocksAnalyzerTests
{
    private static readonly byte[] Granted5 = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(new byte[] { 4, 1, 0, 80, 192, 0, 2, 1, (byte)'b', (byte)'o', 0 }, "Socks4 192.0.2.1:80 bo")]
    [InlineData(new byte[] { 4, 1, 1, 187, 0, 0, 0, 1, 0, (byte)'A', (byte)'.', (byte)'b', 0 }, "Socks4 a.b:443")]
    public void Reads_version_4_and_4a(byte[] request, string expected)
    {
        var talk = new TcpTalk { ServerPort = 9999 }.Handshake().Client(request).Server([0, 90, 0, 0, 0, 0, 0, 0]).Client("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal([expected], talk.Proxies.Lines);
        Assert.Equal(["GET /"], talk.Requests.Lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Reads_version_5_with_a_user_and_what_is_inside(int piece)
    {
        var talk = new TcpTalk { ServerPort = 1080 }.Handshake();
        Send([5, 2, 0, 2], [5, 2], [1, 5, .. "alice"u8, 6, .. "S3cr3t"u8], [1, 0], [5, 1, 0, 3, 5, .. "A.Exa"u8, 0, 80], Granted5);
        Assert.Equal(["Socks5 a.exa:80 alice"], talk.Proxies.Lines);
        Assert.Equal([@"Socks Password Authenticate \alice@ "], talk.Credentials.Lines);
        talk.Client("GET /inside HTTP/1.1\r\nHost: x\r\n\r\n").Server("HTTP/1.1 204 No\r\n\r\n");
        Assert.Equal(["GET /inside"], talk.Requests.Lines);
        Assert.Equal(["204 /inside"], talk.Answers.Lines);
        Assert.NotEqual(talk.Proxies.All[0].ExchangeId, talk.Requests.All[0].Fact.ExchangeId);

        void Send(params byte[][] messages)
        {
            for (var i = 0; i < messages.Length; i++)
            {
                foreach (var part in messages[i].Chunk(piece))
                    _ = i % 2 == 0 ? talk.Client(part) : talk.Server(part);
            }
        }
    }

    [Fact]
    public void Reads_ipv6_and_a_pipelined_request_and_the_servers_first_words_behind_its_answer()
    {
        byte[] request = [5, 1, 0, 4, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80];
        var talk = new TcpTalk().Handshake().Client([5, 1, 0, .. request]).Server([5, 0]).Server([.. Granted5, .. "HTTP/1.1 200 early\r\nContent-Length: 0\r\n\r\n"u8]);
        Assert.Equal(["Socks5 2001:db8::1:80"], talk.Proxies.Lines);
        Assert.Equal(["200 "], talk.Answers.Lines);
    }

    [Theory]
    [InlineData(new byte[] { 5, 0, 0x0B, 3 })]
    [InlineData(new byte[] { 5, 1, 0xFF })]
    [InlineData(new byte[] { 4, 3, 0, 80, 192, 0, 2, 1, 0 })]
    [InlineData(new byte[] { 4, 1, 0, 80, 192, 0, 2, 1, 0, 9 })]
    public void Takes_nothing_else_for_socks(byte[] octets)
    {
        var talk = new TcpTalk { ServerPort = 1080 }.Handshake().Client(octets).Server([5, 0]).Client([5, 1, 0, 1, 1, 2, 3, 4, 0, 80]);
        Assert.Empty(talk.Proxies.Lines);
    }

    [Fact]
    public void A_refusal_is_no_tunnel()
    {
        var talk = new TcpTalk { ServerPort = 1080 }.Handshake().Client([5, 1, 0]).Server([5, 0]).Client([5, 1, 0, 1, 1, 2, 3, 4, 0, 80])
            .Server([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(["Socks5 1.2.3.4:80"], talk.Proxies.Lines);
    }

    [Fact]
    public void No_damage_throws()
    {
        byte[] client = [5, 2, 0, 2, 1, 2, 65, 66, 1, 67, 5, 1, 0, 3, 3, 97, 98, 99, 0, 80], server = [5, 2, 1, 0, .. Granted5];
        byte[] old = [4, 1, 1, 187, 0, 0, 0, 1, 65, 0, 66, 0];
        for (var at = 0; at < client.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var (one, other, third) = (client.ToArray(), server.ToArray(), old.ToArray());
                one[at] = other[at % other.Length] = third[at % third.Length] = (byte)value;
                new TcpTalk().Handshake().Client(one).Server(server).Client("x").Finish();
                new TcpTalk().Handshake().Client(client).Server(other).Client("x").Finish();
                new TcpTalk().Handshake().Client(third).Server([0, (byte)value, 0, 0, 0, 0, 0, 0]).Client("x").Finish();
            }
            new TcpTalk().Handshake().Client(client[..at]).Server(server[..(at % server.Length)]).Finish();
        }
    }
}
