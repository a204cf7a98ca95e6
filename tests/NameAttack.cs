using System.Buffers.Binary;

namespace Sensor.Tests;

/// <summary>
/// A poisoned name as frames, as often as wanted, each time by another host: a victim asks the link for wpad by LLMNR (RFC 4795), and the stranger
/// of this number answers. Each is an incident of its own.
/// </summary>
internal static class NameAttack
{
    private const ushort LlmnrPort = 5355;

    /// <summary>Attackers there can be.</summary>
    public const int Most = 65_536;

    /// <summary>The address of attacker <paramref name="number"/>: 10.67.0.0 and its number.</summary>
    public static string Attacker(int number) => $"10.67.{number >> 8}.{number & 255}";

    /// <summary>The question, then the answer, Ethernet without check sequence. UDP without a checksum, as RFC 768 allows.</summary>
    public static IReadOnlyList<byte[]> Frames(int number)
    {
        byte high = (byte)(number >> 8), low = (byte)number;
        byte[] victim = [10, 66, high, low], attacker = [10, 67, high, low];
        byte[] victimMac = [2, 0, 66, 0, high, low], attackerMac = [2, 0, 67, 0, high, low];
        return
        [
            Frame(victimMac, [1, 0, 0x5E, 0, 0, 0xFC], victim, [224, 0, 0, 252], 50_000, LlmnrPort, Message(number, [])),
            Frame(attackerMac, victimMac, attacker, victim, LlmnrPort, 50_000, Message(number, attacker)),
        ];
    }

    /// <summary>RFC 4795 section 2.1.1: id, flags and counts; the question; with an address the answer.</summary>
    private static byte[] Message(int id, byte[] address)
    {
        byte[] name = [4, .. "wpad"u8, 0, 0, 1, 0, 1];
        var isAnswer = address.Length > 0;
        byte[] head = [(byte)(id >> 8), (byte)id, (byte)(isAnswer ? 0x80 : 0), 0, 0, 1, 0, (byte)(isAnswer ? 1 : 0), 0, 0, 0, 0];
        return isAnswer ? [.. head, .. name, .. name, 0, 0, 0, 30, 0, 4, .. address] : [.. head, .. name];
    }

    private static byte[] Frame(byte[] fromMac, byte[] toMac, byte[] from, byte[] to, ushort fromPort, ushort toPort, byte[] payload)
    {
        const int Ethernet = 14, Ip = 20, Udp = 8;
        var frame = new byte[Math.Max(60, Ethernet + Ip + Udp + payload.Length)];
        toMac.CopyTo(frame, 0);
        fromMac.CopyTo(frame, 6);
        frame[12] = 8;
        var ip = frame.AsSpan(Ethernet);
        (ip[0], ip[8], ip[9]) = (0x45, 64, 17);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ip + Udp + payload.Length));
        from.CopyTo(ip[12..]);
        to.CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..Ip]));
        BinaryPrimitives.WriteUInt16BigEndian(ip[Ip..], fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[(Ip + 2)..], toPort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[(Ip + 4)..], (ushort)(Udp + payload.Length));
        payload.CopyTo(ip[(Ip + Udp)..]);
        return frame;
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
