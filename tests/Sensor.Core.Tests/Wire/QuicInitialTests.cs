using System.Security.Cryptography;
using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

/// <summary>The key schedule and packet of RFC 9001 appendix A and RFC 9369 appendix A, and the primitives below them.</summary>
public class QuicInitialTests
{
    /// <summary>FIPS 197 appendix C.1.</summary>
    [Fact]
    public void Encrypts_a_block_with_and_without_the_processors_help()
    {
        var key = new Aes128(AnnotatedHex.Read("000102030405060708090a0b0c0d0e0f"));
        var block = System.Runtime.Intrinsics.Vector128.Create<byte>(AnnotatedHex.Read("00112233445566778899aabbccddeeff"));
        var expected = System.Runtime.Intrinsics.Vector128.Create<byte>(AnnotatedHex.Read("69c4e0d86a7b0430d8cdb78070b4c55a"));
        Assert.Equal(expected, key.Encrypt(block));
        Assert.Equal(expected, key.EncryptPlain(block));
    }

    [Fact]
    public void Multiplying_with_and_without_the_processors_instruction_gives_the_same()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var (key, value) = (Number(), Number());
            var hashKey = new GhashKey(key, useTable: true);
            Assert.Equal(hashKey.MultiplyByTable(value), new GhashKey(key).Multiply(value));
        }

        UInt128 Number() => new((ulong)random.NextInt64() << 1, (ulong)random.NextInt64() << random.Next(2));
    }

    [Fact]
    public void Opens_what_the_platform_seals_and_nothing_else()
    {
        var random = new Random(7);
        for (var length = 0; length < 200; length += 7)
        {
            var (key, nonce, associated, plain) = (Octets(16), Octets(12), Octets(length / 3), Octets(length));
            var (cipher, tag) = (new byte[length], new byte[16]);
            using (var gcm = new AesGcm(key, 16))
                gcm.Encrypt(nonce, plain, cipher, tag, associated);
            byte[] both = [.. cipher, .. tag];
            var opened = new byte[length];
            Assert.True(Aes128Gcm.TryOpen(new Aes128(key), nonce, both, associated, opened));
            Assert.Equal(plain, opened);
            both[random.Next(both.Length)] ^= 1;
            Assert.False(Aes128Gcm.TryOpen(new Aes128(key), nonce, both, associated, opened));
        }

        byte[] Octets(int count)
        {
            var octets = new byte[count];
            random.NextBytes(octets);
            return octets;
        }
    }

    /// <summary>RFC 9001 appendix A.2 and A.1: the header protection mask and the nonce of packet 2.</summary>
    [Fact]
    public void Derives_the_keys_of_the_standard()
    {
        var keys = QuicInitialKeys.OfClient(QuicLongHeader.Version1, AnnotatedHex.Read("8394c8f03e515708"));
        var sample = System.Runtime.Intrinsics.Vector128.Create<byte>(AnnotatedHex.Read("d1b1c98dd7689fb8ec11d242b123dc9b"));
        Span<byte> mask = stackalloc byte[16];
        System.Runtime.Intrinsics.Vector128.CopyTo(keys.HeaderKey.Encrypt(sample), mask);
        Assert.Equal("437b9aec36", Convert.ToHexStringLower(mask[..5]));
        Span<byte> nonce = stackalloc byte[12];
        keys.WriteNonce(0, nonce);
        Assert.Equal("fa044b2f42a3fd3b46fb255c", Convert.ToHexStringLower(nonce));
        keys.WriteNonce(2, nonce);
        Assert.Equal("fa044b2f42a3fd3b46fb255e", Convert.ToHexStringLower(nonce));
        QuicInitialKeys.OfClient(QuicLongHeader.Version2, AnnotatedHex.Read("8394c8f03e515708")).WriteNonce(0, nonce);
        Assert.Equal("91f73e2351d8fa91660e909f", Convert.ToHexStringLower(nonce));
    }

    [Theory]
    [InlineData(QuicLongHeader.Version1)]
    [InlineData(QuicLongHeader.Version2)]
    public void Opens_a_clients_packet_of_either_version(uint version)
    {
        var packet = new QuicSealer(version).Packet(2, QuicSealer.Crypto(0, QuicSealer.Hello));
        Assert.True(QuicLongHeader.MayBeInitial(packet));
        Assert.True(QuicLongHeader.TryRead(packet, out var header));
        Assert.True(header.IsInitial);
        var keys = QuicInitialKeys.OfClient(version, header.DestinationId);
        var plain = new byte[QuicInitial.LongestPacket];
        Assert.True(QuicInitial.TryOpen(in header, in keys, plain, out var length));
        Assert.True(length >= QuicSealer.Hello.Length);
        Assert.True(plain.AsSpan(0, length).IndexOf("sls.update.microsoft.com"u8) > 0);
        var others = QuicInitialKeys.OfClient(version, "another"u8);
        Assert.False(QuicInitial.TryOpen(in header, in others, plain, out _));
    }

    [Theory]
    [InlineData("25", 37)]
    [InlineData("4025", 37)]
    [InlineData("7bbd", 15293)]
    [InlineData("9d7f3e7d", 494878333)]
    [InlineData("c2197c5eff14e88c", 151288809941952652)]
    public void Reads_numbers_of_every_length(string hex, long expected)
    {
        var at = 0;
        var octets = Convert.FromHexString(hex);
        Assert.True(QuicLongHeader.TryTakeNumber(octets, ref at, out var number));
        Assert.Equal((expected, octets.Length), (number, at));
        at = 0;
        Assert.False(QuicLongHeader.TryTakeNumber(octets.AsSpan(0, octets.Length - 1), ref at, out _));
    }

    /// <summary>RFC 9001 appendix A.2: the client's Initial packet, its frames padded to 1162 octets.</summary>
    [Fact]
    public void Opens_the_packet_of_the_standard()
    {
        var frames = new byte[1162];
        Convert.FromHexString(
            "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6d"
            + "ff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43"
            + "e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff080110"
            + "0104800075300901100f088394c8f03e51570806048000ffff").CopyTo(frames, 0);
        var packet = new QuicSealer(QuicLongHeader.Version1, AnnotatedHex.Read("8394c8f03e515708")).Sealed(2, 4, frames);
        // What the standard prints of the protected packet: its header, the first and the last octets.
        Assert.StartsWith("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c", Convert.ToHexStringLower(packet), StringComparison.Ordinal);
        Assert.EndsWith("e221af44860018ab0856972e194cd934", Convert.ToHexStringLower(packet), StringComparison.Ordinal);
        Assert.Equal(1200, packet.Length);
        Assert.True(QuicLongHeader.TryRead(packet, out var header));
        var keys = QuicInitialKeys.OfClient(QuicLongHeader.Version1, header.DestinationId);
        var plain = new byte[QuicInitial.LongestPacket];
        Assert.True(QuicInitial.TryOpen(in header, in keys, plain, out var length));
        Assert.Equal(frames, plain.AsSpan(0, length).ToArray());
        Assert.True(ClientHello.TryRead(plain.AsSpan(8, 237), out var hello));
        Assert.Equal("example.com", Encoding.ASCII.GetString(hello.ServerName));
    }
}
