using System.Net;
using System.Net.Sockets;
using Sensor.Core.Wire;

namespace Sensor.Probing;

/// <summary>
/// What one round asks, in a new order, with new names, ids and letter case each time: what is always the same can be recognised and left alone.
/// Nothing here sends.
/// </summary>
internal sealed class ProbePlan(ProbingSettings settings, ProbeInterface from, CanaryNames names, Random random)
{
    private const ushort LlmnrPort = 5355, MdnsPort = 5353, NbnsPort = 137, DhcpServer = 67, DhcpClient = 68, Dhcpv6Server = 547, Dhcpv6Client = 546;
    private const byte LinkOnly = 1, AnyDistance = 64, FromLink = 255;

    // One round in this many asks for wpad itself too: it is the name poisoners like best, and one that is asked for by every browser.
    private const int WpadRounds = 3;

    private static readonly IPAddress LlmnrGroup = IPAddress.Parse("224.0.0.252"), MdnsGroup = IPAddress.Parse("224.0.0.251"),
        LlmnrGroup6 = IPAddress.Parse("ff02::1:3"), MdnsGroup6 = IPAddress.Parse("ff02::fb"), DhcpServers6 = IPAddress.Parse("ff02::1:2"),
        AllRouters = IPAddress.Parse("ff02::2");

    /// <summary>A whole round.</summary>
    public IReadOnlyList<Probe> Round()
    {
        var probes = new List<Probe>();
        AddNames(probes, names.Next(), isCanary: true);
        if (settings.AskWpad && random.Next(WpadRounds) == 0)
            AddNames(probes, random.Next(2) == 0 ? "wpad" : "WPAD", isCanary: false);
        if (settings.AskDhcp)
            AddAddressPlans(probes);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(probes));
        return probes;
    }

    /// <summary>The check of a suspected host, whatever it is suspected of: a poisoner of names often hands out addresses too.</summary>
    public IReadOnlyList<Probe> Check()
    {
        var probes = new List<Probe>();
        AddNames(probes, names.Next(), isCanary: true);
        if (settings.AskDhcp)
            AddAddressPlans(probes);
        return probes;
    }

    private bool Asks(string service) => settings.Canaries.Contains(service, StringComparer.OrdinalIgnoreCase);

    private void AddNames(List<Probe> probes, string name, bool isCanary)
    {
        if (Asks("llmnr"))
        {
            Add4(probes, LlmnrGroup, to => Llmnr(name, isCanary, to));
            Add6(probes, LlmnrGroup6, to => Llmnr(name, isCanary, to));
        }
        if (Asks("mdns"))
        {
            Add4(probes, MdnsGroup, to => Mdns(name, isCanary, to));
            Add6(probes, MdnsGroup6, to => Mdns(name, isCanary, to));
        }
        if (Asks("nbns") && from.Broadcast is { } everybody)
            probes.Add(Nbns(name, isCanary, everybody));
    }

    /// <summary>
    /// A over IPv4 and either over IPv6: many poisoners answer only one of them, A most of all, and no round must pass those by.
    /// </summary>
    private ushort RecordType(IPAddress to) =>
        to.AddressFamily == AddressFamily.InterNetworkV6 && random.Next(2) == 0 ? NameQuestion.TypeAaaa : NameQuestion.TypeA;

    private Probe Llmnr(string name, bool isCanary, IPAddress to)
    {
        var (id, type) = (Id(), RecordType(to));
        return new Probe
        {
            Kind = ProbeKind.Llmnr,
            Target = new IPEndPoint(to, LlmnrPort),
            Octets = NameQuestion.Llmnr(id, name, type),
            Ttl = LinkOnly,
            Name = name,
            IsCanary = isCanary,
            TransactionId = id,
            Text = $"LLMNR{Over(to)} {TypeText(type)} {name}",
        };
    }

    private Probe Mdns(string name, bool isCanary, IPAddress to)
    {
        var type = RecordType(to);
        return new Probe
        {
            Kind = ProbeKind.Mdns,
            Target = new IPEndPoint(to, MdnsPort),
            Octets = NameQuestion.Mdns(name, type, wantsUnicast: random.Next(2) == 0),
            SourcePort = MdnsPort,
            Ttl = FromLink,
            Name = name,
            IsCanary = isCanary,
            Text = $"mDNS{Over(to)} {TypeText(type)} {name}.local",
        };
    }

    private Probe Nbns(string name, bool isCanary, IPAddress to)
    {
        var id = Id();
        var isFileServer = random.Next(2) == 0;
        return new Probe
        {
            Kind = ProbeKind.Nbns,
            Target = new IPEndPoint(to, NbnsPort),
            Octets = NameQuestion.Nbns(id, name, isFileServer),
            SourcePort = NbnsPort,
            Ttl = AnyDistance,
            Name = name,
            IsCanary = isCanary,
            TransactionId = id,
            Text = $"NBNS {name.ToUpperInvariant()}<{(isFileServer ? "20" : "00")}>",
        };
    }

    private void AddAddressPlans(List<Probe> probes)
    {
        if (from.Address is { } own)
        {
            var (discover, inform) = ((uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32));
            probes.Add(Dhcp(ProbeKind.DhcpDiscover, discover, DhcpQuestion.DiscoverOf(discover, Client(), names.Next())));
            probes.Add(Dhcp(ProbeKind.DhcpInform, inform, DhcpQuestion.InformOf(inform, Client(), own, names.Next())));
        }
        var id = (uint)random.Next(1 << 24);
        Add6(probes, DhcpServers6, to => new Probe
        {
            Kind = ProbeKind.Dhcpv6Inform,
            Target = new IPEndPoint(to, Dhcpv6Server),
            Octets = DhcpQuestion.Information(id, NewGuid()),
            SourcePort = Dhcpv6Client,
            Ttl = LinkOnly,
            TransactionId = id,
            Text = "DHCPv6 INFORMATION-REQUEST",
        });
        Add6(probes, AllRouters, to => new Probe
        {
            Kind = ProbeKind.RouterSolicit,
            Target = new IPEndPoint(to, 0),
            Octets = RouterSolicitation.Of(from.Mac),
            Ttl = FromLink,
            Text = "router solicitation",
        });
    }

    private static Probe Dhcp(ProbeKind kind, uint id, byte[] octets) => new()
    {
        Kind = kind,
        Target = new IPEndPoint(IPAddress.Broadcast, DhcpServer),
        Octets = octets,
        SourcePort = DhcpClient,
        Ttl = AnyDistance,
        TransactionId = id,
        Text = kind == ProbeKind.DhcpDiscover ? "DHCP DISCOVER (252, 6, 15, 119)" : "DHCP INFORM (252, 6, 15, 119)",
    };

    private void Add4(List<Probe> probes, IPAddress to, Func<IPAddress, Probe> probe)
    {
        if (from.Address is not null)
            probes.Add(probe(to));
    }

    private void Add6(List<Probe> probes, IPAddress to, Func<IPAddress, Probe> probe)
    {
        if (from.LinkLocal is not null)
            probes.Add(probe(to));
    }

    private ushort Id() => (ushort)random.Next(1, ushort.MaxValue + 1);

    private Guid NewGuid()
    {
        Span<byte> octets = stackalloc byte[16];
        random.NextBytes(octets);
        return new Guid(octets);
    }

    private MacAddress Client()
    {
        _ = MacAddress.TryParse(settings.DhcpOui.Replace('-', ':') + ":00:00:00", out var first);
        return new MacAddress(first.Value | (uint)random.Next(1 << 24));
    }

    private static string Over(IPAddress to) => to.AddressFamily == AddressFamily.InterNetworkV6 ? "/IPv6" : "";

    private static string TypeText(ushort type) => type == NameQuestion.TypeA ? "A" : "AAAA";
}
