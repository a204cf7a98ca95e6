namespace Sensor.Capture.Live;

/// <summary>
/// What one capture interface has seen since start. Loss = Dropped / (Received + Dropped) over a window, where Received counts frames that were
/// delivered to this process. Read from other threads: a value is a snapshot.
/// </summary>
public sealed record InterfaceStatistics
{
    /// <summary>The interface's name.</summary>
    public required string Interface { get; init; }

    /// <summary>Whether it is up and being read.</summary>
    public required bool IsUp { get; init; }

    /// <summary>Frames delivered to this process.</summary>
    public required long Received { get; init; }

    /// <summary>Octets delivered.</summary>
    public required long Octets { get; init; }

    /// <summary>Frames the kernel dropped since its ring was full.</summary>
    public required long Dropped { get; init; }

    /// <summary>Frames the card had no room for (rx_missed_errors, rx_fifo_errors), since the interface exists; 0 where the system does not tell.</summary>
    public required long InterfaceDropped { get; init; }

    /// <summary>Frames dropped by the second ring alone: name services, DHCP, ARP, NDP. Part of <see cref="Dropped"/>.</summary>
    public required long ControlRingDropped { get; init; }

    /// <summary>How full the fullest ring is, 0 to 1.</summary>
    public required double RingFill { get; init; }

    /// <summary>Packet time of the newest frame, nanoseconds since 1970 UTC; 0 before the first.</summary>
    public required long LastFrameNs { get; init; }
}
