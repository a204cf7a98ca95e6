namespace Sensor.Core.Observations;

/// <summary>A router solicitation (RFC 4861 section 4.1): a host wants to know its IPv6 routers now. The sighting's source may be unspecified.</summary>
public struct RouterSolicited
{
    /// <summary>The answer is due within half a second (RFC 4861 section 6.2.6); with room for queues and clocks, nanoseconds.</summary>
    public const long AnswerNs = 3_000_000_000;
}
