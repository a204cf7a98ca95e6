using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>A neighbour advertisement, RFC 4861 section 4.4.</summary>
public struct NeighborAdvertised
{
    /// <summary>The address that is claimed.</summary>
    public IpAddress Target;

    /// <summary>Target link-layer address option, or <see cref="MacAddress.None"/>.</summary>
    public MacAddress TargetMac;

    /// <summary>R: the sender is a router.</summary>
    public bool IsRouter;

    /// <summary>S: sent in answer to a solicitation.</summary>
    public bool Solicited;

    /// <summary>O: replaces a cached address.</summary>
    public bool Override;
}

/// <summary>A neighbour solicitation, RFC 4861 section 4.3. A source of :: is duplicate address detection (RFC 4862).</summary>
public struct NeighborSolicited
{
    /// <summary>The address that is sought.</summary>
    public IpAddress Target;

    /// <summary>Source link-layer address option, or <see cref="MacAddress.None"/>.</summary>
    public MacAddress SourceMac;
}
