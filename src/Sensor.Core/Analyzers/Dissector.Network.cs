using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <content>IPv4, IPv6, extension headers and fragments.</content>
public sealed partial class Dissector
{
    private void Ipv4(ref Walk walk, ref Packet packet)
    {
        if (!Ipv4Packet.TryRead(walk.Rest, out var ip))
            return;
        packet.Protocol = ip.Protocol;
        packet.Ttl = ip.TimeToLive;
        packet.IpId = ip.Identification;
        packet.Source = ip.Source;
        packet.Destination = ip.Destination;
        if (!ip.HasRightChecksum)
        {
            Counters.BadChecksums++;
            if (Checksums == ChecksumMode.All)
            {
                Drop(ref walk, ref packet);
                return;
            }
        }
        // Zero: captured before the card cut a large segment; everything there is belongs to it.
        if (ip.TotalLength > 0)
            walk.Limit(ip.TotalLength);
        walk.Skip(ip.HeaderLength);
        if (ip.IsFragment)
        {
            var key = new FragmentKey(packet.Source, packet.Destination, ip.Identification, Number(in walk), ip.Protocol);
            var limit = ushort.MaxValue - ip.HeaderLength;
            Fragment(in key, new(ip.FragmentOffset, ip.MoreFragments, ip.Protocol, limit), ref walk, ref packet);
            return;
        }
        IpPayload(ip.Protocol, ref walk, ref packet);
    }

    private void Ipv6(ref Walk walk, ref Packet packet)
    {
        if (!Ipv6Packet.TryRead(walk.Rest, out var ip))
            return;
        packet.Protocol = ip.NextHeader;
        packet.Ttl = ip.HopLimit;
        packet.IpId = 0;
        packet.Source = ip.Source;
        packet.Destination = ip.Destination;
        walk.HasOtherDestination = false;
        walk.Skip(Ipv6Packet.HeaderSize);
        // Zero: a jumbogram or an offloaded segment, all there is belongs to it; but an empty packet may be padded by Ethernet.
        if (ip.PayloadLength > 0 || ip.NextHeader == IpProtocol.NoNext)
            walk.Limit(ip.PayloadLength);
        IpPayload(ip.NextHeader, ref walk, ref packet);
    }

    private void IpPayload(byte protocol, ref Walk walk, ref Packet packet)
    {
        // An authentication header may stand in IPv4 too; the other extension headers are IPv6's alone.
        while (packet.Source.IsV4 ? protocol == IpProtocol.Authentication : Ipv6Extension.Is(protocol))
        {
            packet.Protocol = protocol;
            if (++walk.Extensions > Walk.MaxExtensions || !Ipv6Extension.TryRead(protocol, walk.Rest, out var header))
                return;
            if (protocol == IpProtocol.Fragment && (header.MoreFragments || header.FragmentOffset > 0))
            {
                Fragment6(in header, ref walk, ref packet);
                return;
            }
            if (protocol == IpProtocol.Routing && header.SegmentsLeft > 0)
                walk.HasOtherDestination = true;
            protocol = header.NextHeader;
            walk.Skip(header.Length);
        }
        packet.Protocol = protocol;
        Transport(protocol, ref walk, ref packet);
    }

    /// <summary>The next header of the fragment with offset 0 counts (RFC 8200 section 4.5), so it is not part of the key.</summary>
    private void Fragment6(in Ipv6Extension header, ref Walk walk, ref Packet packet)
    {
        var key = new FragmentKey(packet.Source, packet.Destination, header.Identification, Number(in walk), 0);
        walk.Skip(header.Length);
        var piece = new FragmentPiece(header.FragmentOffset, header.MoreFragments, header.NextHeader, ushort.MaxValue);
        packet.Protocol = header.NextHeader;
        Fragment(in key, in piece, ref walk, ref packet);
    }

    private void Fragment(in FragmentKey key, in FragmentPiece piece, ref Walk walk, ref Packet packet)
    {
        Counters.Fragments++;
        if (walk.End < walk.WireEnd)
        {
            CutFragment(in piece, ref walk, ref packet);
            return;
        }
        packet.Kind = PacketKind.Fragment;
        if (!_fragments.TryComplete(in key, in piece, walk.Rest, walk.TimestampNs, Counters, out var datagram))
            return;
        var at = walk.Batch.ReserveSide(datagram.Length);
        _fragments.MoveTo(datagram, walk.Batch.Side.AsSpan(at, datagram.Length));
        walk.ContinueInSide(at, datagram.Length);
        packet.Kind = PacketKind.Undecodable;
        IpPayload(datagram.Protocol, ref walk, ref packet);
    }

    /// <summary>
    /// The datagram of a fragment that the capture cut can never be whole. The first one has the transport header: it is read as far as
    /// it goes.
    /// </summary>
    private void CutFragment(in FragmentPiece piece, ref Walk walk, ref Packet packet)
    {
        if (piece.Offset > 0)
        {
            packet.Kind = PacketKind.Fragment;
            return;
        }
        Counters.FragmentsDropped++;
        IpPayload(piece.Protocol, ref walk, ref packet);
    }

    private void Drop(ref Walk walk, ref Packet packet)
    {
        Counters.DroppedForChecksum++;
        walk.IsDropped = true;
        packet.Kind = PacketKind.Undecodable;
    }
}
