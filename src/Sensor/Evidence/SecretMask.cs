using System.Buffers.Binary;
using System.Text;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Evidence;

/// <summary>
/// Overwrites secrets in frames that are kept: what Authorization, Proxy-Authorization, Cookie and Set-Cookie headers carry (the scheme
/// stays), and the responses and the session key of NTLM AUTHENTICATE messages ([MS-NLMP] 2.2.1.3). Lengths stay; the checksum then shows
/// that something was changed. A value that goes on in the next segment of its stream is masked there too. Where the analyzers say that a
/// frame brings a credential (SOCKS, LDAP, SMB, forms, or one of the above cut in an odd place), and nothing of it could be masked by
/// itself, all that the frame carries is overwritten; so are repetitions of it.
/// </summary>
internal sealed class SecretMask(SecretFrames? secrets = null)
{
    private const byte Masked = (byte)'x';

    /// <summary>
    /// Streams in the middle of a value; an attacker could open many, so no more are followed than this. They are few in honest traffic.
    /// </summary>
    private const int MaxOpen = 1024;

    private const int LmResponseAt = 12, NtResponseAt = 20, SessionKeyAt = 52, AuthenticateHeader = 60;
    private const int MostField = 4096;

    /// <summary>Overwritten parts of streams remembered, for the case that they are sent again.</summary>
    private const int MaxWiped = 4096;

    /// <summary>Where the content of a frame begins that is a piece of a fragmented packet: behind Ethernet and the shortest IP header.</summary>
    private const int Headers = 34;

    private readonly Dictionary<(IpAddress, ushort, IpAddress, ushort), uint> _open = [];
    private readonly List<(IpAddress, ushort, IpAddress, ushort, uint Start, uint End)> _wiped = [];

    private static ReadOnlySpan<byte> NtlmAuthenticate => "NTLMSSP\0\x03\0\0\0"u8;

    /// <summary>
    /// Masks <paramref name="octets"/>, the frame <paramref name="record"/> of its batch, which holds <paramref name="packet"/>; true when
    /// something was overwritten.
    /// </summary>
    public bool Apply(byte[] octets, in Packet packet, in FrameRecord record) =>
        Apply(octets, in packet, in record, secrets?.In(record.Origin, record.Number, record.TimestampNs, in packet) ?? SecretPart.None);

    /// <summary>The same where it is known already what <paramref name="part"/> of the frame is secret.</summary>
    public bool Apply(byte[] octets, in Packet packet, in FrameRecord record, SecretPart part)
    {
        var isMasked = MaskFields(octets, in packet, record.Offset);
        if (part == SecretPart.None && WasWiped(in packet))
            part = SecretPart.Message;
        if (part == SecretPart.None || (part == SecretPart.Field && isMasked))
            return isMasked;
        return Wipe(octets, in packet, record.Offset, part) || isMasked;
    }

    private bool MaskFields(byte[] octets, in Packet packet, int frameOffset)
    {
        var isMasked = MaskRest(octets, in packet, frameOffset);
        for (var at = 0; octets.AsSpan(at).IndexOf((byte)':') is >= 0 and var colon; at += colon + 1)
        {
            if (ValueAfter(octets, at + colon) is not (>= 0 and var value))
                continue;
            var end = MaskToLineEnd(octets, value);
            isMasked |= end > value;
            if (end == octets.Length)
                Remember(in packet);
        }
        return MaskNtlm(octets) || isMasked;
    }

    /// <summary>Where the secret of the header begins whose name ends at <paramref name="colon"/>; -1 when it carries none.</summary>
    private static int ValueAfter(ReadOnlySpan<byte> octets, int colon)
    {
        var isCookie = EndsWith(octets[..colon], "cookie"u8);
        if (!isCookie && !EndsWith(octets[..colon], "authorization"u8))
            return -1;
        var at = colon + 1;
        while (at < octets.Length && octets[at] is (byte)' ' or (byte)'\t')
            at++;
        if (isCookie)
            return at;
        while (at < octets.Length && octets[at] is not ((byte)' ' or (byte)'\r' or (byte)'\n'))
            at++;
        return at < octets.Length && octets[at] == (byte)' ' ? at + 1 : -1;
    }

    private static bool EndsWith(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> name) =>
        octets.Length >= name.Length && Ascii.EqualsIgnoreCase(octets[^name.Length..], name);

    private static int MaskToLineEnd(Span<byte> octets, int at)
    {
        for (; at < octets.Length && octets[at] is not ((byte)'\r' or (byte)'\n'); at++)
            octets[at] = Masked;
        return at;
    }

    private void Remember(in Packet packet)
    {
        if (packet.PayloadLength == 0 || _open.Count >= MaxOpen)
            return;
        _open[(packet.Source, packet.SourcePort, packet.Destination,
            packet.DestinationPort)] = packet.Sequence + (uint)packet.PayloadLength;
    }

    private bool MaskRest(byte[] octets, in Packet packet, int frameOffset)
    {
        var stream = (packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        if (packet.InSide || packet.PayloadLength == 0 || !_open.TryGetValue(stream, out var next) || next != packet.Sequence)
            return false;
        var start = packet.PayloadOffset - frameOffset;
        if (start < 0 || start >= octets.Length)
            return false;
        _open.Remove(stream);
        var end = MaskToLineEnd(octets, start);
        if (end == octets.Length)
            Remember(in packet);
        return end > start;
    }

    /// <summary>Overwrites what the frame carries, of a form only what follows its head.</summary>
    private bool Wipe(byte[] octets, in Packet packet, int frameOffset, SecretPart part)
    {
        if (!packet.InSide && packet.PayloadLength == 0)
            return false;
        var start = packet.InSide ? Headers : packet.PayloadOffset - frameOffset;
        if (start < 0 || start >= octets.Length)
            return false;
        if (part == SecretPart.Body && octets.AsSpan(start).IndexOf("\r\n\r\n"u8) is >= 0 and var head)
            start += head + 4;
        if (start == octets.Length)
            return false;
        octets.AsSpan(start).Fill(Masked);
        if (!packet.InSide && _wiped.Count < MaxWiped)
            _wiped.Add((packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort,
                packet.Sequence + (uint)(start - (packet.PayloadOffset - frameOffset)), packet.Sequence + (uint)packet.PayloadLength));
        return true;
    }

    /// <summary>Whether <paramref name="packet"/> sends again what was overwritten.</summary>
    private bool WasWiped(in Packet packet)
    {
        if (packet.PayloadLength == 0)
            return false;
        foreach (var (source, sourcePort, destination, destinationPort, start, end) in _wiped)
        {
            if (source == packet.Source && sourcePort == packet.SourcePort && destination == packet.Destination
                && destinationPort == packet.DestinationPort && (int)(packet.Sequence - end) < 0
                && (int)(packet.Sequence + (uint)packet.PayloadLength - start) > 0)
                return true;
        }
        return false;
    }

    private static bool MaskNtlm(Span<byte> octets)
    {
        var isMasked = false;
        while (octets.IndexOf(NtlmAuthenticate) is >= 0 and var at)
        {
            octets = octets[at..];
            isMasked = true;
            if (octets.Length >= AuthenticateHeader)
            {
                foreach (var field in (ReadOnlySpan<int>)[LmResponseAt, NtResponseAt, SessionKeyAt])
                    MaskField(octets, field);
            }
            octets = octets[NtlmAuthenticate.Length..];
        }
        return isMasked;
    }

    private static void MaskField(Span<byte> message, int field)
    {
        var length = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(message[field..]), MostField);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(field + 4)..]);
        if (offset >= (uint)message.Length)
            return;
        message.Slice((int)offset, Math.Min(length, message.Length - (int)offset)).Fill(Masked);
    }
}
