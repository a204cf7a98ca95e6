using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Hosts;

/// <content>A host outlives a restart with its number: findings, dedup and detectors name it by that.</content>
public sealed partial class Host
{
    /// <summary>Writes all of it.</summary>
    internal void Save(SnapshotWriter writer)
    {
        writer.I32(Id);
        writer.I32(Segment);
        writer.I64(FirstSeenNs);
        writer.I64(LastSeenNs);
        writer.U16((ushort)Roles);
        writer.Flag(IsContested);
        writer.Flag(IsPinned);
        writer.U64(AskerBits);
        writer.List(FormerIds, static (to, id) => to.I32(id));
        writer.List(_details?.Stems ?? [], static (to, stem) => to.U64(stem));
        writer.List(Macs, static (to, mac) => to.Mac(mac));
        writer.List(Addresses, static (to, address) => to.Address(address));
        writer.List(Names, static (to, name) => to.Text(name));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static Host Load(SnapshotReader reader)
    {
        var host = new Host(reader.I32(), reader.Segment(), reader.I64())
        {
            LastSeenNs = reader.Time(),
            Roles = (HostRoles)reader.U16(),
            IsContested = reader.Flag(),
            IsPinned = reader.Flag(),
            AskerBits = reader.U64(),
        };
        reader.List(from => host.AddFormerId(from.I32()));
        reader.List(from => host.StemList.Add(from.U64()));
        reader.List(from => host.MacList.Add(from.Mac()));
        reader.List(from => host.AddressList.Add(from.Address()));
        reader.List(from => host.NameList.Add(from.Text() ?? ""));
        return host;
    }
}
