using System.Buffers.Binary;
using System.Text;
using Sensor.Core.Frames;

namespace Sensor.Daemon;

/// <summary>
/// A harmless attack as frames: a client asks the link for wpad by LLMNR (RFC 4795), a stranger answers that it is wpad, and hands out a proxy
/// configuration by HTTP. Addresses are of TEST-NET-1 (RFC 5737), MACs locally administered: no real host is meant, named or disturbed.
/// </summary>
internal static class SelftestFrames
{
    /// <summary>MACs "…SELF" with 10 for the client and 66 for the stranger.</summary>
    private static readonly byte[] ClientMac = [0x02, 0x53, 0x45, 0x4C, 0x46, 0x10], StrangerMac = [0x02, 0x53, 0x45, 0x4C, 0x46, 0x66];
    private static readonly byte[] LlmnrMac = [0x01, 0x00, 0x5E, 0x00, 0x00, 0xFC];
    private static readonly byte[] Client = [192, 0, 2, 10], Stranger = [192, 0, 2, 66], LlmnrGroup = [224, 0, 0, 252];

    private const ushort ClientPort = 50123, LlmnrPort = 5355, WebClientPort = 50124, WebPort = 80;
    private const uint ClientStart = 1000, StrangerStart = 5000;
    private const byte Syn = 0x02, Ack = 0x10, Push = 0x08, Fin = 0x01, Tcp = 6, Udp = 17;
    private const string Name = "wpad";

    private const string Pac = "// sensor selftest: this is no real proxy configuration\n"
        + "function FindProxyForURL(url, host) { return \"PROXY 192.0.2.66:8080\"; }\n";

    private static readonly byte[] Request = Encoding.ASCII.GetBytes(
        "GET /wpad.dat HTTP/1.1\r\nHost: wpad\r\nUser-Agent: sensor-selftest\r\nConnection: close\r\n\r\n");

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {Pac.Length}\r\nConnection: close\r\n\r\n{Pac}"));

    /// <summary>The frames in their order, Ethernet without check sequence.</summary>
    public static IReadOnlyList<byte[]> All()
    {
        var (requested, answered) = (ClientStart + 1 + (uint)Request.Length, StrangerStart + 1 + (uint)Answer.Length);
        return
        [
            Datagram(ClientMac, LlmnrMac, Client, LlmnrGroup, ClientPort, LlmnrPort, Question(isAnswer: false)),
            Datagram(StrangerMac, ClientMac, Stranger, Client, LlmnrPort, ClientPort, Question(isAnswer: true)),
            FromClient(ClientStart, 0, Syn, []),
            FromStranger(StrangerStart, ClientStart + 1, Syn | Ack, []),
            FromClient(ClientStart + 1, StrangerStart + 1, Ack, []),
            FromClient(ClientStart + 1, StrangerStart + 1, Push | Ack, Request),
            FromStranger(StrangerStart + 1, requested, Push | Ack, Answer),
            FromStranger(answered, requested, Fin | Ack, []),
            FromClient(requested, answered + 1, Fin | Ack, []),
            FromStranger(answered + 1, requested + 1, Ack, []),
        ];
    }

    private static byte[] FromClient(uint sequence, uint acknowledged, byte flags, byte[] payload) =>
        Ip(ClientMac, StrangerMac, Client, Stranger, Tcp, Segment(WebClientPort, WebPort, sequence, acknowledged, flags, payload));

    private static byte[] FromStranger(uint sequence, uint acknowledged, byte flags, byte[] payload) =>
        Ip(StrangerMac, ClientMac, Stranger, Client, Tcp, Segment(WebPort, WebClientPort, sequence, acknowledged, flags, payload));

    /// <summary>RFC 4795 section 2.1.1: id, flags, counts; the question; with the answer an address record.</summary>
    private static byte[] Question(bool isAnswer)
    {
        var message = new List<byte> { 0x53, 0x45, (byte)(isAnswer ? 0x80 : 0), 0, 0, 1, 0, (byte)(isAnswer ? 1 : 0), 0, 0, 0, 0 };
        Ask();
        if (!isAnswer)
            return [.. message];
        Ask();
        message.AddRange([0, 0, 0, 30, 0, 4, .. Stranger]);
        return [.. message];

        void Ask()
        {
            message.Add((byte)Name.Length);
            message.AddRange(Encoding.ASCII.GetBytes(Name));
            message.AddRange([0, 0, 1, 0, 1]);
        }
    }

    private static byte[] Datagram(byte[] fromMac, byte[] toMac, byte[] from, byte[] to, ushort fromPort, ushort toPort, byte[] payload)
    {
        var udp = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), toPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp, 8);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(6), TransportChecksum(from, to, Udp, udp));
        return Ip(fromMac, toMac, from, to, Udp, udp);
    }

    private static byte[] Segment(ushort fromPort, ushort toPort, uint sequence, uint acknowledged, byte flags, byte[] payload)
    {
        var segment = new byte[20 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), toPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledged);
        segment[12] = 5 << 4;
        segment[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 64240);
        payload.CopyTo(segment, 20);
        var isFromServer = fromPort == WebPort;
        var (from, to) = isFromServer ? (Stranger, Client) : (Client, Stranger);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), TransportChecksum(from, to, Tcp, segment));
        return segment;
    }

    private static byte[] Ip(byte[] fromMac, byte[] toMac, byte[] from, byte[] to, byte protocol, byte[] content)
    {
        const int Ethernet = 14, Header = 20;
        var frame = new byte[Math.Max(60, Ethernet + Header + content.Length)];
        toMac.CopyTo(frame, 0);
        fromMac.CopyTo(frame, 6);
        frame[12] = 0x08;
        var ip = frame.AsSpan(Ethernet);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Header + content.Length));
        ip[8] = 64;
        ip[9] = protocol;
        from.CopyTo(ip[12..]);
        to.CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Fold(Sum(ip[..Header])));
        content.CopyTo(ip[Header..]);
        return frame;
    }

    private static ushort TransportChecksum(byte[] from, byte[] to, byte protocol, byte[] content)
    {
        var checksum = Fold(Sum(from) + Sum(to) + protocol + (uint)content.Length + Sum(content));
        return checksum == 0 ? (ushort)0xFFFF : checksum;
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (var i = 0; i < octets.Length; i += 2)
            sum += (uint)(octets[i] << 8 | (i + 1 < octets.Length ? octets[i + 1] : 0));
        return sum;
    }

    /// <summary>RFC 1071: carries added in, complemented.</summary>
    private static ushort Fold(uint sum)
    {
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}

/// <summary>Frames in memory as a source: given once, in one batch.</summary>
internal sealed class MadeFrames(IReadOnlyList<byte[]> frames, long startNs) : IFrameSource
{
    private const long ApartNs = 1_000_000;
    private bool _isGiven;

    /// <inheritdoc/>
    public bool TryRead(FrameBatch batch)
    {
        batch.Clear();
        if (_isGiven)
            return false;
        _isGiven = true;
        batch.Octets = [.. frames.SelectMany(static frame => frame)];
        var at = 0;
        foreach (var frame in frames)
        {
            batch.Frames[batch.Count++] = new FrameRecord
            {
                TimestampNs = startNs + (batch.Count * ApartNs),
                Number = batch.Count,
                Offset = at,
                CapturedLength = frame.Length,
                OriginalLength = frame.Length,
                LinkType = 1,
            };
            at += frame.Length;
        }
        return true;
    }

    /// <inheritdoc/>
    public string OriginName(int origin) => "selftest";
}
