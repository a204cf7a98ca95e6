using System.Security.Cryptography;
using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

public class TlsViewTests
{
    private const int Headers = TlsRecord.HeaderSize + TlsHandshake.HeaderSize;

    [Fact]
    public void Reads_what_a_client_says()
    {
        Assert.True(ClientHello.TryRead(TlsSamples.ClientHello.AsSpan(Headers), out var hello));
        Assert.Equal("sls.update.microsoft.com", Encoding.ASCII.GetString(hello.ServerName));
        Assert.Equal((TlsHandshake.Tls13, TlsHandshake.Tls12), (hello.Version, hello.LegacyVersion));
        Assert.Equal(10, hello.CipherSuites.Length);
        Assert.False(hello.IsEncrypted);
    }

    /// <summary>The hashed texts are written out here as the definitions say, and hashed by the platform.</summary>
    [Fact]
    public void Fingerprints_leave_grease_out_and_follow_their_definitions()
    {
        Assert.True(ClientHello.TryRead(TlsSamples.ClientHello.AsSpan(Headers), out var hello));
        Span<byte> ja4 = stackalloc byte[TlsFingerprint.Ja4Size];
        TlsFingerprint.WriteJa4(in hello, (byte)'t', ja4);
        Assert.Equal("t13d0408h2_" + Sha("1301,1302,c02b,c02f") + "_" + Sha("000a,000b,000d,0017,002b,ff01_0403,0804,0401"), Encoding.ASCII.GetString(ja4));
        Span<byte> ja3 = stackalloc byte[TlsFingerprint.Ja3Size];
        TlsFingerprint.WriteJa3(in hello, ja3);
#pragma warning disable CA5351 // JA3 is defined by MD5
        var expected = Convert.ToHexStringLower(MD5.HashData("771,4865-4866-49195-49199,0-10-11-16-13-43-23-65281,29-23,0"u8));
#pragma warning restore CA5351
        Assert.Equal(expected, Encoding.ASCII.GetString(ja3));

        static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..12];
    }

    [Theory]
    [InlineData("02 6832", "h2")]
    [InlineData("01 61", "aa")]
    [InlineData("01 ab", "ab")]
    [InlineData("02 abcd", "ad")]
    [InlineData("02 30ab", "3b")]
    [InlineData("", "00")]
    public void The_protocol_in_a_fingerprint_is_its_first_and_last_character_or_digit(string protocols, string expected)
    {
        var names = AnnotatedHex.Read(protocols);
        byte[] extension = names.Length == 0 ? [] : [0, 16, 0, (byte)(names.Length + 2), 0, (byte)names.Length, .. names];
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, 0, (byte)extension.Length, .. extension];
        Assert.True(ClientHello.TryRead(body, out var hello));
        Span<byte> ja4 = stackalloc byte[TlsFingerprint.Ja4Size];
        TlsFingerprint.WriteJa4(in hello, (byte)'q', ja4);
        Assert.Equal(expected, Encoding.ASCII.GetString(ja4[8..10]));
        Assert.Equal("000000000000", Encoding.ASCII.GetString(ja4[24..]));
    }

    [Fact]
    public void Reads_what_servers_say()
    {
        Assert.True(ServerHello.TryRead(TlsSamples.ServerFlight12.AsSpan(Headers, 45), out var old));
        Assert.Equal((TlsHandshake.Tls12, (ushort)0xc02f, false), (old.Version, old.CipherSuite, old.IsRetryRequest));
        Assert.True(ServerHello.TryRead(TlsSamples.ServerHello13.AsSpan(Headers, 52), out var hello));
        Assert.Equal((TlsHandshake.Tls13, (ushort)0x1301), (hello.Version, hello.CipherSuite));
    }

    [Fact]
    public void Reads_the_form_of_SSL_2()
    {
        Assert.True(Ssl2Hello.TryRead(TlsSamples.Ssl2Hello, out var hello));
        Assert.Equal(TlsHandshake.Tls10, hello.Version);
        Assert.Equal(6, hello.Ciphers.Length);
        for (var length = 0; length < TlsSamples.Ssl2Hello.Length; length++)
        {
            Assert.False(Ssl2Hello.TryRead(TlsSamples.Ssl2Hello.AsSpan(0, length), out _));
            Assert.Equal(length > 0, Ssl2Hello.MayStart(TlsSamples.Ssl2Hello.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Every_prefix_of_a_start_may_be_one()
    {
        for (var length = 1; length <= TlsSamples.ClientHello.Length; length++)
            Assert.True(TlsRecord.MayStartHandshake(TlsSamples.ClientHello.AsSpan(0, length)), $"{length} octets");
        Assert.True(TlsRecord.StartsClientHello(TlsSamples.ClientHello));
        Assert.False(TlsRecord.StartsClientHello(TlsSamples.ServerHello13));
        Assert.False(TlsRecord.StartsClientHello(TlsSamples.ClientHello.AsSpan(0, 10)));
        Assert.False(TlsRecord.MayStartHandshake([23, 3, 3, 0, 32, 1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("55 octets are the most that fit into one padded block..")]
    [InlineData("56 octets need another block for the length of the text.")]
    [InlineData("a text that is longer than one block of sixty-four octets, so that the state goes on to a second block and beyond it, twice over")]
    public void Digests_agree_with_the_platform(string text)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        var (sha, md5) = (new Sha256(), new Md5());
        foreach (var piece in octets.Chunk(7))
        {
            sha.Append(piece);
            md5.Append(piece);
        }
        Span<byte> digest = stackalloc byte[Sha256.Size];
        sha.Finish(digest);
        Assert.Equal(SHA256.HashData(octets), digest.ToArray());
        md5.Finish(digest);
#pragma warning disable CA5351 // compared, not relied on
        Assert.Equal(MD5.HashData(octets), digest[..Md5.Size].ToArray());
#pragma warning restore CA5351
    }

    [Fact]
    public void Damage_is_a_value_never_an_exception()
    {
        foreach (var sample in (byte[][])[TlsSamples.ClientHello, TlsSamples.ServerFlight12, TlsSamples.ServerHello13, TlsSamples.Ssl2Hello])
        {
            for (var length = 0; length <= sample.Length; length++)
                ReadAll(sample.AsSpan(0, length));
            var mutated = sample.ToArray();
            for (var at = 0; at < sample.Length; at++)
            {
                for (var value = 0; value < 256; value++)
                {
                    mutated[at] = (byte)value;
                    ReadAll(mutated);
                }
                mutated[at] = sample[at];
            }
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> octets)
    {
        TlsRecord.MayStartHandshake(octets);
        TlsRecord.StartsClientHello(octets);
        Ssl2Hello.TryRead(octets, out _);
        var body = octets[Math.Min(Headers, octets.Length)..];
        if (ClientHello.TryRead(body, out var client))
        {
            Span<byte> text = stackalloc byte[64];
            TlsFingerprint.WriteJa4(in client, (byte)'t', text);
            TlsFingerprint.WriteJa3(in client, text);
            _ = client.ServerName.Length + client.Version;
        }
        if (ServerHello.TryRead(body, out var server))
            _ = server.Protocol.Length + server.Version;
        var list = new CertificateList(CertificateList.Of(body));
        while (list.MoveNext())
        {
        }
    }
}
