using Sensor.Detection.Hosts;
using Sensor.Detection.Leases;

namespace Sensor.Detection.Detectors;

/// <summary>What speaks against a DHCP server, strongest first: the order in which it is told.</summary>
[Flags]
internal enum ServerSigns
{
    None = 0,

    /// <summary>Another detector found its host luring.</summary>
    IsSuspected = 1,

    /// <summary>It answers with the identity of another server.</summary>
    Impersonates = 2,

    /// <summary>The operator lists the servers, and this is none of them.</summary>
    IsUnlisted = 4,

    /// <summary>It asked for a lease itself.</summary>
    IsClient = 8,

    /// <summary>Others had served before it came.</summary>
    CameAfter = 16,

    /// <summary>A short lease and 0.0.0.0 as a DNS server.</summary>
    BearsBothMarks = 32,

    /// <summary>A lease of less than a minute, where the other's is longer.</summary>
    GivesShortLease = 64,

    /// <summary>0.0.0.0 as a DNS server, where the other gives none.</summary>
    GivesFillerDns = 128,

    /// <summary>Names itself as DNS server, where the other names a third.</summary>
    IsOwnDns = 256,

    /// <summary>Names itself as router, where the other names a third.</summary>
    IsOwnRouter = 512,

    /// <summary>Was seen after the other, which had served before.</summary>
    CameLater = 1024,

    /// <summary>Found luring, these detectors included. Stands alone.</summary>
    IsSuspectedOtherwise = 2048,
}

/// <summary>
/// A server under suspicion. Made for each answer of a server that nothing vouches for, so the words are put together only when they are told; they
/// hold as long as the message is being delivered.
/// </summary>
/// <param name="Server">The server.</param>
/// <param name="Host">The host behind it.</param>
/// <param name="Points">How much speaks against it.</param>
/// <param name="Signs">What.</param>
/// <param name="Impersonated">The server whose identity it bears, if it does.</param>
internal readonly record struct ServerCase(LeaseServer Server, Host Host, int Points, ServerSigns Signs, LeaseServer? Impersonated = null)
{
    /// <summary>From so many points on one server is the rogue without a doubt.</summary>
    public const int Clear = 4;

    /// <summary>Whether as much speaks against the other of two, so that only the order of their answers chose this one.</summary>
    public bool IsDraw { get; init; }

    /// <summary>What speaks against it, as parts of a sentence; empty when nothing does.</summary>
    public string Reasons => Signs == ServerSigns.IsSuspectedOtherwise ? "it is suspected for what else it does" : string.Join("; ", All());

    private IEnumerable<string> All()
    {
        if (Signs.HasFlag(ServerSigns.IsSuspected))
            yield return "the host is already suspected";
        if (Signs.HasFlag(ServerSigns.Impersonates))
            yield return $"it answers as {Impersonated?.Identifier} whose MAC is {Impersonated?.Mac}";
        if (Signs.HasFlag(ServerSigns.IsUnlisted))
            yield return "the operator lists the DHCP servers, and this is none of them";
        if (Signs.HasFlag(ServerSigns.IsClient))
            yield return "it asked for a lease itself like a workstation";
        if (Signs.HasFlag(ServerSigns.CameAfter))
            yield return $"others had answered {Server.AnsweredByOthersBefore.Text()} clients before it came";
        if (Signs.HasFlag(ServerSigns.BearsBothMarks))
            yield return "a lease that short with 0.0.0.0 among the DNS servers has no honest reading";
        if (Signs.HasFlag(ServerSigns.GivesShortLease))
            yield return "its lease lasts less than a minute";
        if (Signs.HasFlag(ServerSigns.GivesFillerDns))
            yield return "it gives 0.0.0.0 as a DNS server";
        if (Signs.HasFlag(ServerSigns.IsOwnDns))
            yield return "it names itself as DNS server";
        if (Signs.HasFlag(ServerSigns.IsOwnRouter))
            yield return "it names itself as router";
        if (Signs.HasFlag(ServerSigns.CameLater))
            yield return "it came later";
    }
}
