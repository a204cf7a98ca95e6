using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Leases;

/// <summary>
/// The server message being delivered, seen against its transaction and against the past. A transaction is segment, xid and client (chaddr, or
/// client DUID): DISCOVER to ACK in DHCPv4, one question and its answers in DHCPv6.
/// </summary>
public struct LeaseExchange
{
    /// <summary>The server that sent it; already counts this message.</summary>
    public LeaseServer Server;

    /// <summary>Whether this is the first message of <see cref="Server"/>.</summary>
    public bool IsNewServer;

    /// <summary>Whether this server already sent the same message type with the same plan in this transaction (retransmission, span duplicate).</summary>
    public bool IsRepeat;

    /// <summary>Whether a message of the client in this transaction was seen.</summary>
    public bool HasQuestion;

    /// <summary>The client's last message in this transaction, when <see cref="HasQuestion"/>.</summary>
    public Sighting Question;

    /// <summary>What this message hands out.</summary>
    public AddressPlan Plan;

    /// <summary>What <see cref="Server"/> had handed out before this message: of each part the value it gave last.</summary>
    public AddressPlan EarlierPlan;

    /// <summary>The parts that this message changes against <see cref="EarlierPlan"/>.</summary>
    public PlanParts Changed;

    /// <summary>The parts of <see cref="Plan"/> that this server had never given before. A client that asks for more gets more.</summary>
    public PlanParts Added;

    /// <summary>IP source of this server's message before this one; none for a new server. Differs only behind relay agents.</summary>
    public IpAddress EarlierSource;

    /// <summary>Ethernet source of this server's message before this one; none for a new server. Differs only behind relay agents.</summary>
    public MacAddress EarlierMac;

    /// <summary>Other servers that answered this transaction before, at most <see cref="LeaseTable.AnswersATransaction"/>.</summary>
    public int OtherServers;

    /// <summary>
    /// Of those, the first whose plan in this transaction differs from <see cref="Plan"/>; when none differs the first; null when there is none.
    /// </summary>
    public LeaseServer? Other;

    /// <summary>Where <see cref="Other"/> answered.</summary>
    public Sighting OtherAnswer;

    /// <summary>What <see cref="Other"/> handed out in this transaction.</summary>
    public AddressPlan OtherPlan;

    /// <summary>The parts that <see cref="Other"/> and this message hand out differently to the same client.</summary>
    public PlanParts Contradicts;

    /// <summary>
    /// The earliest known server of this segment with the same identifier (or DUID) but another source address, MAC or relay; null when there is
    /// none. A failover pair shares a plan, not an identifier; a thief of identity shares the identifier.
    /// </summary>
    public LeaseServer? Namesake;

    /// <summary>Answers to transactions by other servers of the same DHCP version in this segment so far (a transaction counts once a server).</summary>
    public long AnsweredByOthers;
}
