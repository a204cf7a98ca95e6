namespace Sensor.Store;

/// <summary>A host as its row shows it; lists are separated by blanks, roles are those of HostRoles as bits.</summary>
internal sealed record HostRow(
    int Id, string Segment, string Macs, string Addresses, string Names, long Roles, long FirstNs, long LastNs);

/// <summary>A host that could be lured; kinds are those of ExposureKinds as bits.</summary>
internal sealed record ExposureRow(string Segment, string Who, long Kinds, long LastWpadNs, long LastUpdateNs, long LastPollNs, long LastNs);

/// <summary>A PAC file; URLs and servers are separated by blanks.</summary>
internal sealed record PacRow(
    string Sha256, long Length, long FirstNs, long LastNs, long TimesServed, string Urls, string Servers, ReadOnlyMemory<byte> Body);

/// <summary>Part of what is known of the network, to be written in one go.</summary>
/// <param name="AfterId">The hosts listed are all that have a greater id than this</param>
/// <param name="UpToId">and none greater than this.</param>
/// <param name="Hosts">They.</param>
/// <param name="Exposure">All hosts that could be lured; null when it is not their turn.</param>
/// <param name="Pacs">PAC files that were served since the last time.</param>
internal sealed record InventoryRows(
    long AfterId, long UpToId, IReadOnlyList<HostRow> Hosts, IReadOnlyList<ExposureRow>? Exposure, IReadOnlyList<PacRow> Pacs);
