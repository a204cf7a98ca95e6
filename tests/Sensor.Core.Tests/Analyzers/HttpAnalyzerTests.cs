using System.IO.Compression;
using System.Text;
using CsCheck;
using Sensor.Core.Tests.Flows;

namespace Sensor.Core.Tests.Analyzers;

public class HttpAnalyzerTests
{
    private const string Pac = "function FindProxyForURL(url, host) { return \"PROXY 10.0.0.9:3128\"; }\n";
    private const string AskPac = "GET /wpad.dat HTTP/1.1\r\nHost: wpad\r\nUser-Agent: WinHttp-Autoproxy-Service/5.1\r\n\r\n";
    private const string Ask = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n\r\n";

    [Fact]
    public void Tells_a_pac_file_with_its_request_and_frames()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server(Head("Server: x\r\nContent-Type: application/x-ns-proxy-autoconfig", Pac.Length)).Server(Pac);
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal("200 /wpad.dat", answer.ToString());
        Assert.Equal(Pac, answer.Body);
        Assert.True(answer.Fact.Complete);
        Assert.Equal((4, 5, 7), (answer.Fact.RequestFrameNumber, answer.Fact.FirstFrameNumber, answer.Fact.LastFrameNumber));
        Assert.Equal(7, answer.At.FrameNumber);
        Assert.Equal("10.0.0.2", answer.At.Source.ToString());
        Assert.Equal("server content-type content-length", answer.Order);
        var request = Assert.Single(talk.Requests.All);
        Assert.Equal(answer.Fact.ExchangeId, request.Fact.ExchangeId);
        Assert.NotEqual(0UL, request.Fact.ExchangeId);
        Assert.Equal("wpad", request.Host);
    }

    [Theory]
    [InlineData("/x.html", "text/html", Pac, true)]
    [InlineData("/picture.png", "image/png", Pac, true)]
    [InlineData("/a/PROXY.PAC?x=1", "text/html", "<html>no</html>", true)]
    [InlineData("/wpad.da", "text/plain", "nothing", true)]
    [InlineData("/x", "application/x-ns-proxy-autoconfig; charset=x", "nothing", true)]
    [InlineData("/jquery.pack.js", "application/javascript", "function pack() {}", false)]
    [InlineData("/", "text/html", "<html><script>FindProxyForURL</script></html>", false)]
    [InlineData("/", "text/html", "<!-- x --> function FindProxyForURL() {}", true)]
    public void Keeps_the_body_of_what_may_be_a_pac_file_and_of_nothing_else(string path, string type, string body, bool isKept)
    {
        var talk = new TcpTalk().Handshake().Client($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").Server(Head("Content-Type: " + type, body.Length) + body);
        Assert.Equal(isKept ? body : "", Assert.Single(talk.Answers.All).Body);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, br")]
    [InlineData("br, gzip")]
    [InlineData("deflate, gzip")]
    public void Undoes_content_codings(string coding)
    {
        var packed = coding.Split(", ").Aggregate(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("// padding\n", 300)) + Pac), Pack);
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head($"Content-Encoding: {coding}\r\nContent-Type: text/plain", packed.Length));
        foreach (var piece in packed.Chunk(30))
            talk.Server(piece);
        Assert.EndsWith(Pac, Assert.Single(talk.Answers.All).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_is_cut_at_one_mebibyte()
    {
        var packed = Pack(new byte[50 << 20], "gzip");
        var talk = new TcpTalk().Handshake().Client(AskPac).Server(Head("Content-Encoding: gzip", packed.Length)).Server(packed);
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal(1 << 20, answer.Body.Length);
        Assert.True(answer.Fact.BodyCut);
    }

    [Fact]
    public void Undoes_chunks_with_extensions_and_trailers()
    {
        var body = $"5;a=\"b\"\r\n{Pac[..5]}\r\n{Pac.Length - 5:X}\r\n{Pac[5..]}\r\n0\r\nX-Trailer: 1\r\n\r\n";
        var talk = new TcpTalk().Handshake().Client(AskPac).Server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
            .Client(Ask).Server("HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(["200 /wpad.dat", "404 /index.html"], talk.Answers.Lines);
        Assert.Equal(Pac, talk.Answers.All[0].Body);
        Assert.Equal(Pac.Length, talk.Answers.All[0].Fact.BodyLength);
    }

    [Fact]
    public void Every_way_to_segment_a_conversation_gives_the_same_facts() => Gen.Select(Gen.Int[1, 60].Array[1, 30], Gen.Int[1, 60].Array[1, 30])
        .Sample(static (client, server) =>
        {
            var talk = new TcpTalk().Handshake();
            Cut(AskPac + Ask + "HEAD /h HTTP/1.0\r\n\r\n", client, piece => talk.Client(piece));
            Cut("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\n\n" +
                $"{Pac.Length:x}\r\n{Pac}\r\n0\r\n\r\n" + "\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n" +
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", server, piece => talk.Server(piece));
            Assert.Equal(["GET /wpad.dat", "GET /index.html", "HEAD /h"], talk.Requests.Lines);
            Assert.Equal(["200 /wpad.dat", "304 /index.html", "200 /h"], talk.Answers.Lines);
            Assert.Equal(Pac, talk.Answers.All[0].Body);
            Assert.All(talk.Answers.All, static answer => Assert.True(answer.Fact.Complete));
        }, iter: 300);

    [Fact]
    public void A_body_that_ends_with_the_connection_is_told_then()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server("HTTP/1.0 200 OK\r\n\r\n" + Pac[..20]).Server(Pac[20..]);
        Assert.Empty(talk.Answers.All);
        talk.CloseByServer();
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal(Pac, answer.Body);
        Assert.True(answer.Fact.Complete);
        Assert.Equal(7, answer.At.FrameNumber);
    }

    [Fact]
    public void A_body_whose_end_the_capture_does_not_show_is_told_at_the_capture_end()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server("HTTP/1.0 200 OK\r\n\r\n" + Pac).Finish();
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal(Pac, answer.Body);
        Assert.False(answer.Fact.Complete);
    }

    [Fact]
    public void A_forged_fin_or_reset_ends_nothing()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server("HTTP/1.0 200 OK\r\n\r\n" + Pac[..20]);
        talk.Segment(fromClient: false, talk.ServerNext, talk.ClientNext, TcpTalk.Rst, []);
        talk.Segment(fromClient: false, talk.ServerNext + 4, talk.ClientNext, TcpTalk.Fin | TcpTalk.Ack, []);
        talk.Server(Pac[20..]).CloseByServer();
        Assert.Equal(Pac, Assert.Single(talk.Answers.All).Body);
    }

    [Fact]
    public void Loss_in_a_skipped_body_keeps_the_next_response()
    {
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head("Content-Type: image/png", 5000) + "\u0089PNG" + new string('\u0001', 996))
            .Lost(2000).Server(new string('\u0001', 2000)).Client(AskPac).Server(Head("", Pac.Length) + Pac).Finish();
        Assert.Equal(["200 /index.html", "200 /wpad.dat"], talk.Answers.Lines);
        Assert.Equal(Pac, talk.Answers.All[1].Body);
        Assert.Equal(1, talk.Shard.Counters.StreamGaps);
    }

    [Fact]
    public void Loss_of_a_whole_response_does_not_shift_the_pairing()
    {
        var first = Head("", 3) + "abc";
        var talk = new TcpTalk().Handshake().Client(Ask).Lost(first.Length).Client(AskPac).Server(Head("", Pac.Length) + Pac).Finish();
        Assert.Equal(["200 /wpad.dat"], talk.Answers.Lines);
        Assert.Equal(Pac, Assert.Single(talk.Answers.All).Body);
    }

    [Fact]
    public void Loss_in_a_kept_body_cuts_it()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server(Head("", Pac.Length) + Pac[..20]).Lost(10).Server(Pac[30..]).Finish();
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal(Pac[..20], answer.Body);
        Assert.True(answer.Fact.BodyCut);
        Assert.False(answer.Fact.Complete);
    }

    [Fact]
    public void Picks_up_in_the_middle_and_on_any_port()
    {
        var talk = new TcpTalk { ServerPort = 4711 }.Client("half of something old\r\n\r\n").Client(AskPac).Server(Head("", Pac.Length) + Pac);
        Assert.Equal(Pac, Assert.Single(talk.Answers.All).Body);
        Assert.Equal(["GET /wpad.dat"], talk.Requests.Lines);
    }

    [Fact]
    public void One_direction_alone_is_told()
    {
        var talk = new TcpTalk();
        talk.Segment(fromClient: false, TcpTalk.ServerIsn, 0, TcpTalk.Syn | TcpTalk.Ack, []);
        var octets = Encoding.Latin1.GetBytes(Head("Content-Type: text/plain", Pac.Length) + Pac);
        talk.Segment(fromClient: false, TcpTalk.ServerIsn + 1, 5, TcpTalk.Ack, octets);
        var answer = Assert.Single(talk.Answers.All);
        Assert.Equal((Pac, 0UL), (answer.Body, answer.Fact.ExchangeId));
    }

    [Fact]
    public void A_head_of_a_response_to_an_unseen_head_request_does_not_swallow_the_next()
    {
        var talk = new TcpTalk();
        talk.Server(Head("", 500)).Server(Head("", Pac.Length) + Pac).Finish();
        Assert.Equal(2, talk.Answers.All.Count);
        Assert.Equal(Pac, talk.Answers.All[1].Body);
    }

    [Fact]
    public void Nothing_is_read_after_a_change_of_protocol()
    {
        var talk = new TcpTalk().Handshake().Client("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n").Server("HTTP/1.1 101 Switching Protocols\r\n\r\n").Client(AskPac).Server(Head("", Pac.Length) + Pac).Finish();
        Assert.Single(talk.Requests.All);
        Assert.Single(talk.Answers.All);
    }

    [Fact]
    public void Ports_used_again_are_a_new_connection()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac).Server(Head("", Pac.Length) + Pac).CloseByServer();
        talk.Segment(fromClient: true, 77_000, 0, TcpTalk.Syn, []);
        talk.Segment(fromClient: false, 99_000, 77_001, TcpTalk.Syn | TcpTalk.Ack, []);
        talk.Segment(fromClient: true, 77_001, 99_001, TcpTalk.Ack, Encoding.Latin1.GetBytes(Ask));
        Assert.Equal(["GET /wpad.dat", "GET /index.html"], talk.Requests.Lines);
    }

    [Fact]
    public void A_forged_syn_amid_data_changes_nothing_until_data_follow_it()
    {
        var talk = new TcpTalk().Handshake().Client(AskPac);
        talk.Segment(fromClient: true, 5_000_000, 0, TcpTalk.Syn, []);
        talk.Server(Head("", Pac.Length) + Pac);
        Assert.Equal(Pac, Assert.Single(talk.Answers.All).Body);
        talk.Segment(fromClient: true, 5_000_001, talk.ServerNext, TcpTalk.Ack, Encoding.Latin1.GetBytes(Ask));
        Assert.Equal(["GET /wpad.dat", "GET /index.html"], talk.Requests.Lines);
    }

    [Fact]
    public void Copies_of_every_segment_tell_nothing_twice()
    {
        var talk = new TcpTalk().Handshake();
        for (var copy = 0; copy < 2; copy++)
            talk.Segment(fromClient: true, talk.ClientNext, talk.ServerNext, TcpTalk.Ack, Encoding.Latin1.GetBytes(AskPac));
        for (var copy = 0; copy < 2; copy++)
            talk.Segment(fromClient: false, talk.ServerNext, 0, TcpTalk.Ack, Encoding.Latin1.GetBytes(Head("", Pac.Length) + Pac));
        talk.LostFromClient(AskPac.Length).Lost(Head("", Pac.Length).Length + Pac.Length).CloseByServer();
        for (var copy = 0; copy < 2; copy++)
            talk.Segment(fromClient: true, TcpTalk.ClientIsn + 1, talk.ServerNext, TcpTalk.Ack, Encoding.Latin1.GetBytes(AskPac));
        talk.Finish();
        Assert.Single(talk.Requests.All);
        Assert.Single(talk.Answers.All);
    }

    [Fact]
    public void Early_segments_from_the_first_on_are_put_in_order()
    {
        var talk = new TcpTalk().Handshake();
        var octets = Encoding.Latin1.GetBytes(AskPac);
        talk.Segment(fromClient: true, talk.ClientNext + 10, talk.ServerNext, TcpTalk.Ack, octets.AsSpan(10));
        talk.Segment(fromClient: true, talk.ClientNext, talk.ServerNext, TcpTalk.Ack, octets.AsSpan(0, 10));
        Assert.Equal(["GET /wpad.dat"], talk.Requests.Lines);
    }

    [Fact]
    public void Data_with_the_syn_are_read()
    {
        var talk = new TcpTalk();
        talk.Segment(fromClient: true, TcpTalk.ClientIsn, 0, TcpTalk.Syn, Encoding.Latin1.GetBytes(AskPac));
        Assert.Equal(["GET /wpad.dat"], talk.Requests.Lines);
    }

    [Fact]
    public void A_pac_far_into_a_text_is_found_but_marked_cut()
    {
        var body = string.Concat(Enumerable.Repeat("// padding\n", 3000)) + Pac;
        var talk = new TcpTalk().Handshake().Client(Ask).Server(Head("", body.Length));
        foreach (var piece in body.Chunk(1000))
            talk.Server(new string(piece));
        var answer = Assert.Single(talk.Answers.All);
        Assert.Contains(Pac[^60..], answer.Body, StringComparison.Ordinal);
        Assert.True(answer.Fact.BodyCut);
    }

    [Fact]
    public void Challenges_and_credentials_show_their_scheme_only()
    {
        var talk = new TcpTalk().Handshake()
            .Client("GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\n\r\n")
            .Server("HTTP/1.1 401 x\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM TlRM, Basic realm=\"a, b\"\r\nContent-Length: 0\r\n\r\n")
            .Client("GET / HTTP/1.1\r\nAuthorization: c2VjcmV0\r\n\r\n");
        Assert.Equal("Negotiate NTLM Basic", Assert.Single(talk.Answers.All).Schemes);
        Assert.Equal(["Basic", ""], talk.Requests.All.Select(static request => request.Authorization));
    }

    [Fact]
    public void A_connection_that_is_pushed_out_or_idle_tells_what_it_held()
    {
        var talk = new TcpTalk(new Core.Flows.FlowLimits(Flows: 64, Connections: 1)).Handshake().Client(AskPac).Server(Head("", 500) + Pac);
        talk.ClientPort++;
        talk.Client(Ask);
        Assert.Equal(Pac, Assert.Single(talk.Answers.All).Body);
        Assert.Equal(1, talk.Shard.Counters.StreamsDropped);
        talk.Server(Head("", 500) + Pac);
        talk.Time += 130_000_000_000;
        talk.ClientPort++;
        talk.Client("x");
        Assert.Equal(2, talk.Answers.All.Count);
    }

    [Fact]
    public void Every_prefix_and_every_mutation_is_survived()
    {
        var ask = Encoding.Latin1.GetBytes("GET /wpad.dat HTTP/1.1\r\nHost: w\r\nContent-Length: 2, 2\r\n\r\nab");
        var answer = Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nWWW-Authenticate: A b\r\n\r\n4\r\nabcd\r\n0\r\n\r\n");
        var talk = new TcpTalk();
        talk.Requests.IsSilent = talk.Answers.IsSilent = true;
        for (var length = 0; length <= answer.Length; length++)
            Once(talk, ask[..Math.Min(length, ask.Length)], answer[..length]);
        for (var at = 0; at < ask.Length; at++)
            Mutate(ask, at, octets => Once(talk, octets, answer));
        for (var at = 0; at < answer.Length; at++)
            Mutate(answer, at, octets => Once(talk, ask, octets));
        talk.Finish();
    }

    [Fact]
    public void A_conversation_allocates_nothing_after_warm_up()
    {
        var ask = Encoding.Latin1.GetBytes(AskPac);
        var answer = Encoding.Latin1.GetBytes(Head("", Pac.Length) + Pac);
        var talk = new TcpTalk();
        talk.Requests.IsSilent = talk.Answers.IsSilent = true;
        Assert.Equal(0, Allocations.Least(() => Once(talk, ask, answer)));
    }

    /// <summary>A connection of its own, with the answer's second half before its first.</summary>
    private static void Once(TcpTalk talk, byte[] ask, byte[] answer)
    {
        talk.ClientPort++;
        var half = answer.Length / 2;
        talk.Segment(fromClient: true, 1, 0, TcpTalk.Syn, []);
        talk.Segment(fromClient: false, 1, 2, TcpTalk.Syn | TcpTalk.Ack, []);
        talk.Segment(fromClient: true, 2, 2, TcpTalk.Ack, ask);
        talk.Segment(fromClient: false, 2 + (uint)half, 2, TcpTalk.Ack, answer.AsSpan(half));
        talk.Segment(fromClient: false, 2, 2, TcpTalk.Ack, answer.AsSpan(0, half));
        talk.Segment(fromClient: false, 2 + (uint)answer.Length, 2, TcpTalk.Ack | TcpTalk.Fin, []);
        talk.Segment(fromClient: true, 2 + (uint)ask.Length, 3 + (uint)answer.Length, TcpTalk.Ack | TcpTalk.Fin, []);
        talk.Segment(fromClient: false, 3 + (uint)answer.Length, 3 + (uint)ask.Length, TcpTalk.Ack, []);
    }

    private static void Mutate(byte[] octets, int at, Action<byte[]> use)
    {
        var mutated = octets.ToArray();
        for (var value = 0; value < 256; value++)
        {
            mutated[at] = (byte)value;
            use(mutated);
        }
    }

    private static void Cut(string text, int[] sizes, Action<string> use)
    {
        for (int at = 0, i = 0; at < text.Length; i++)
        {
            var part = Math.Min(sizes[i % sizes.Length], text.Length - at);
            use(text.Substring(at, part));
            at += part;
        }
    }

    private static string Head(string fields, int length) =>
        $"HTTP/1.1 200 OK\r\n{(fields.Length > 0 ? fields + "\r\n" : "")}Content-Length: {length}\r\n\r\n";

    private static byte[] Pack(byte[] octets, string coding)
    {
        using var packed = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        })
            stream.Write(octets);
        return packed.ToArray();
    }
}
