using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>Takes the protection off a client's Initial packet, RFC 9001 sections 5.3 and 5.4.</summary>
internal static class QuicInitial
{
    /// <summary>Octets of the longest packet that is opened: what fits into an Ethernet frame with room to spare.</summary>
    public const int LongestPacket = 4096;

    private const int SampleAt = 4;

    /// <summary>
    /// Decrypts the frames of <paramref name="header"/>'s packet into <paramref name="plain"/> (at least <see cref="LongestPacket"/> octets). False
    /// when the tag does not verify: not a client's Initial, or under other keys.
    /// </summary>
    public static bool TryOpen(in QuicLongHeader header, in QuicInitialKeys keys, Span<byte> plain, out int length)
    {
        length = 0;
        var packet = header.Packet;
        if (packet.Length > LongestPacket || packet.Length < header.NumberAt + SampleAt + Aes128.Size)
            return false;
        Span<byte> mask = stackalloc byte[Aes128.Size];
        keys.HeaderKey.Encrypt(Vector128.Create(packet[(header.NumberAt + SampleAt)..])).CopyTo(mask);
        var numberLength = ((packet[0] ^ mask[0]) & 3) + 1;
        var headerLength = header.NumberAt + numberLength;
        Span<byte> associated = stackalloc byte[headerLength];
        packet[..headerLength].CopyTo(associated);
        associated[0] ^= (byte)(mask[0] & 0x0F);
        uint number = 0;
        for (var i = 0; i < numberLength; i++)
        {
            associated[header.NumberAt + i] ^= mask[1 + i];
            number = (number << 8) | associated[header.NumberAt + i];
        }
        Span<byte> nonce = stackalloc byte[Aes128Gcm.NonceSize];
        keys.WriteNonce(number, nonce);
        length = packet.Length - headerLength - Aes128Gcm.TagSize;
        return length >= 0 && Aes128Gcm.TryOpen(in keys.Key, nonce, packet[headerLength..], associated, plain);
    }
}
