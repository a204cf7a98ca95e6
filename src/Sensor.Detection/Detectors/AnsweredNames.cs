using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Detectors;

/// <summary>The names a host answered for that are not its own, with the frames that prove it.</summary>
internal sealed class AnsweredNames
{
    /// <summary>Names remembered of a host: far more than decides.</summary>
    private const int MaxNames = 32;

    /// <summary>Frames kept of a host.</summary>
    private const int MaxFrames = 24;

    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public IpAddress FirstAddress { get; private set; }

    /// <summary>Whether every name was answered with one and the same address (of either family).</summary>
    public bool IsOneAddress { get; private set; } = true;

    public List<FrameReference> Frames { get; } = [];

    /// <summary>The names as they were written, for sentences.</summary>
    public IEnumerable<string> Written => _entries.Select(static entry => entry.Name);

    /// <summary>Whether the name is new.</summary>
    public bool IsNew(ulong stem)
    {
        foreach (var entry in _entries)
        {
            if (entry.Stem == stem)
                return false;
        }
        return _entries.Count < MaxNames;
    }

    public void Add(ulong stem, string name, IpAddress address, bool isSelf, in PairedAnswer paired, in Sighting answer)
    {
        if (_entries.Count == 0)
            FirstAddress = address;
        else if (address.IsV4 == FirstAddress.IsV4)
            IsOneAddress &= address == FirstAddress;
        _entries.Add(new Entry(stem, name, isSelf ? IpAddress.None : address));
        if (paired.HasQuestion)
            AddFrame(FrameReference.Of(in paired.Question));
        AddFrame(FrameReference.Of(in answer));
    }

    /// <summary>
    /// How many unrelated names were answered with <paramref name="leadsTo"/> (none: the responder itself). Names that begin alike
    /// ("srv-files", "srv-print") count once. A reflector gives each name its own owner's address: those do not add up.
    /// </summary>
    public int Unrelated(IpAddress leadsTo)
    {
        const int alike = 4;
        var begins = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in _entries.Where(entry => entry.LeadsTo == leadsTo))
            begins.Add(entry.Name.Length > alike ? entry.Name[..alike] : entry.Name);
        return begins.Count;
    }

    /// <summary>Writes all of it.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Address(FirstAddress);
        writer.Flag(IsOneAddress);
        writer.Frames(Frames);
        writer.List(_entries, static (to, entry) =>
        {
            to.U64(entry.Stem);
            to.Text(entry.Name);
            to.Address(entry.LeadsTo);
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static AnsweredNames Load(SnapshotReader reader)
    {
        var names = new AnsweredNames { FirstAddress = reader.Address(), IsOneAddress = reader.Flag() };
        names.Frames.AddRange(reader.Frames());
        reader.List(from => names._entries.Add(new Entry(from.U64(), from.Text() ?? "", from.Address())));
        return names;
    }

    private void AddFrame(FrameReference frame)
    {
        if (Frames.Count < MaxFrames && !Frames.Contains(frame))
            Frames.Add(frame);
    }

    private readonly record struct Entry(ulong Stem, string Name, IpAddress LeadsTo);
}
