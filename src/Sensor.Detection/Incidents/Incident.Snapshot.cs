using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Incidents;

/// <content>An incident goes on after a restart under its id, with what was told of it.</content>
public sealed partial class Incident
{
    internal void Save(SnapshotWriter writer)
    {
        writer.Text(Id);
        writer.Host(Suspect);
        writer.U8((byte)Severity);
        writer.U8((byte)Confidence);
        writer.I64(FirstSeenNs);
        writer.I64(LastSeenNs);
        writer.List(FindingList, static (to, recorded) =>
        {
            FindingState.Save(to, recorded.Finding);
            to.I64(recorded.Count);
            to.I64(recorded.FirstSeenNs);
            to.I64(recorded.LastSeenNs);
        });
        writer.List(VictimList, static (to, victim) => victim.Save(to));
        writer.I64(VictimsNotListed);
        writer.List(AlertedSids, static (to, sid) => to.I32(sid));
        writer.I32((int)_alerted.Bits);
        writer.List(ToldVictims, static (to, id) => to.I32(id));
        writer.List(_joinedIds, static (to, id) => to.Text(id));
        writer.U8((byte)_strong);
        writer.U8((byte)_surest);
        writer.List(WorstBy, static (to, worst) => to.U8((byte)worst));
        writer.List(BySid, static (to, known) =>
        {
            to.I32(known.Key);
            to.U8((byte)known.Value.Worst);
            to.U8((byte)known.Value.Surest);
        });
        writer.List(_checks, static (to, check) =>
        {
            to.I64(check.TimestampNs);
            to.Text(check.Text);
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null when its suspect is unknown.</summary>
    internal static Incident? Load(SnapshotReader reader)
    {
        var id = reader.Text() ?? "";
        var suspect = reader.Host();
        var incident = new Incident(id, suspect!)
        {
            Severity = (Severity)reader.U8(),
            Confidence = (Confidence)reader.U8(),
            FirstSeenNs = reader.I64(),
            LastSeenNs = reader.Time(),
        };
        reader.List(incident.LoadFinding);
        reader.List(incident.LoadVictim);
        incident.VictimsNotListed = reader.I64();
        reader.List(from => incident.AlertedSids.Add(from.I32()));
        incident._alerted = AlertedRatings.FromBits((uint)reader.I32());
        reader.List(from => incident.ToldVictims.Add(from.I32()));
        reader.List(from => incident._joinedIds.Add(from.Text() ?? ""));
        incident._strong = (SignKinds)reader.U8();
        incident._surest = (Confidence)reader.U8();
        var kind = 0;
        reader.List(from => incident.WorstBy[kind++ % incident.WorstBy.Length] = (Severity)from.U8());
        reader.List(from => incident.BySid[from.I32()] = ((Severity)from.U8(), (Confidence)from.U8()));
        reader.List(from => incident.Note(new IncidentCheck(from.Time(), from.Text() ?? "")));
        return suspect is null || reader.IsDamaged ? null : incident;
    }

    private void LoadFinding(SnapshotReader reader)
    {
        var finding = FindingState.Load(reader);
        var (count, first, last) = (reader.I64(), reader.I64(), reader.Time());
        if (finding is not null)
            FindingList.Add(RecordedFinding.Restored(finding, count, first, last));
    }

    private void LoadVictim(SnapshotReader reader)
    {
        if (Victim.Load(reader) is { } victim && VictimsById.TryAdd(victim.Host.Id, victim))
            VictimList.Add(victim);
    }
}
