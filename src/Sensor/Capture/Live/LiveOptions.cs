namespace Sensor.Capture.Live;

/// <summary>What a live source captures from, and with which means.</summary>
public sealed record LiveOptions
{
    /// <summary>Least octets of a ring.</summary>
    public const long SmallestRing = 256 * 1024;

    /// <summary>Most octets of a ring.</summary>
    public const long LargestRing = 2L << 30;

    /// <summary>Most rings an interface is spread over.</summary>
    public const int MostFanOut = 8;

    /// <summary>Interfaces by name, at least one, none twice. Their places are the origins of frames.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Which library takes the frames.</summary>
    public LiveSourceKind Source { get; init; } = LiveSourceKind.Auto;

    /// <summary>
    /// Octets of kernel memory that wait for the sensor, for each interface and all its rings together: what comes in while the sensor is held up
    /// must fit. 64 MiB hold half a second of 1 Gbit/s.
    /// </summary>
    public long RingOctets { get; init; } = 64L << 20;

    /// <summary>Octets of the second ring of each interface, for name services, DHCP, ARP and NDP alone; 0 for none.</summary>
    public long ControlRingOctets { get; init; } = 16L << 20;

    /// <summary>Rings an interface's frames are spread over by flow (PACKET_FANOUT), 1 to 8: for cards with several receive queues.</summary>
    public int FanOut { get; init; } = 1;

    /// <summary>A filter in the language of libpcap, as tcpdump -i takes it, or null for everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether frames for others are taken too: a mirror port shows little else.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Octets kept of each frame.</summary>
    public int Snaplen { get; init; } = 262_144;

    /// <summary>Whether times come from the card where it stamps frames, as long as they agree with the machine's clock.</summary>
    public bool HardwareTimestamps { get; init; } = true;

    /// <summary>Share of frames lost within <see cref="LossWindow"/> that is reported, 0 to 1.</summary>
    public double LossThreshold { get; init; } = 0.001;

    /// <summary>The span over which loss is counted.</summary>
    public TimeSpan LossWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An interface that is up and gives no frame for so long is reported.</summary>
    public TimeSpan NoTrafficAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The span over which it is judged what the port shows (one direction only, no multicast, no answers).</summary>
    public TimeSpan VisibilityWindow { get; init; } = TimeSpan.FromMinutes(5);
}
