using System.Text;
using Sensor.Core.Tests.Flows;
using static Sensor.Core.Tests.Wire.NtlmSamples;

namespace Sensor.Core.Tests.Analyzers;

/// <summary>Who authenticates over SMB and LDAP.</summary>
public class DirectoryLogonTests
{
    private const string Proof = @"CORP\alice@PC7 HTTP/wpad";

    [Theory]
    [InlineData(445, 1)]
    [InlineData(445, 10_000)]
    [InlineData(1445, 10_000)]
    public void Reads_session_setups_of_smb_2(ushort port, int piece)
    {
        var talk = new TcpTalk { ServerPort = port }.Handshake();
        // On a port of somebody else's a single octet does not make a stream known.
        talk.Client(Smb2(0, false, new byte[36]));
        foreach (var part in Smb2(1, false, SpnegoInit(Negotiate())).Chunk(piece))
            talk.Client(part);
        foreach (var part in Smb2(1, true, SpnegoResponse(Challenge())).Chunk(piece))
            talk.Server(part);
        foreach (var part in Smb2(1, false, SpnegoResponse(Authenticate())).Chunk(piece))
            talk.Client(part);
        Assert.Equal([@"Smb2 Ntlm Negotiate CORP\@PC7 ", @"Smb2 Ntlm Challenge \@ CORP", @"Smb2 Ntlm Authenticate " + Proof], talk.Credentials.Lines);
    }

    [Fact]
    public void Joins_smb_in_the_middle_and_gives_it_up_when_only_files_are_read()
    {
        var talk = new TcpTalk { ServerPort = 445 };
        talk.Client(Smb2(1, false, Authenticate()));
        for (var i = 0; i < 40; i++)
            talk.Client(Smb2(8, false, new byte[300])).Server(Smb2(8, true, new byte[3000]));
        talk.Client(Smb2(1, false, Authenticate("bob")));
        Assert.Equal(["Smb2 Ntlm Authenticate " + Proof, @"Smb2 Ntlm Authenticate CORP\bob@PC7 HTTP/wpad"], talk.Credentials.Lines);
    }

    [Fact]
    public void Reads_session_setups_of_smb_1_with_and_without_a_blob()
    {
        var blob = SpnegoResponse(Authenticate());
        byte[] extended =
        [
            .. Smb1(0x73, 0x18, 0xC8), 12, 0xFF, 0, 0, 0, 0xFF, 0xFF, 2, 0, 1, 0, 0, 0, 0, 0, (byte)blob.Length, (byte)(blob.Length >> 8), 0, 0, 0, 0, 0, 0, 0, 0,
            (byte)blob.Length, (byte)(blob.Length >> 8), .. blob,
        ];
        byte[] names = [.. Encoding.Unicode.GetBytes("bob\0"), .. Encoding.Unicode.GetBytes("LAB\0"), .. Encoding.Unicode.GetBytes("Windows\0")];
        byte[] old =
        [
            .. Smb1(0x73, 0x18, 0xC0), 13, 0xFF, 0, 0, 0, 0xFF, 0xFF, 2, 0, 1, 0, 0, 0, 0, 0, 16, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(32 + names.Length), 0,
            .. Secret, .. Secret[..15], .. names,
        ];
        var talk = new TcpTalk { ServerPort = 139 }.Handshake().Client([0x81, 0, 0, 4, 1, 2, 3, 4]).Server([0x82, 0, 0, 0]).Client(Framed(extended)).Client(Framed(old));
        Assert.Equal(["Smb1 Ntlm Authenticate " + Proof, @"Smb1 Ntlm Authenticate LAB\bob@ "], talk.Credentials.Lines);
    }

    [Theory]
    [InlineData(389, 1)]
    [InlineData(389, 10_000)]
    [InlineData(10389, 10_000)]
    public void Reads_binds_of_ldap(ushort port, int piece)
    {
        var talk = new TcpTalk { ServerPort = port }.Handshake();
        // Elsewhere than on its own ports the first octet does not make it LDAP: the first message comes whole.
        talk.Client(Bind(1, "CN=bob,DC=corp", Der(0x80, Secret)));
        byte[][] further =
        [
            Bind(2, "", Der(0xA3, [.. Der(4, "GSS-SPNEGO"u8.ToArray()), .. Der(4, SpnegoInit(Authenticate()))])),
            Bind(3, "", Der(0xA3, [.. Der(4, "PLAIN"u8.ToArray()), .. Der(4, [.. "\0carol\0"u8, .. Secret])])),
            Bind(4, "", Der(0x8A, Negotiate())), Bind(5, "", Der(0x8B, Authenticate())),
            Bind(6, "", Der(0xA3, [.. Der(4, "DIGEST-MD5"u8.ToArray()), .. Der(4, "username=\"dave\",realm=\"corp\",response=S3cr3tOctets!!!!"u8.ToArray())])),
            Bind(7, "", Der(0x80, [])), Bind(8, "CN=x", Der(0x80, [])),
        ];
        foreach (var message in further)
        {
            foreach (var part in message.Chunk(piece))
                talk.Client(part);
        }
        talk.Server(Der(0x30, [2, 1, 4, .. Der(0x61, [.. Der(0x0A, [0]), .. Der(4, Challenge()), .. Der(4, [])])]));
        talk.Server(Der(0x30, [2, 1, 2, .. Der(0x61, [.. Der(0x0A, [14]), .. Der(4, []), .. Der(4, []), .. Der(0x87, SpnegoResponse(Challenge()))])]));
        Assert.Equal(
            [
                @"Ldap Password Authenticate \CN=bob,DC=corp@ ", "Ldap Ntlm Authenticate " + Proof, @"Ldap Password Authenticate \carol@ ",
                @"Ldap Ntlm Negotiate CORP\@PC7 ", "Ldap Ntlm Authenticate " + Proof, @"Ldap Digest Authenticate corp\dave@ ",
                @"Ldap Ntlm Challenge \@ CORP", @"Ldap Ntlm Challenge \@ CORP",
            ],
            talk.Credentials.Lines);
    }

    [Fact]
    public void A_search_before_the_bind_is_passed_over()
    {
        var talk = new TcpTalk { ServerPort = 389 }.Handshake().Client(Der(0x30, [2, 1, 1, .. Der(0x63, new byte[300])]))
            .Server(Der(0x30, [2, 1, 1, .. Der(0x64, new byte[5000])])).Client(Bind(2, "CN=bob", Der(0x80, Secret)));
        Assert.Equal([@"Ldap Password Authenticate \CN=bob@ "], talk.Credentials.Lines);
    }

    [Theory]
    [InlineData(445)]
    [InlineData(139)]
    [InlineData(389)]
    public void No_damage_throws_and_no_secret_comes_out(ushort port)
    {
        byte[] sample = port == 389
            ? [.. Bind(2, "CN=a", Der(0xA3, [.. Der(4, "GSS-SPNEGO"u8.ToArray()), .. Der(4, SpnegoInit(Authenticate()))])), .. Bind(1, "CN=bob", Der(0x80, Secret))]
            : Smb2(1, false, SpnegoInit(Authenticate()));
        for (var at = 0; at < sample.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF, (byte)(sample[at] ^ 1), (byte)(sample[at] + 16)])
            {
                var mutated = sample.ToArray();
                mutated[at] = value;
                var talk = new TcpTalk { ServerPort = port }.Handshake().Client(mutated).Finish();
                if (at < 40 || port == 389)
                    Assert.DoesNotContain(talk.Credentials.Lines, static line => line.Contains("S3cr3tOctets!!!!", StringComparison.Ordinal));
            }
            new TcpTalk { ServerPort = port }.Handshake().Client(sample[..at]).Finish();
        }
    }

    [Fact]
    public void Allocates_nothing_once_warm()
    {
        var setup = Smb2(1, false, SpnegoInit(Authenticate()));
        var bind = Bind(1, "CN=bob,DC=corp", Der(0x80, Secret));
        var (smb, ldap) = (new TcpTalk { ServerPort = 445 }.Handshake(), new TcpTalk { ServerPort = 389 }.Handshake());
        smb.Credentials.IsSilent = ldap.Credentials.IsSilent = true;
        var (halfA, halfB) = (setup[..100], setup[100..]);
        Assert.Equal(0, Allocations.Least(Talk));

        void Talk()
        {
            smb.Client(setup).Client(halfA).Client(halfB);
            ldap.Client(bind);
        }
    }

    private static byte[] Smb2(byte command, bool isReply, byte[] blob)
    {
        byte[] header = [0xFE, .. "SMB"u8, 64, 0, 0, 0, 0, 0, 0, 0, command, 0, 1, 0, (byte)(isReply ? 1 : 0), .. new byte[47]];
        byte[] body = isReply
            ? [9, 0, 0, 0, 72, 0, (byte)blob.Length, (byte)(blob.Length >> 8), .. blob]
            : [25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, (byte)blob.Length, (byte)(blob.Length >> 8), .. new byte[8], .. blob];
        return Framed([.. header, .. body]);
    }

    private static byte[] Smb1(byte command, byte flags, byte flags2High) => [0xFF, .. "SMB"u8, command, 0, 0, 0, 0, flags, 1, flags2High, .. new byte[20]];

    private static byte[] Framed(byte[] message) => [0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Bind(byte id, string name, byte[] choice) =>
        Der(0x30, [2, 1, id, .. Der(0x60, [2, 1, 3, .. Der(4, Encoding.UTF8.GetBytes(name)), .. choice])]);
}
