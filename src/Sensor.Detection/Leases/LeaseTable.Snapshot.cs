using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Leases;

/// <content>
/// Which servers a segment has, who was there first and what each hands out outlive a restart; transactions, which live for seconds, do not.
/// </content>
public sealed partial class LeaseTable : IKeepsState
{
    void IKeepsState.Save(SnapshotWriter writer)
    {
        writer.I32(_serversMade);
        writer.List(_segments, static (to, known) =>
        {
            to.I32(known.Key);
            known.Value.Save(to);
        });
    }

    void IKeepsState.Load(SnapshotReader reader)
    {
        _serversMade = reader.I32();
        reader.List(from =>
        {
            var segment = SegmentOf(from.Segment());
            segment.Load(from);
            foreach (var server in segment.ServerList)
                _byKey[server.Key] = server;
        });
    }
}
