using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Leases;

/// <summary>
/// DHCPv4 and DHCPv6 transactions by xid and client, and what each server has offered over time, a segment each. Bounded, deterministic, and
/// without allocation for what was seen before. Subscribed before the detectors, so that <see cref="Current"/> describes the message a detector
/// is being told.
/// </summary>
public sealed partial class LeaseTable : IPrefetch<LeaseAsked>, IPrefetch<LeaseOffered>, IObserve<Dhcpv6Asked>, IObserve<Dhcpv6Offered>
{
    /// <summary>Servers whose answers are kept a transaction: two are a contradiction, more only add to it.</summary>
    public const int AnswersATransaction = 4;

    private readonly LeaseTransactions _transactions = new();
    private readonly Dictionary<int, SegmentLeases> _segments = [];
    private readonly Dictionary<LeaseServerKey, LeaseServer> _byKey = [];
    private LeaseExchange _current;
    private int _serversMade;

    /// <summary>The server message being delivered. Valid only while a LeaseOffered or Dhcpv6Offered is delivered.</summary>
    public ref readonly LeaseExchange Current => ref _current;

    /// <summary>Transactions pushed out by newer ones while they were still young.</summary>
    public long TransactionsEvicted => _transactions.Evicted;

    /// <summary>Servers and values not kept because a bound was reached.</summary>
    public long NotKept { get; private set; }

    /// <summary>What DHCP told the hosts of segment <paramref name="segment"/>; <see cref="SegmentLeases.Empty"/> when nothing was seen.</summary>
    public SegmentLeases Of(int segment) => _segments.TryGetValue(segment, out var known) ? known : SegmentLeases.Empty;

    /// <summary>Subscribes to lease observations.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<LeaseAsked>(this);
        bus.Subscribe<LeaseOffered>(this);
        bus.Subscribe<Dhcpv6Asked>(this);
        bus.Subscribe<Dhcpv6Offered>(this);
    }

    /// <inheritdoc/>
    public void Prefetch(in Observed<LeaseAsked> seen) =>
        _transactions.Prefetch(new LeaseTransactionKey(seen.At.Segment, false, seen.Fact.TransactionId, seen.Fact.ClientMac.Value));

    /// <inheritdoc/>
    public void Prefetch(in Observed<LeaseOffered> seen) =>
        _transactions.Prefetch(new LeaseTransactionKey(seen.At.Segment, false, seen.Fact.TransactionId, seen.Fact.ClientMac.Value));

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseAsked> seen)
    {
        var key = new LeaseTransactionKey(seen.At.Segment, false, seen.Fact.TransactionId, seen.Fact.ClientMac.Value);
        _transactions.Open(in key, seen.At.TimestampNs).Ask(in seen.At);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Asked> seen)
    {
        var key = new LeaseTransactionKey(seen.At.Segment, true, seen.Fact.TransactionId, seen.Text(seen.Fact.ClientDuid).StableHash());
        _transactions.Open(in key, seen.At.TimestampNs).Ask(in seen.At);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<LeaseOffered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        ref readonly var at = ref seen.At;
        var relayed = !fact.RelayAddress.IsUnspecified;
        var identifier = fact.ServerIdentifier.IsUnspecified ? at.Source : fact.ServerIdentifier;
        var key = relayed
            ? new LeaseServerKey(at.Segment, false, true, identifier, 0, fact.RelayAddress, IpAddress.None, MacAddress.None)
            : new LeaseServerKey(at.Segment, false, false, identifier, 0, IpAddress.None, at.Source, at.SourceMac);
        var transaction = new LeaseTransactionKey(at.Segment, false, fact.TransactionId, fact.ClientMac.Value);
        var plan = AddressPlan.Of(in seen);
        var segment = SegmentOf(at.Segment);
        var server = Answer(segment, in key, in transaction, in at, fact.MessageType, in plan);
        server.GivesShortLease |= fact.LeaseSeconds is > 0 and < LeaseServer.ShortLeaseSeconds;
        foreach (var dns in seen.Addresses(fact.DnsServers))
            server.GivesFillerDns |= dns == IpAddress.AnyV4;
        if (_current.Plan.Wpad != 0 && (_current.EarlierPlan.Wpad != plan.Wpad || server.Wpad is null))
        {
            server.Wpad = PlanText.ToText(seen.Text(fact.Wpad));
            server.WpadFrame = FrameReference.Of(in at);
        }
        // What this server gave before lies in the lists, or found them full.
        if (!_current.IsNewServer && (_current.Changed | _current.Added) == PlanParts.None)
            return;
        NotKept += SegmentLeases.Remember(segment.RouterList, seen.Addresses(fact.Routers), server, at.TimestampNs);
        NotKept += SegmentLeases.Remember(segment.DnsList, seen.Addresses(fact.DnsServers), server, at.TimestampNs);
        NotKept += SegmentLeases.Remember(segment.WinsList, seen.Addresses(fact.WinsServers), server, at.TimestampNs);
        NotKept += segment.RememberDomains(seen.Text(fact.Domain), server, at.TimestampNs);
        NotKept += segment.RememberDomains(seen.Text(fact.SearchList), server, at.TimestampNs);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<Dhcpv6Offered> seen)
    {
        ref readonly var fact = ref seen.Fact;
        ref readonly var at = ref seen.At;
        var duid = seen.Text(fact.ServerDuid).StableHash();
        var key = fact.RelayHops > 0
            ? new LeaseServerKey(at.Segment, true, true, IpAddress.None, duid, IpAddress.None, IpAddress.None, MacAddress.None)
            : new LeaseServerKey(at.Segment, true, false, IpAddress.None, duid, IpAddress.None, at.Source, at.SourceMac);
        var transaction = new LeaseTransactionKey(at.Segment, true, fact.TransactionId, seen.Text(fact.ClientDuid).StableHash());
        var plan = AddressPlan.Of(in seen);
        var segment = SegmentOf(at.Segment);
        var server = Answer(segment, in key, in transaction, in at, fact.MessageType, in plan);
        NotKept += SegmentLeases.Remember(segment.DnsList, seen.Addresses(fact.DnsServers), server, at.TimestampNs);
        NotKept += segment.RememberDomains(seen.Text(fact.SearchList), server, at.TimestampNs);
    }

    /// <summary>Sees one server message against its transaction and the past, describes it in <see cref="Current"/>, then learns from it.</summary>
    private LeaseServer Answer(
        SegmentLeases segment, in LeaseServerKey key, in LeaseTransactionKey transactionKey, in Sighting at, byte type, in AddressPlan plan)
    {
        ref var transaction = ref _transactions.Open(in transactionKey, at.TimestampNs);
        // Most of it is what other servers said, which they seldom do.
        if (_current.OtherServers > 0)
            _current = default;
        _current.IsRepeat = false;
        _current.IsNewServer = !_byKey.TryGetValue(key, out var server);
        server ??= MakeServer(segment, in key, in at);
        _current.Server = server;
        _current.HasQuestion = transaction.HasQuestion;
        _current.Question = transaction.Question;
        _current.Plan = plan;
        _current.EarlierPlan = server.Plan;
        _current.Changed = plan.DifferencesFrom(server.Plan);
        _current.Added = plan.Given & ~server.Plan.Given;
        _current.EarlierSource = server.Source;
        _current.EarlierMac = server.Mac;
        _current.Namesake = NamesakeOf(segment, server);
        CompareWithOthers(in transaction, server, in plan);
        KeepAnswer(segment, ref transaction, server, in at, type, in plan);
        _current.AnsweredByOthers = (key.IsV6 ? segment.AnsweredV6 : segment.Answered) - server.Answered;
        Learn(server, in at, in plan, transactionKey.Client);
        return server;
    }

    private void CompareWithOthers(in LeaseTransaction transaction, LeaseServer server, in AddressPlan plan)
    {
        foreach (ref readonly var answer in transaction.Answers)
        {
            if (ReferenceEquals(answer.Server, server))
                continue;
            _current.OtherServers++;
            var differences = plan.DifferencesFrom(in answer.Plan);
            if (_current.Other is not null && (differences == PlanParts.None || _current.Contradicts != PlanParts.None))
                continue;
            _current.Other = answer.Server;
            _current.OtherAnswer = answer.At;
            _current.OtherPlan = answer.Plan;
            _current.Contradicts = differences;
        }
    }

    private void KeepAnswer(
        SegmentLeases segment, ref LeaseTransaction transaction, LeaseServer server, in Sighting at, byte type, in AddressPlan plan)
    {
        var place = transaction.PlaceOf(server);
        if (place >= 0)
        {
            ref var answer = ref transaction.Answers[place];
            _current.IsRepeat = answer.LastType == type && answer.LastPlan.IsSameAs(in plan);
            (answer.Plan, answer.LastPlan, answer.LastType) = (answer.Plan.With(in plan), plan, type);
            return;
        }
        if (!transaction.TryAdd(AnswersATransaction))
        {
            NotKept++;
            return;
        }
        ref var first = ref transaction.Answers[^1];
        (first.Server, first.LastType) = (server, type);
        first.At = at;
        first.Plan = plan;
        first.LastPlan = plan;
        server.Answered++;
        if (server.IsV6)
            segment.AnsweredV6++;
        else
            segment.Answered++;
    }

    private static void Learn(LeaseServer server, in Sighting at, in AddressPlan plan, ulong client)
    {
        server.Messages++;
        server.Source = at.Source;
        server.Mac = at.SourceMac;
        server.LastFrame = FrameReference.Of(in at);
        if (plan.Given != PlanParts.None && plan != server.Plan)
            server.Plan = server.Plan.With(in plan);
        if (server.ClientList.Count < LeaseServer.CountedClients && !server.ClientList.Contains(client))
            server.ClientList.Add(client);
    }

    private LeaseServer MakeServer(SegmentLeases segment, in LeaseServerKey key, in Sighting at)
    {
        if (segment.ServerList.Count == SegmentLeases.ServerCapacity)
            ForgetLeastUsedServer(segment);
        var server = new LeaseServer(++_serversMade, in key, FrameReference.Of(in at))
        {
            AnsweredByOthersBefore = key.IsV6 ? segment.AnsweredV6 : segment.Answered,
        };
        segment.ServerList.Add(server);
        _byKey.Add(key, server);
        return server;
    }

    /// <summary>Makes room for a new server: the one with the fewest clients goes, of several the one seen first, so that a flood of forged servers pushes out only itself.</summary>
    private void ForgetLeastUsedServer(SegmentLeases segment)
    {
        var least = 0;
        for (var i = 1; i < segment.ServerList.Count; i++)
        {
            if (segment.ServerList[i].Clients < segment.ServerList[least].Clients)
                least = i;
        }
        _byKey.Remove(segment.ServerList[least].Key);
        segment.ServerList.RemoveAt(least);
        NotKept++;
    }

    private static LeaseServer? NamesakeOf(SegmentLeases segment, LeaseServer server)
    {
        foreach (var other in segment.ServerList)
        {
            if (!ReferenceEquals(other, server) && other.IsV6 == server.IsV6
                && (server.IsV6 ? other.DuidHash == server.DuidHash : other.Identifier == server.Identifier))
                return other;
        }
        return null;
    }

    private SegmentLeases SegmentOf(int number)
    {
        if (!_segments.TryGetValue(number, out var segment))
            _segments.Add(number, segment = new SegmentLeases());
        return segment;
    }
}
