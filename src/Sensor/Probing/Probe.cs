using System.Net;

namespace Sensor.Probing;

/// <summary>One datagram that asks the link something.</summary>
internal sealed record Probe
{
    /// <summary>What it asks.</summary>
    public required ProbeKind Kind { get; init; }

    /// <summary>Where it goes. Port 0 for router solicitations, which are ICMPv6.</summary>
    public required IPEndPoint Target { get; init; }

    /// <summary>The UDP payload (ICMPv6: the message, with a checksum of 0).</summary>
    public required byte[] Octets { get; init; }

    /// <summary>The port it is sent from; 0: any the system gives, as most clients do.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>IPv4 time to live or IPv6 hop limit.</summary>
    public required byte Ttl { get; init; }

    /// <summary>The name asked for, empty where none is.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether nobody has that name: who answers is a poisoner.</summary>
    public bool IsCanary { get; init; }

    /// <summary>Transaction id in the message's own width; 0 in mDNS and router solicitations, which have none.</summary>
    public uint TransactionId { get; init; }

    /// <summary>What it asks, in words: "LLMNR A fs-hq-07".</summary>
    public required string Text { get; init; }
}
