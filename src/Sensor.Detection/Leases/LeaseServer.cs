using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Incidents;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Leases;

/// <summary>
/// A DHCP server as one segment sees it. On the link a server is its identifier, source address and source MAC together: who answers with the
/// identity of another server from another MAC is another server, see <see cref="LeaseExchange.Namesake"/>. Behind a relay agent a server is
/// its identifier and the relay's address (the MAC and source are a router's, and each relay's subnet has its own plan).
/// </summary>
public sealed class LeaseServer
{
    /// <summary>Distinct clients that are counted one by one; a server with more has <see cref="Clients"/> stuck here.</summary>
    public const int CountedClients = 64;

    /// <summary>Seconds below which a lease is too short for an address plan that is meant to last.</summary>
    public const int ShortLeaseSeconds = 60;

    // Forged servers answer one client each, and each is another.
    private ShortList<ulong> _clients;

    internal LeaseServer(int number, in LeaseServerKey key, FrameReference firstFrame)
    {
        Number = number;
        Key = key;
        FirstFrame = firstFrame;
    }

    /// <summary>Number within this run, from 1, in order of first sight.</summary>
    public int Number { get; }

    /// <summary>The segment it answers in.</summary>
    public int Segment => Key.Segment;

    /// <summary>Whether it speaks DHCPv6.</summary>
    public bool IsV6 => Key.IsV6;

    /// <summary>DHCPv4: the server identifier (option 54; the source address when absent). DHCPv6: none.</summary>
    public IpAddress Identifier => Key.Identifier;

    /// <summary>DHCPv6: FNV-1a of the server DUID, else 0.</summary>
    public ulong DuidHash => Key.DuidHash;

    /// <summary>The relay agent's address (giaddr); none when it answers on the link and for DHCPv6.</summary>
    public IpAddress Relay => Key.Relay;

    /// <summary>Whether its messages come through a relay agent.</summary>
    public bool IsRelayed => Key.IsRelayed;

    /// <summary>IP source of its last message.</summary>
    public IpAddress Source { get; internal set; }

    /// <summary>Ethernet source of its last message; a router's when relayed.</summary>
    public MacAddress Mac { get; internal set; }

    /// <summary>Its first message.</summary>
    public FrameReference FirstFrame { get; }

    /// <summary>Its last message.</summary>
    public FrameReference LastFrame { get; internal set; }

    /// <summary>Messages, repeats included.</summary>
    public long Messages { get; internal set; }

    /// <summary>Transactions it answered.</summary>
    public long Answered { get; internal set; }

    /// <summary>Distinct clients it answered, counted up to <see cref="CountedClients"/>.</summary>
    public int Clients => _clients.Count;

    /// <summary>
    /// Answers to transactions by other servers of the same DHCP version in this segment before this one's first message (a transaction counts
    /// once a server). 0: it was there first.
    /// </summary>
    public long AnsweredByOthersBefore { get; internal set; }

    /// <summary>What it hands out: of each part the value it gave last.</summary>
    public AddressPlan Plan { get; internal set; }

    /// <summary>The message that gave the present value of option 252; default when it gives none.</summary>
    public FrameReference WpadFrame { get; internal set; }

    /// <summary>
    /// The present value of option 252, cut to 512 octets, as printable ASCII (others as \xHH) without trailing NUL, CR, LF and space;
    /// null when it gives none.
    /// </summary>
    public string? Wpad { get; internal set; }

    /// <summary>Whether it ever gave a lease shorter than <see cref="ShortLeaseSeconds"/>.</summary>
    public bool GivesShortLease { get; internal set; }

    /// <summary>Whether it ever gave 0.0.0.0 as a DNS server.</summary>
    public bool GivesFillerDns { get; internal set; }

    /// <summary>How many marks of a forger its messages bear: 0 to 2.</summary>
    public int Marks => (GivesShortLease ? 1 : 0) + (GivesFillerDns ? 1 : 0);

    internal void Save(SnapshotWriter writer)
    {
        writer.I32(Number);
        writer.I32(Key.Segment);
        writer.Flag(Key.IsV6);
        writer.Flag(Key.IsRelayed);
        writer.Address(Key.Identifier);
        writer.U64(Key.DuidHash);
        writer.Address(Key.Relay);
        writer.Address(Key.Source);
        writer.Mac(Key.Mac);
        writer.Frame(FirstFrame);
        writer.Frame(LastFrame);
        writer.Address(Source);
        writer.Mac(Mac);
        foreach (var count in (ReadOnlySpan<long>)[Messages, Answered, AnsweredByOthersBefore])
            writer.I64(count);
        foreach (var part in (ReadOnlySpan<ulong>)[Plan.Routers, Plan.Dns, Plan.Domain, Plan.SearchList, Plan.Wins, Plan.Wpad])
            writer.U64(part);
        writer.Address(Plan.FirstRouter);
        writer.Address(Plan.FirstDns);
        writer.Frame(WpadFrame);
        writer.Text(Wpad);
        writer.Flag(GivesShortLease);
        writer.Flag(GivesFillerDns);
        writer.List(_clients, static (to, client) => to.U64(client));
    }

    internal static LeaseServer Load(SnapshotReader reader)
    {
        var number = reader.I32();
        var key = new LeaseServerKey(
            reader.Segment(), reader.Flag(), reader.Flag(), reader.Address(), reader.U64(), reader.Address(), reader.Address(), reader.Mac());
        var server = new LeaseServer(number, in key, reader.Frame())
        {
            LastFrame = reader.Frame(),
            Source = reader.Address(),
            Mac = reader.Mac(),
            Messages = reader.I64(),
            Answered = reader.I64(),
            AnsweredByOthersBefore = reader.I64(),
            Plan = new AddressPlan(
                reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.Address(), reader.Address()),
            WpadFrame = reader.Frame(),
            Wpad = reader.Text(),
            GivesShortLease = reader.Flag(),
            GivesFillerDns = reader.Flag(),
        };
        reader.List(from => server.ClientList.Add(from.U64()));
        return server;
    }

    internal LeaseServerKey Key { get; }

    internal ref ShortList<ulong> ClientList => ref _clients;
}

/// <summary>What makes two messages one server's.</summary>
internal readonly record struct LeaseServerKey(
    int Segment, bool IsV6, bool IsRelayed, IpAddress Identifier, ulong DuidHash, IpAddress Relay, IpAddress Source, MacAddress Mac);
