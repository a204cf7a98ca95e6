using System.Text;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;
using Sensor.Detection.Trust;
using Sensor.Detection.Updates;

namespace Sensor.Detection.Tests;

/// <summary>Fills a fact; texts and addresses are kept in the log it is given.</summary>
public delegate void Fill<T>(ref T fact, ObservationLog log) where T : struct;

/// <summary>A host of a test's network.</summary>
public sealed record Station(MacAddress Mac, IpAddress V4, IpAddress V6 = default)
{
    /// <summary>The station "192.168.1.N" with MAC 02:00:00:00:00:N and a link-local address.</summary>
    public static Station Number(byte n) => new(
        new MacAddress(0x0200_0000_0000UL | n), IpAddress.FromV4(0xC0A8_0100u | n), new IpAddress(0xFE80_0000_0000_0000, n));
}

/// <summary>
/// A detection run fed with facts one by one, as the analyzers would: each call is one packet. Findings and alerts are collected as they come.
/// </summary>
public sealed class FactFeeder
{
    private readonly ObservationLog _log = new();
    private long _ordinal;
    private ushort _nextId = 0x1000;

    public FactFeeder(TrustSettings? trust = null, SettingsReader? settings = null, IPacEvaluator? pacEvaluator = null, UpdatePolicy? updates = null,
        ICanaryLedger? canaries = null)
    {
        var isRead = TrustPolicy.TryCreate(trust ?? new TrustSettings(), out var policy, out var errors);
        Assert.True(isRead, string.Join('\n', errors));
        Engine = new DetectionEngine(policy, Segments, settings, pacEvaluator: pacEvaluator, updates: updates, canaries: canaries);
        Engine.Incidents.FindingMade = (_, finding) => Findings.Add(finding);
        Engine.Incidents.AlertRaised = Alerts.Add;
    }

    public SegmentTable Segments { get; } = new();

    public DetectionEngine Engine { get; }

    public List<Finding> Findings { get; } = [];

    public List<Alert> Alerts { get; } = [];

    /// <summary>Packet time of the next packet; a millisecond passes with each.</summary>
    public long NowNs { get; set; } = 1_700_000_000_000_000_000;

    public int Segment { get; set; }

    /// <summary>TTL of the next packets.</summary>
    public byte Ttl { get; set; } = 64;

    /// <summary>Number of the packet delivered last.</summary>
    public long Frame => _ordinal;

    public void Wait(TimeSpan time) => NowNs += (long)(time.TotalMilliseconds * 1_000_000);

    /// <summary>Findings of one detector.</summary>
    public IEnumerable<Finding> Of(string detector) => Findings.Where(finding => finding.Detector.Id == detector);

    /// <summary>Alerts of one detector.</summary>
    public IEnumerable<Alert> AlertsOf(string detector) => Alerts.Where(alert => alert.Finding.Detector.Id == detector);

    /// <summary>A packet from one station to another.</summary>
    public Sighting Packet(Station from, Station to, ushort sourcePort, ushort destinationPort, byte protocol = 17) => new()
    {
        SourceMac = from.Mac,
        DestinationMac = to.Mac,
        Source = from.V4,
        Destination = to.V4,
        SourcePort = sourcePort,
        DestinationPort = destinationPort,
        Protocol = protocol,
    };

    /// <summary>Delivers one fact as the only fact of the next packet; <paramref name="at"/> gets time, frame number, segment and TTL.</summary>
    public Sighting Deliver<T>(Sighting at, Fill<T> fill) where T : struct
    {
        at = Stamp(at);
        DeliverSame(at, fill);
        return at;
    }

    /// <summary>Delivers a further fact of a packet that was stamped before.</summary>
    public void DeliverSame<T>(in Sighting at, Fill<T> fill) where T : struct
    {
        _log.Clear();
        ref var fact = ref _log.Add<T>(in at);
        fill(ref fact, _log);
        _log.Deliver(0, Engine.Bus);
    }

    public Sighting Stamp(Sighting at)
    {
        at.Ordinal = _ordinal++;
        at.FrameNumber = _ordinal;
        at.TimestampNs = NowNs;
        at.Segment = Segment;
        if (at.Ttl == 0 && at.Protocol != 0)
            at.Ttl = Ttl;
        NowNs += 1_000_000;
        return at;
    }

    /// <summary>IP traffic from a station.</summary>
    public void Seen(Station station, bool manySources = false) =>
        Deliver(Packet(station, Station.Number(1), 50_000, 443, 6), (ref AddressSeen fact, ObservationLog _) => fact.ManySources = manySources);

    /// <summary>An ARP packet; operation 2 is a reply.</summary>
    public Sighting Arp(MacAddress senderMac, IpAddress sender, MacAddress targetMac, IpAddress target, ushort operation = 2) => Deliver(
        new Sighting { SourceMac = senderMac, DestinationMac = targetMac.IsNone ? MacAddress.Broadcast : targetMac, Source = sender, Destination = target },
        (ref AddressClaimed fact, ObservationLog _) =>
        {
            fact.Operation = operation;
            fact.SenderMac = senderMac;
            fact.SenderAddress = sender;
            fact.TargetMac = targetMac;
            fact.TargetAddress = target;
        });

    /// <summary>A question for a name; multicast or broadcast by protocol, DNS to <paramref name="server"/>. Returns it with its id for <see cref="Answer"/>.</summary>
    public Question Ask(
        NameProtocol protocol, Station asker, string name, ushort type = 1, Station? server = null, byte suffix = 0, bool wantsUnicast = false)
    {
        var id = protocol == NameProtocol.Mdns ? (ushort)0 : _nextId++;
        var at = Packet(asker, server ?? Group(protocol), SourcePort(protocol, wantsUnicast), Port(protocol));
        return Repeat(new Question(protocol, asker, name, protocol == NameProtocol.Nbns && type == 1 ? (ushort)0x20 : type, id, suffix, at));
    }

    /// <summary>The same question on the wire once more.</summary>
    public Question Repeat(Question question)
    {
        var at = Deliver(question.At with { Ttl = 0 }, (ref NameAsked fact, ObservationLog log) =>
        {
            var name = Encoding.UTF8.GetBytes(question.Name);
            fact.Protocol = question.Protocol;
            fact.Name = log.Keep(name);
            fact.NameHash = ((ReadOnlySpan<byte>)name).StableHash();
            fact.IsWpad = Core.Wire.WpadName.Is(name);
            fact.Type = question.Type;
            fact.TransactionId = question.Id;
            fact.Suffix = question.Suffix;
        });
        return question with { At = at };
    }

    /// <summary>
    /// An answer to a question from a station with these addresses (none: a negative answer). Without <see cref="AnswerOptions.AsIf"/> it comes from the
    /// station's own address.
    /// </summary>
    public Sighting Answer(Question question, Station from, IpAddress[] addresses, AnswerOptions? options = null)
    {
        options ??= new AnswerOptions();
        var at = question.At with
        {
            SourceMac = from.Mac,
            Source = options.AsIf ?? from.V4,
            SourcePort = question.At.DestinationPort,
            DestinationMac = options.Multicast ? Group(question.Protocol).Mac : question.Asker.Mac,
            Destination = options.Multicast ? Group(question.Protocol).V4 : question.At.Source,
            DestinationPort = options.Multicast ? Port(question.Protocol) : question.At.SourcePort,
            Ttl = options.Ttl,
        };
        return Deliver(at, (ref NameAnswered fact, ObservationLog log) => FillAnswer(ref fact, log, question, addresses, options));
    }

    /// <summary>The same answer again, as a SPAN shows it twice.</summary>
    public void AnswerAgain(Sighting at, Question question, IpAddress[] addresses, AnswerOptions? options = null) =>
        Deliver(at, (ref NameAnswered fact, ObservationLog log) => FillAnswer(ref fact, log, question, addresses, options ?? new AnswerOptions()));

    /// <summary>A name claimed unasked.</summary>
    public Sighting Register(
        RegistrationKind kind, Station from, string name, IpAddress[] addresses, Station? server = null, string zone = "", bool isGroup = false,
        ushort type = 1, byte suffix = 0, ushort id = 7)
    {
        var isMdns = kind is RegistrationKind.MdnsProbe or RegistrationKind.MdnsAnnouncement;
        var port = isMdns ? (ushort)5353 : kind is RegistrationKind.DnsUpdateAdd or RegistrationKind.DnsUpdateDelete ? (ushort)53 : (ushort)137;
        var to = server ?? Group(isMdns ? NameProtocol.Mdns : NameProtocol.Nbns);
        return Deliver(Packet(from, to, port, port), (ref NameRegistered fact, ObservationLog log) =>
        {
            var octets = Encoding.UTF8.GetBytes(name);
            fact.Kind = kind;
            fact.Name = log.Keep(octets);
            fact.NameHash = ((ReadOnlySpan<byte>)octets).StableHash();
            fact.Zone = log.Keep(Encoding.UTF8.GetBytes(zone));
            fact.Addresses = log.Keep(addresses);
            fact.IsGroup = isGroup;
            fact.Type = type;
            fact.Suffix = suffix;
            fact.TransactionId = id;
        });
    }

    /// <summary>A DHCP client's message.</summary>
    public void AskLease(Station client, byte messageType = 3, string hostName = "", bool asksWpad = true, uint xid = 1) => Deliver(
        new Sighting
        {
            SourceMac = client.Mac,
            DestinationMac = MacAddress.Broadcast,
            Source = IpAddress.AnyV4,
            Destination = IpAddress.FromV4(uint.MaxValue),
            SourcePort = 68,
            DestinationPort = 67,
            Protocol = 17,
        },
        (ref LeaseAsked fact, ObservationLog log) =>
        {
            fact.MessageType = messageType;
            fact.ClientMac = client.Mac;
            fact.HostName = log.Keep(Encoding.UTF8.GetBytes(hostName));
            fact.AsksWpad = asksWpad;
            fact.TransactionId = xid;
        });

    /// <summary>A DHCP server's message.</summary>
    public Sighting OfferLease(Station server, Station client, Fill<LeaseOffered> options, byte messageType = 5, uint xid = 1) => Deliver(
        Packet(server, client, 67, 68),
        (ref LeaseOffered fact, ObservationLog log) =>
        {
            fact.MessageType = messageType;
            fact.TransactionId = xid;
            fact.ClientMac = client.Mac;
            fact.YourAddress = client.V4;
            fact.ServerIdentifier = server.V4;
            options(ref fact, log);
        });

    private static void FillAnswer(ref NameAnswered fact, ObservationLog log, Question question, IpAddress[] addresses, AnswerOptions options)
    {
        var name = Encoding.UTF8.GetBytes(question.Name);
        fact.Protocol = question.Protocol;
        fact.Name = log.Keep(name);
        fact.NameHash = ((ReadOnlySpan<byte>)name).StableHash();
        fact.IsWpad = Core.Wire.WpadName.Is(name);
        fact.Type = question.Type;
        fact.TransactionId = question.Id;
        fact.Suffix = question.Suffix;
        fact.Addresses = log.Keep(addresses);
        fact.AnswerCount = (ushort)addresses.Length;
        fact.Ttl = options.RecordTtl;
        fact.Flags = options.Flags;
        fact.ResponseCode = options.ResponseCode;
        fact.IsWait = options.IsWait;
        fact.CacheFlush = options.CacheFlush;
        fact.QuestionEchoed = question.Protocol != NameProtocol.Mdns;
        fact.OtherOwner = log.Keep(Encoding.UTF8.GetBytes(options.OtherOwner));
        fact.Target = log.Keep(Encoding.UTF8.GetBytes(options.Target));
        foreach (var address in addresses)
            fact.AnswerHash += address.StableHash() | 1;
        if (options.Target.Length > 0)
            fact.AnswerHash += 77;
    }

    private static ushort Port(NameProtocol protocol) => protocol switch
    {
        NameProtocol.Dns => 53,
        NameProtocol.Llmnr => 5355,
        NameProtocol.Mdns => 5353,
        _ => 137,
    };

    private ushort SourcePort(NameProtocol protocol, bool wantsUnicast) => protocol switch
    {
        NameProtocol.Nbns => 137,
        NameProtocol.Mdns when !wantsUnicast => 5353,
        _ => (ushort)(40_000 + (_ordinal % 10_000)),
    };

    private static Station Group(NameProtocol protocol) => protocol switch
    {
        NameProtocol.Llmnr => new Station(new MacAddress(0x0100_5E00_00FC), IpAddress.FromV4(0xE00000FC)),
        NameProtocol.Mdns => new Station(new MacAddress(0x0100_5E00_00FB), IpAddress.FromV4(0xE00000FB)),
        NameProtocol.Nbns => new Station(MacAddress.Broadcast, IpAddress.FromV4(0xC0A801FF)),
        _ => Station.Number(1),
    };
}

/// <summary>A question that was delivered.</summary>
public sealed record Question(NameProtocol Protocol, Station Asker, string Name, ushort Type, ushort Id, byte Suffix, Sighting At);

/// <summary>How an answer differs from a plain one.</summary>
public sealed record AnswerOptions
{
    /// <summary>Source address when it is not the sender's own.</summary>
    public IpAddress? AsIf { get; init; }

    /// <summary>To the group instead of the asker (mDNS).</summary>
    public bool Multicast { get; init; }

    public byte Ttl { get; init; }

    public uint RecordTtl { get; init; } = 30;

    public ushort Flags { get; init; } = 0x8000;

    public byte ResponseCode { get; init; }

    public bool IsWait { get; init; }

    public bool CacheFlush { get; init; }

    public string Target { get; init; } = "";

    /// <summary>Owner name of the record where it is not the question's.</summary>
    public string OtherOwner { get; init; } = "";
}
