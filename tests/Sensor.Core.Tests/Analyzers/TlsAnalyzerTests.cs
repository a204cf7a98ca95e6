using System.Text;
using CsCheck;
using Sensor.Core.Observations;
using Sensor.Core.Tests.Flows;
using Sensor.Core.Tests.Wire;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Analyzers;

public class TlsAnalyzerTests
{
    private static readonly byte[] Client = TlsSamples.ClientHello, Old = TlsSamples.ServerFlight12, New = TlsSamples.ServerHello13;

    [Fact]
    public void Tells_both_hellos_and_the_certificates_with_their_frames()
    {
        var seen = new Handshakes();
        var talk = seen.Talk().Handshake().Client(Client[..70]).Client(Client[70..]).Server(Old[..30]).Server(Old[30..]);
        var asked = Assert.Single(seen.Asked);
        Assert.Equal("sls.update.microsoft.com h2 http/1.1", asked.Text);
        Assert.Equal((4, 5, TlsCarrier.Tcp, TlsHandshake.Tls13), (asked.Fact.FirstFrameNumber, asked.At.FrameNumber, asked.Fact.Carrier, asked.Fact.Version));
        var answered = Assert.Single(seen.Answered);
        Assert.Equal("sls.update.microsoft.com 300141,30", answered.Text);
        Assert.Equal((4, 6, 8), (answered.Fact.AskedFrameNumber, answered.Fact.FirstFrameNumber, answered.Fact.LastFrameNumber));
        Assert.Equal(("10.0.0.2", 8), (answered.At.Source.ToString(), answered.At.FrameNumber));
        Assert.Equal(asked.Fact.ConnectionId, answered.Fact.ConnectionId);
        Assert.Equal((TlsHandshake.Tls12, (ushort)0xc02f), (answered.Fact.Version, answered.Fact.CipherSuite));
        Assert.False(answered.Fact.CertificatesHidden || answered.Fact.CertificatesCut || answered.Fact.IsResumed);
        Assert.Equal(0, talk.Shard.Counters.Malformed);
    }

    [Fact]
    public void TLS_1_3_hides_the_certificates()
    {
        var seen = new Handshakes();
        seen.Talk().Handshake().Client(Client).Server(New);
        var answered = Assert.Single(seen.Answered);
        Assert.True(answered.Fact.CertificatesHidden);
        Assert.Equal("sls.update.microsoft.com ", answered.Text);
    }

    [Fact]
    public void A_session_that_goes_on_is_told_apart_from_certificates_that_are_missing()
    {
        byte[] resumed = [.. HelloRecord(Old[5..54]), 20, 3, 3, 0, 1, 1];
        var seen = new Handshakes();
        seen.Talk().Handshake().Client(Client).Server(resumed);
        Assert.True(Assert.Single(seen.Answered).Fact.IsResumed);

        seen = new Handshakes();
        seen.Talk().Handshake().Client(Client).Server(Old[..60]).Lost(20).Server(Old).CloseByServer().Finish();
        Assert.True(Assert.Single(seen.Answered).Fact is { CertificatesCut: true, IsResumed: false });
    }

    [Fact]
    public void A_request_for_another_hello_is_no_answer()
    {
        var retry = New.ToArray();
        AnnotatedHex.Read("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C").CopyTo(retry, 11);
        var seen = new Handshakes();
        seen.Talk().Handshake().Client(Client).Server(retry[..61]).Client(Client).Server(New);
        Assert.Single(seen.Asked);
        Assert.Single(seen.Answered);
    }

    [Fact]
    public void Every_way_to_cut_a_handshake_into_records_and_segments_gives_the_same_facts() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 20], Gen.Int[1, 60].Array[1, 20], Gen.Int[1, 60].Array[1, 20]).Sample(static (records, client, server) =>
        {
            var seen = new Handshakes();
            var talk = seen.Talk().Handshake();
            Cut(InRecords(Client[5..], records), client, piece => talk.Client(piece));
            Cut(InRecords([.. Old[5..71], .. Old[76..]], records), server, piece => talk.Server(piece));
            Assert.Equal("sls.update.microsoft.com h2 http/1.1", Assert.Single(seen.Asked).Text);
            Assert.Equal("sls.update.microsoft.com 300141,30", Assert.Single(seen.Answered).Text);
            Assert.Equal(0, talk.Shard.Counters.Malformed);
        }, iter: 300);

    [Fact]
    public void The_form_of_SSL_2_is_recognised()
    {
        var seen = new Handshakes();
        seen.Talk().Handshake().Client(TlsSamples.Ssl2Hello).Server(Old);
        Assert.Equal((TlsCarrier.Ssl2, TlsHandshake.Tls10), (Assert.Single(seen.Asked).Fact.Carrier, seen.Asked[0].Fact.Version));
        Assert.Equal(" 300141,30", Assert.Single(seen.Answered).Text);
    }

    [Fact]
    public void A_hello_in_the_middle_of_another_protocol_is_seen()
    {
        var seen = new Handshakes();
        seen.Talk().Handshake().Server("220 mail ESMTP\r\n").Client("STARTTLS\r\n").Server("220 go ahead\r\n").Client(Client).Server(Old);
        Assert.Single(seen.Asked);
        Assert.Equal("sls.update.microsoft.com 300141,30", Assert.Single(seen.Answered).Text);
    }

    [Fact]
    public void Inside_a_tunnel_the_handshake_names_the_request_that_opened_it()
    {
        var seen = new Handshakes();
        var talk = seen.Talk().Handshake().Client("CONNECT sls.update.microsoft.com:443 HTTP/1.1\r\n\r\n")
            .Server("HTTP/1.1 200 Connection established\r\n\r\n").Client(Client).Server(Old);
        var exchange = Assert.Single(talk.Requests.All).Fact.ExchangeId;
        Assert.Equal(exchange, Assert.Single(seen.Asked).Fact.TunnelExchangeId);
        Assert.Equal(exchange, Assert.Single(seen.Answered).Fact.TunnelExchangeId);
    }

    [Fact]
    public void A_longer_chain_than_the_bound_is_cut_and_says_so()
    {
        byte[] certificate = [0, 0xA0, 0, .. new byte[0xA000]];
        byte[] message = [TlsHandshake.Certificate, 0, 0xA0, 6, 0, 0xA0, 3, .. certificate];
        var seen = new Handshakes();
        var talk = seen.Talk().Handshake().Client(Client);
        foreach (var piece in InRecords([.. Old[5..54], .. message], [10_000]).Chunk(1400))
            talk.Server(piece);
        var answered = Assert.Single(seen.Answered);
        Assert.True(answered.Fact.CertificatesCut);
        Assert.Equal(32 * 1024, answered.Fact.Certificates.Length);
    }

    [Fact]
    public void Nonsense_after_a_start_is_counted_and_given_up()
    {
        var seen = new Handshakes();
        var talk = seen.Talk().Handshake().Client(Client).Server("HTTP/1.1 400 Bad Request\r\n\r\n").Server("more");
        Assert.Empty(seen.Answered);
        Assert.Equal(1, talk.Shard.Counters.Malformed);
    }

    [Fact]
    public void Damage_is_never_an_exception()
    {
        var seen = new Handshakes();
        byte[] client = [.. Client], server = [.. Old];
        var talk = seen.Talk();
        for (var at = 0; at < client.Length + server.Length; at++)
        {
            ref var octet = ref at < client.Length ? ref client[at] : ref server[at - client.Length];
            var before = octet;
            foreach (var value in (byte[])[0, 1, 2, 11, 22, 0x7F, 0x80, 0xFF, (byte)(before ^ 1), (byte)(before + 16)])
            {
                octet = value;
                talk.ClientPort++;
                talk.Handshake().Client(client).Server(server).CloseByServer();
            }
            octet = before;
        }
        talk.Finish();
    }

    [Fact]
    public void Watching_allocates_nothing_and_data_pass_untouched()
    {
        var seen = new Handshakes { IsSilent = true };
        var talk = seen.Talk();
        byte[] data = [23, 3, 3, 5, 0, .. new byte[1280]];
        Play(100);
        Assert.Equal(0, Allocations.LeastOfRounds(() => Play(100)));

        void Play(int times)
        {
            for (var i = 0; i < times; i++)
            {
                talk.ClientPort = (ushort)(40_000 + (i % 50));
                talk.Handshake().Client(Client).Server(Old).Server(data).CloseByServer();
            }
        }
    }

    private static byte[] HelloRecord(byte[] message) => InRecords(message, [message.Length]);

    private static byte[] InRecords(byte[] messages, int[] sizes)
    {
        var records = new List<byte>();
        Cut(messages, sizes, piece => records.AddRange([22, 3, 3, (byte)(piece.Length >> 8), (byte)piece.Length, .. piece]));
        return [.. records];
    }

    private static void Cut(byte[] octets, int[] sizes, Action<byte[]> take)
    {
        for (int at = 0, i = 0; at < octets.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Length], octets.Length - at);
            take(octets[at..(at + size)]);
            at += size;
        }
    }

    private sealed class Handshakes : IObserve<TlsAsked>, IObserve<TlsAnswered>
    {
        public bool IsSilent { get; init; }

        public List<(TlsAsked Fact, Sighting At, string Text)> Asked { get; } = [];

        public List<(TlsAnswered Fact, Sighting At, string Text)> Answered { get; } = [];

        public TcpTalk Talk()
        {
            var talk = new TcpTalk();
            talk.Bus.Subscribe<TlsAsked>(this);
            talk.Bus.Subscribe<TlsAnswered>(this);
            return talk;
        }

        public void Observe(in Observed<TlsAsked> seen)
        {
            if (!IsSilent)
                Asked.Add((seen.Fact, seen.At, $"{Latin(seen.Text(seen.Fact.ServerName))} {Latin(seen.Text(seen.Fact.Protocols))}".TrimEnd()));
        }

        public void Observe(in Observed<TlsAnswered> seen)
        {
            if (IsSilent)
                return;
            var certificates = new List<string>();
            var list = new CertificateList(seen.Text(seen.Fact.Certificates));
            while (list.MoveNext())
                certificates.Add(Convert.ToHexString(list.Certificate));
            Answered.Add((seen.Fact, seen.At, $"{Latin(seen.Text(seen.Fact.ServerName))} {string.Join(',', certificates)}"));
        }

        private static string Latin(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
    }
}
