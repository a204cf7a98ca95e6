using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Wire;

/// <summary>Makes clients' Initial packets with the platform's HKDF and AES, so that nothing of what is tested helps.</summary>
internal sealed class QuicSealer
{
    private readonly uint _version;
    private readonly byte[] _id, _key, _iv, _header;

    public QuicSealer(uint version, byte[]? connectionId = null)
    {
        _version = version;
        _id = connectionId ?? [1, 2, 3, 4, 5, 6, 7, 8];
        var isV2 = version == QuicLongHeader.Version2;
        var salt = Convert.FromHexString(isV2 ? "0dede3def700a6db819381be6e269dcbf9bd2ed9" : "38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
        var client = Expand(HKDF.Extract(HashAlgorithmName.SHA256, _id, salt), "client in", 32);
        var prefix = isV2 ? "quicv2 " : "quic ";
        (_key, _iv, _header) = (Expand(client, prefix + "key", 16), Expand(client, prefix + "iv", 12), Expand(client, prefix + "hp", 16));
    }

    /// <summary>The hello of <see cref="TlsSamples"/> without its record.</summary>
    public static byte[] Hello => TlsSamples.ClientHello[TlsRecord.HeaderSize..];

    public static byte[] Crypto(int offset, byte[] octets) =>
        [6, .. Number(offset), .. Number(octets.Length), .. octets];

    /// <summary>A packet with <paramref name="frames"/>, padded so that the datagram has 1200 octets and a few.</summary>
    public byte[] Packet(uint number, params byte[][] frames)
    {
        byte[] all = [.. frames.SelectMany(static frame => frame)];
        return Sealed(number, 2, [.. all, .. new byte[Math.Max(0, 1200 - 30 - all.Length)]]);
    }

    /// <summary>A packet of just these frames with a packet number of <paramref name="numberLength"/> octets.</summary>
    public byte[] Sealed(uint number, int numberLength, byte[] frames)
    {
        var first = (byte)((_version == QuicLongHeader.Version2 ? 0xD0 : 0xC0) | (numberLength - 1));
        var version = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(version, _version);
        var length = numberLength + frames.Length + 16;
        byte[] header = [first, .. version, (byte)_id.Length, .. _id, 0, 0, (byte)(0x40 | (length >> 8)), (byte)length];
        var numberAt = header.Length;
        for (var i = numberLength - 1; i >= 0; i--)
            header = [.. header, (byte)(number >> (8 * i))];
        var nonce = _iv.ToArray();
        for (var i = 0; i < 4; i++)
            nonce[^(i + 1)] ^= (byte)(number >> (8 * i));
        var (cipher, tag) = (new byte[frames.Length], new byte[16]);
        using (var gcm = new AesGcm(_key, 16))
            gcm.Encrypt(nonce, frames, cipher, tag, header);
        byte[] packet = [.. header, .. cipher, .. tag];
        using var aes = Aes.Create();
        aes.Key = _header;
        var mask = aes.EncryptEcb(packet.AsSpan(numberAt + 4, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (var i = 0; i < numberLength; i++)
            packet[numberAt + i] ^= mask[1 + i];
        return packet;
    }

    private static byte[] Number(int value) => [(byte)(0x40 | (value >> 8)), (byte)value];

    private static byte[] Expand(byte[] secret, string label, int length)
    {
        byte[] info = [0, (byte)length, (byte)(6 + label.Length), .. Encoding.ASCII.GetBytes("tls13 " + label), 0];
        return HKDF.Expand(HashAlgorithmName.SHA256, secret, length, info);
    }
}
