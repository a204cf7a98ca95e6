using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Hosts;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Detectors;

/// <summary>Weighs which of two DHCP servers is the rogue, by what the network itself shows.</summary>
internal sealed class LeaseServerJudge(DetectionContext context)
{
    /// <summary>Transactions others must have answered before a newcomer is one.</summary>
    public const int Settled = 2;

    /// <summary>The detectors that use this judge (1201 to 1206): they must not prove one another.</summary>
    private const int FirstSid = 1201, LastSid = 1206;

    private const long RecentNs = 30 * Span.Minute;

    /// <summary>The host behind a server: by MAC on the link, where the source may be forged; by address behind a relay.</summary>
    public Host HostOf(LeaseServer server, in Sighting at) =>
        server.IsRelayed || server.Mac.IsNone
            ? context.Hosts.Of(server.Segment, server.Identifier.IsUnspecified ? server.Source : server.Identifier, at.TimestampNs)
            : context.Hosts.Of(server.Segment, server.Mac, at.TimestampNs);

    /// <summary>
    /// Whether the operator trusts a server. Who shares an identity with another server from another MAC is trusted only by the MAC.
    /// </summary>
    public bool IsTrusted(LeaseServer server, bool hasForeignNamesake)
    {
        var vlan = context.VlanOf(server.Segment);
        if (context.Trust.IsDhcpServer(vlan, default, server.Mac))
            return true;
        return !hasForeignNamesake
            && (context.Trust.IsDhcpServer(vlan, server.Source, default) || context.Trust.IsDhcpServer(vlan, server.Identifier, default));
    }

    /// <summary>
    /// Another server with this one's identifier, both on the link, from different MACs that are not one machine's. A packet that was
    /// routed carries a router's MAC and says nothing.
    /// </summary>
    public static LeaseServer? Impersonated(in LeaseExchange exchange, in Sighting at)
    {
        var server = exchange.Server;
        var other = exchange.Namesake;
        if (other is null || server.IsRelayed || other.IsRelayed || server.Mac.IsNone || other.Mac.IsNone || server.Mac == other.Mac)
            return null;
        if (server.Mac.IsVirtualRouter || other.Mac.IsVirtualRouter || server.Mac.IsSiblingOf(other.Mac))
            return null;
        return at.Ttl is 64 or 128 or 255 or 32 or 16 or 1 ? other : null;
    }

    /// <summary>The points against <paramref name="server"/>, compared with <paramref name="other"/> if there is one.</summary>
    public ServerCase Weigh(LeaseServer server, LeaseServer? other, LeaseServer? impersonated, in Sighting at)
    {
        var host = HostOf(server, at);
        var (points, signs) = (0, ServerSigns.None);
        Add(context.IsLuring(host, FirstSid, LastSid), 4, ServerSigns.IsSuspected);
        Add(impersonated is not null, 4, ServerSigns.Impersonates);
        Add(context.Trust.KnowsDhcpServers(context.VlanOf(server.Segment), server.Identifier, server.Mac), 3, ServerSigns.IsUnlisted);
        // A router's server may look for rivals by asking, too: alone it proves little.
        var hasRival = other is not null || server.AnsweredByOthersBefore > 0;
        Add(host.Is(HostRoles.DhcpClient) && !host.Is(HostRoles.Router), hasRival ? 3 : 1, ServerSigns.IsClient);
        Add(server.AnsweredByOthersBefore >= Settled, 2, ServerSigns.CameAfter);
        Add(other is null && server.Marks == 2, 3, ServerSigns.BearsBothMarks);
        if (other is not null)
        {
            Add(server.GivesShortLease && !other.GivesShortLease, 2, ServerSigns.GivesShortLease);
            Add(server.GivesFillerDns && !other.GivesFillerDns, 2, ServerSigns.GivesFillerDns);
            Add(other.Plan.FirstRouter == server.Source || other.Plan.FirstDns == server.Source, -3, ServerSigns.None);
            // Two that bear one address name themselves alike: that speaks against neither.
            var isNamesake = server.Source == other.Source;
            Add(!isNamesake && server.Plan.FirstDns == server.Source && other.Plan.FirstDns != server.Source, 1,
                ServerSigns.IsOwnDns);
            Add(!isNamesake && server.Plan.FirstRouter == server.Source && other.Plan.FirstRouter != server.Source, 1,
                ServerSigns.IsOwnRouter);
            // Being slower in this very transaction proves nothing; the other must have answered an earlier one.
            Add(server.FirstFrame.TimestampNs > other.FirstFrame.TimestampNs && server.AnsweredByOthersBefore > 0 && other.Answered > 1, 1,
                ServerSigns.CameLater);
        }
        return new ServerCase(server, host, points, signs, impersonated);

        void Add(bool holds, int weight, ServerSigns sign)
        {
            if (holds)
                (points, signs) = (points + weight, signs | sign);
        }
    }

    /// <summary>
    /// Of two servers with one identity on one link the one that bears it falsely, null when nothing tells: who is faster proves nothing.
    /// The marks of a forger tell, a MAC that had the address before it spoke DHCP, or that one had served before the other came.
    /// </summary>
    public LeaseServer? IdentityThief(LeaseServer server, LeaseServer other, in Sighting at)
    {
        if (server.Marks != other.Marks)
            return server.Marks > other.Marks ? server : other;
        var owner = context.Hosts.BindingOf(at.Segment, server.Identifier);
        if (IsOlder(owner, server))
            return other;
        if (IsOlder(owner, other))
            return server;
        var later = server.FirstFrame.TimestampNs >= other.FirstFrame.TimestampNs ? server : other;
        return later.AnsweredByOthersBefore >= Settled ? later : null;

        static bool IsOlder(Binding owner, LeaseServer claimant) =>
            owner.Mac == claimant.Mac && owner.IsKnown && owner.FirstSeenNs < claimant.FirstFrame.TimestampNs;
    }

    /// <summary>Another server of the link that gave <paramref name="client"/> its lease lately; null when there is none.</summary>
    public LeaseServer? LeaserOf(MacAddress client, LeaseServer server, in Sighting at)
    {
        foreach (var other in context.Leases.Of(server.Segment).Servers)
        {
            if (other != server && other.IsV6 == server.IsV6 && other.ClientList.Contains(client.Value)
                && at.TimestampNs - other.LastFrame.TimestampNs < RecentNs)
                return other;
        }
        return null;
    }

    /// <summary>Of two servers that contradict each other the one with more against it; a draw goes to the one first seen later.</summary>
    public ServerCase Rogue(in LeaseExchange exchange, in Sighting at, LeaseServer? impersonated)
    {
        var thief = impersonated is null ? null : IdentityThief(exchange.Server, impersonated, at);
        var here = Weigh(exchange.Server, exchange.Other, thief == exchange.Server ? impersonated : null, at);
        var there = Weigh(exchange.Other!, exchange.Server, thief == exchange.Other ? exchange.Server : null, at);
        here = here with { IsDraw = here.Points == there.Points };
        there = there with { IsDraw = here.IsDraw };
        if (IsTrusted(exchange.Other!, exchange.Other == impersonated))
            return here;
        if (IsTrusted(exchange.Server, impersonated is not null))
            return there;
        if (here.Points != there.Points)
            return here.Points > there.Points ? here : there;
        // As much against both: what the one gives besides (option 252 the other does not give) then decides, not the order of their answers.
        if (context.IsLuring(here.Host) != context.IsLuring(there.Host))
            return (context.IsLuring(here.Host) ? here : there) with { IsDraw = false, Signs = ServerSigns.IsSuspectedOtherwise };
        return exchange.Server.FirstFrame.TimestampNs >= exchange.Other!.FirstFrame.TimestampNs ? here : there;
    }

    /// <summary>
    /// The settled server of the segment that <paramref name="server"/> joins: has answered several clients, lately, in the same subnet.
    /// Null when the capture is rather a second network glued to the first.
    /// </summary>
    public LeaseServer? SettledBeside(LeaseServer server, in Sighting at)
    {
        LeaseServer? settled = null;
        foreach (var other in context.Leases.Of(server.Segment).Servers)
        {
            if (other == server || other.IsV6 != server.IsV6 || other.Answered < Settled
                || other.FirstFrame.TimestampNs >= server.FirstFrame.TimestampNs)
                continue;
            // One server behind two relay agents serves two subnets, each with its own plan.
            if (other.IsRelayed && server.IsRelayed && other.Relay != server.Relay)
                continue;
            var isNear = other.Identifier.IsNear(server.Identifier) || other.Source.IsNear(server.Source)
                || other.Plan.FirstRouter.IsNear(server.Plan.FirstRouter);
            if (isNear && at.TimestampNs - other.LastFrame.TimestampNs < RecentNs && (settled is null || other.Answered > settled.Answered))
                settled = other;
        }
        return settled;
    }
}
