using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>The questions about hosts and places that most detectors ask.</summary>
internal static class Judgement
{
    private const HostRoles Serving = HostRoles.Router | HostRoles.DhcpServer | HostRoles.Resolver | HostRoles.WinsServer;

    extension(DetectionContext context)
    {
        /// <summary>The VLAN under which trust is looked up: the innermost tag, 0 when untagged.</summary>
        public ushort VlanOf(int segment) => context.Segments.Describe(segment).InnermostVlan;

        /// <summary>
        /// The host behind the Ethernet source, for link-scope protocols: their IP source may be forged, and nobody routes them.
        /// Falls back to the address where the link has no MACs.
        /// </summary>
        public Host LinkSender(in Sighting at) =>
            at.SourceMac.IsNone ? context.Hosts.SenderOf(at) : context.Hosts.Of(at.Segment, at.SourceMac, at.TimestampNs);

        /// <summary>
        /// Whether <paramref name="host"/> was caught luring (names, addresses or routes) by another detector than those from
        /// <paramref name="firstOwn"/> to <paramref name="lastOwn"/>: what it does next is judged as an attacker's, but no detector
        /// proves itself.
        /// </summary>
        public bool IsLuring(Host host, int firstOwn = 0, int lastOwn = 0) =>
            context.Incidents.About(host.Id)?.Surest(Stage.Lure, firstOwn, lastOwn) is not null;
    }

    extension(Host host)
    {
        /// <summary>Whether others depend on it: router, DHCP server, resolver or WINS server.</summary>
        public bool IsInfrastructure => (host.Roles & Serving) != 0;

        /// <summary>Whether it has an IPv4 address besides <paramref name="address"/>.</summary>
        public bool HasOtherV4Than(IpAddress address)
        {
            foreach (var own in host.Addresses)
            {
                if (own.IsV4 && own != address)
                    return true;
            }
            return false;
        }

        /// <summary>Whether it asked for a lease like a workstation and serves nobody.</summary>
        public bool IsWorkstation => host.Is(HostRoles.DhcpClient) && !host.IsInfrastructure;
    }

    extension(Binding binding)
    {
        /// <summary>
        /// Whether the binding is known and its owner was heard lately, so that it says something about now: an address may be another
        /// host's tomorrow, and another network's in the next file.
        /// </summary>
        public bool IsCurrent(in Sighting at) => binding.IsKnown && Math.Abs(at.TimestampNs - binding.LastSeenNs) < 10 * Span.Minute;
    }

    extension(MacAddress mac)
    {
        /// <summary>
        /// Network load balancing (02:bf, 03:bf and the IGMP form 01:00:5e:7f): the ARP payload and the Ethernet header differ by design.
        /// </summary>
        public bool IsLoadBalanced => (mac.Value >> 32) is 0x02BF or 0x03BF || (mac.Value >> 16) == 0x01005E7F;

        /// <summary>Whether two addresses are ports of one machine: same maker and numbered next to each other (teams, blades).</summary>
        public bool IsSiblingOf(MacAddress other) =>
            mac.Organisation == other.Organisation && Math.Abs((long)mac.Value - (long)other.Value) <= 8;
    }

    extension(IpAddress address)
    {
        /// <summary>
        /// The MAC inside an address of the modified EUI-64 form (RFC 4291 appendix A), or none. Says who made the address for itself.
        /// </summary>
        public MacAddress Eui64Mac =>
            !address.IsV4 && ((address.Low >> 24) & 0xFFFF) == 0xFFFE
                ? new MacAddress((((address.Low >> 40) & 0xFFFFFF) << 24 | (address.Low & 0xFFFFFF)) ^ 0x0200_0000_0000)
                : MacAddress.None;

        /// <summary>Whether both lie in one /24 (IPv4) or /64 (IPv6), which in practice is one link.</summary>
        public bool IsNear(IpAddress other) => address.SharesPrefix(other, address.IsV4 ? 24 : 64);
    }

    /// <summary>A stable hash of an address as the subject of a finding, kept apart by <paramref name="kind"/>.</summary>
    public static ulong Subject(IpAddress address, ulong kind = 0) => address.StableHash() ^ (kind * 0x9E3779B97F4A7C15UL);

    /// <summary>Frames in the order of the timeline without repeats.</summary>
    public static ImmutableArray<FrameReference> InOrder(params ReadOnlySpan<FrameReference> frames)
    {
        const int Usual = 8;
        var ordered = frames.Length <= Usual ? stackalloc FrameReference[Usual] : new FrameReference[frames.Length];
        var count = 0;
        foreach (ref readonly var frame in frames)
        {
            if (frame.Number != 0 && !Contains(ordered[..count], in frame))
                ordered[count++] = frame;
        }
        ordered[..count].Sort(static (a, b) =>
            a.TimestampNs != b.TimestampNs ? a.TimestampNs.CompareTo(b.TimestampNs) : (a.Origin, a.Number).CompareTo((b.Origin, b.Number)));
        return [.. ordered[..count]];
    }

    private static bool Contains(ReadOnlySpan<FrameReference> known, ref readonly FrameReference frame)
    {
        foreach (ref readonly var other in known)
        {
            if (other.Origin == frame.Origin && other.Number == frame.Number)
                return true;
        }
        return false;
    }
}

/// <summary>Spans of packet time in nanoseconds.</summary>
internal static class Span
{
    public const long Second = 1_000_000_000;
    public const long Minute = 60 * Second;
}
