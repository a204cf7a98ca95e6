using System.Text;
using Sensor.Core.Analyzers;
using Sensor.Core.Flows;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Tests.Flows;

/// <summary>A conversation between 10.0.0.1:40000 (client) and 10.0.0.2:80 (server), handed to one shard segment by segment, with its facts.</summary>
internal sealed class TcpTalk
{
    public const byte Fin = 1, Syn = 2, Rst = 4, Ack = 16;
    public const uint ClientIsn = 1000, ServerIsn = 0xFFFF_FF00;

    private readonly FrameBatch _batch = new(80_000, 1) { Count = 1 };
    private readonly ObservationLog _log = new();
    private readonly ObservationBus _bus = new();

    public TcpTalk(FlowLimits? limits = null)
    {
        Shard = new FlowShard(limits);
        _bus.Subscribe<HttpRequested>(Requests);
        _bus.Subscribe<HttpAnswered>(Answers);
        _bus.Subscribe<NameAnswered>(Names);
        _bus.Subscribe<ProxyUsed>(Proxies);
        _bus.Subscribe<CredentialsShown>(Credentials);
        _bus.Subscribe<PayloadContradicted>(Contradictions);
        Bodies.Subscribe(_bus);
    }

    public FlowShard Shard { get; }

    public ObservationBus Bus => _bus;

    public Requests Requests { get; } = new();

    public Answers Answers { get; } = new();

    public Bodies Bodies { get; } = new();

    public Count<NameAnswered> Names { get; } = new();

    public Contradictions Contradictions { get; } = new();

    public ProxyUses Proxies { get; } = new();

    public Credentials Credentials { get; } = new();

    /// <summary>The next sequence numbers, from ISN + 1.</summary>
    public uint ClientNext { get; private set; } = ClientIsn + 1;

    public uint ServerNext { get; private set; } = ServerIsn + 1;

    public ushort ServerPort { get; set; } = 80;

    public ushort ClientPort { get; set; } = 40000;

    public long Time { get; set; } = 1_700_000_000_000_000_000;

    public long Number { get; private set; }

    public TcpTalk Handshake()
    {
        Segment(fromClient: true, ClientIsn, 0, Syn, []);
        Segment(fromClient: false, ServerIsn, ClientNext, Syn | Ack, []);
        Segment(fromClient: true, ClientNext, ServerNext, Ack, []);
        return this;
    }

    /// <summary>The client's next octets in one segment.</summary>
    public TcpTalk Client(string text) => Client(Encoding.Latin1.GetBytes(text));

    public TcpTalk Client(byte[] octets)
    {
        Segment(fromClient: true, ClientNext, ServerNext, Ack, octets);
        ClientNext += (uint)octets.Length;
        return this;
    }

    /// <summary>The server's next octets in one segment, acknowledged by the client.</summary>
    public TcpTalk Server(string text) => Server(Encoding.Latin1.GetBytes(text));

    public TcpTalk Server(byte[] octets)
    {
        Segment(fromClient: false, ServerNext, ClientNext, Ack, octets);
        ServerNext += (uint)octets.Length;
        Segment(fromClient: true, ClientNext, ServerNext, Ack, []);
        return this;
    }

    /// <summary>Octets of the server that the capture does not show.</summary>
    public TcpTalk Lost(int octets)
    {
        ServerNext += (uint)octets;
        return this;
    }

    public TcpTalk LostFromClient(int octets)
    {
        ClientNext += (uint)octets;
        return this;
    }

    public TcpTalk CloseByServer()
    {
        Segment(fromClient: false, ServerNext, ClientNext, Fin | Ack, []);
        Segment(fromClient: true, ClientNext, ServerNext + 1, Ack, []);
        return this;
    }

    public TcpTalk Finish()
    {
        Shard.Finish(_log);
        Deliver();
        return this;
    }

    public void Segment(bool fromClient, uint sequence, uint acknowledgment, byte flags, ReadOnlySpan<byte> octets, int cut = 0)
    {
        var client = IpAddress.FromV4(0x0A000001);
        var server = IpAddress.FromV4(0x0A000002);
        octets.CopyTo(_batch.Octets);
        var packet = new Packet
        {
            Kind = PacketKind.Tcp,
            Protocol = 6,
            Ttl = 64,
            Source = fromClient ? client : server,
            Destination = fromClient ? server : client,
            SourcePort = fromClient ? ClientPort : ServerPort,
            DestinationPort = fromClient ? ServerPort : ClientPort,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            TcpFlags = flags,
            PayloadLength = octets.Length - cut,
            PayloadWireLength = octets.Length,
            FlowHash = 0x1234_5678_9ABC_DEF0 ^ ((ulong)ClientPort << 20) ^ ServerPort,
        };
        Process(in packet);
    }

    public void Process(in Packet packet)
    {
        Number++;
        Time += 1_000_000;
        _batch.FirstOrdinal = Number - 1;
        _batch.Frames[0] = new FrameRecord { Number = Number, TimestampNs = Time, CapturedLength = packet.PayloadLength };
        Shard.Prefetch(in packet);
        Shard.Process(_batch, 0, in packet, _log);
        Deliver();
    }

    private void Deliver()
    {
        for (var i = 0; i < _log.Count; i++)
            _log.Deliver(i, _bus);
        _log.Clear();
    }
}

/// <summary>Uses of proxies as "protocol host:port user".</summary>
internal sealed class ProxyUses : IObserve<ProxyUsed>
{
    public bool IsSilent { get; set; }

    public List<string> Lines { get; } = [];

    public List<ProxyUsed> All { get; } = [];

    public void Observe(in Observed<ProxyUsed> seen)
    {
        if (IsSilent)
            return;
        ref readonly var fact = ref seen.Fact;
        All.Add(fact);
        Lines.Add($"{fact.Protocol} {Encoding.UTF8.GetString(seen.Text(fact.Host))}:{fact.Port} {Encoding.UTF8.GetString(seen.Text(fact.User))}".TrimEnd());
    }
}

/// <summary>Steps of authentications as "carrier scheme step domain\user@workstation target".</summary>
internal sealed class Credentials : IObserve<CredentialsShown>
{
    public bool IsSilent { get; set; }

    public List<string> Lines { get; } = [];

    public List<(CredentialsShown Fact, Sighting At, string ServerNames)> All { get; } = [];

    public void Observe(in Observed<CredentialsShown> seen)
    {
        if (IsSilent)
            return;
        ref readonly var fact = ref seen.Fact;
        All.Add((fact, seen.At, $"{Text(in seen, fact.ServerName)} {Text(in seen, fact.ServerDnsName)} {Text(in seen, fact.ServerDnsDomain)}"));
        Lines.Add($"{fact.Carrier} {fact.Scheme} {fact.Step} {Text(in seen, fact.Domain)}\\{Text(in seen, fact.User)}@{Text(in seen, fact.Workstation)} "
            + Text(in seen, fact.Target));
    }

    private static string Text(in Observed<CredentialsShown> seen, OctetSlice slice) => Encoding.UTF8.GetString(seen.Text(slice));
}

/// <summary>Contradicting payloads as "first frame/second frame first status/second status target".</summary>
internal sealed class Contradictions : IObserve<PayloadContradicted>
{
    public List<string> Lines { get; } = [];

    public List<PayloadContradicted> All { get; } = [];

    public void Observe(in Observed<PayloadContradicted> seen)
    {
        ref readonly var fact = ref seen.Fact;
        All.Add(fact);
        Lines.Add($"{fact.FirstFrameNumber}/{seen.At.FrameNumber} {fact.FirstStatus}/{fact.SecondStatus} {Encoding.UTF8.GetString(seen.Text(fact.Target))}".TrimEnd());
    }
}

/// <summary>Counts facts.</summary>
internal sealed class Count<T> : IObserve<T> where T : struct
{
    public int Seen { get; private set; }

    public void Observe(in Observed<T> seen) => Seen++;
}

/// <summary>Requests as "METHOD target".</summary>
internal sealed class Requests : IObserve<HttpRequested>
{
    public bool IsSilent { get; set; }

    public List<string> Lines { get; } = [];

    public List<(HttpRequested Fact, Sighting At, string Host, string Authorization)> All { get; } = [];

    public void Observe(in Observed<HttpRequested> seen)
    {
        if (IsSilent)
            return;
        Lines.Add($"{Text(in seen, seen.Fact.Method)} {Text(in seen, seen.Fact.Target)}");
        All.Add((seen.Fact, seen.At, Text(in seen, seen.Fact.Host), Text(in seen, seen.Fact.AuthorizationScheme)));
    }

    private static string Text(in Observed<HttpRequested> seen, OctetSlice slice) => Encoding.Latin1.GetString(seen.Text(slice));
}

/// <summary>One response with its texts.</summary>
internal sealed record Answer(HttpAnswered Fact, Sighting At, string Target, string Body, string Schemes, string Order)
{
    public override string ToString() => $"{Fact.Status} {Target}";
}

/// <summary>Responses.</summary>
internal sealed class Answers : IObserve<HttpAnswered>
{
    public bool IsSilent { get; set; }

    public List<Answer> All { get; } = [];

    public List<string> Lines => [.. All.Select(static answer => answer.ToString())];

    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (IsSilent)
            return;
        ref readonly var fact = ref seen.Fact;
        All.Add(new Answer(fact, seen.At, Text(in seen, fact.Target), Text(in seen, fact.Body), Text(in seen, fact.AuthenticationSchemes),
            Text(in seen, fact.HeaderOrder)));
    }

    private static string Text(in Observed<HttpAnswered> seen, OctetSlice slice) => Encoding.Latin1.GetString(seen.Text(slice));
}
