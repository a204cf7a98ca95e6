using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Pipeline;
using Sensor.Store;

namespace Sensor.Evidence;

/// <summary>
/// Copies of the recent frames that led to facts, so that a finding about live traffic can be proven: such frames cannot be read twice. A ring
/// of octets and one of entries, both made at the start; the oldest are overwritten, nothing is allocated for a frame. Frames without a fact
/// (nearly all) are not copied. Used on the delivering thread only.
/// </summary>
public sealed class RecentFrames : IFrameKeeper, IObserve<CredentialsShown>
{
    /// <summary>A frame that alone would push out a sixteenth of all others is not kept.</summary>
    private const int LargestPart = 16;

    /// <summary>
    /// Octets of a usual frame with a fact in it (name services, DHCP, heads of HTTP and TLS): as many entries as such frames fit.
    /// </summary>
    private const int UsualFrame = 256;

    private readonly byte[] _octets;
    private readonly Kept[] _entries;
    private readonly KeptFrameMask _mask = new();
    private readonly Func<int, string> _interfaceName;
    private long _written, _count;

    /// <summary>A ring of about <paramref name="octets"/>; <paramref name="interfaceName"/> names origins.</summary>
    public RecentFrames(long octets, Func<int, string> interfaceName)
    {
        _octets = new byte[octets];
        _entries = new Kept[Math.Max(16, octets / UsualFrame)];
        _interfaceName = interfaceName;
    }

    /// <summary>Frames kept since the start, those overwritten again included.</summary>
    public long FramesKept => _count;

    /// <summary>Frames of findings that were overwritten, or never kept, when they were asked for.</summary>
    public long Missing { get; private set; }

    /// <inheritdoc/>
    public void Keep(FrameBatch batch, ObservationLog log)
    {
        var last = -1L;
        for (var i = 0; i < log.Count; i++)
        {
            var index = log.PositionOf(i) - batch.FirstOrdinal;
            if (index == last || (ulong)index >= (ulong)batch.Count)
                continue;
            last = index;
            Add(batch, (int)index, in log.SightingOf(i));
        }
        log.Tell<CredentialsShown>(this);
    }

    /// <summary>A credential was shown: the frames of its message are marked before any finding can ask for them.</summary>
    public void Observe(in Observed<CredentialsShown> seen)
    {
        var part = SecretFrames.PartOf(in seen.Fact);
        if (part == SecretPart.None)
            return;
        ref readonly var at = ref seen.At;
        var first = seen.Fact.FirstFrameNumber > 0 ? seen.Fact.FirstFrameNumber : at.FrameNumber;
        var stream = StreamOf(in at);
        for (var number = _count - 1; number >= Oldest; number--)
        {
            ref var kept = ref _entries[number % _entries.Length];
            if (kept.Record.Origin != at.Origin)
                continue;
            if (kept.Record.Number < first && kept.Record.TimestampNs < at.TimestampNs - LongestMessageNs)
                break;
            if (kept.Record.Number >= first && kept.Record.Number <= at.FrameNumber && kept.Stream == stream && part > kept.Part)
                kept.Part = part;
        }
    }

    /// <summary>The octets of these frames, as far as they are still here, secrets masked; in the order they were kept.</summary>
    public IReadOnlyList<EvidenceOctets> Resolve(IReadOnlyCollection<FrameReference> frames)
    {
        var wanted = new HashSet<FrameReference>(frames);
        var earliest = frames.Count == 0 ? 0 : frames.Min(static frame => frame.TimestampNs) - LongestMessageNs;
        var found = new List<EvidenceOctets>(wanted.Count);
        for (var number = _count - 1; number >= Oldest && wanted.Count > 0; number--)
        {
            ref readonly var kept = ref _entries[number % _entries.Length];
            if (kept.Record.TimestampNs < earliest)
                break;
            var reference = new FrameReference(kept.Record.Origin, kept.Record.Number, kept.Record.TimestampNs);
            if (!wanted.Remove(reference) || kept.Start < _written - _octets.Length)
                continue;
            var octets = _octets.AsSpan((int)(kept.Start % _octets.Length), kept.Record.CapturedLength).ToArray();
            _mask.Apply(octets, kept.Record, kept.Part);
            found.Add(new EvidenceOctets(
                reference, _interfaceName(kept.Record.Origin), kept.Record.LinkType, kept.Record.OriginalLength, octets));
        }
        Missing += wanted.Count;
        found.Reverse();
        return found;
    }

    // Messages that carry credentials are over within a minute, and frames of two interfaces are apart by less.
    private const long LongestMessageNs = 60_000_000_000;

    private long Oldest => Math.Max(0, _count - _entries.Length);

    private void Add(FrameBatch batch, int index, in Sighting at)
    {
        ref readonly var record = ref batch.Frames[index];
        var length = record.CapturedLength;
        if (length > _octets.Length / LargestPart)
            return;
        var place = (int)(_written % _octets.Length);
        if (place + length > _octets.Length)
        {
            // Frames lie in one piece: the rest of this round stays unused.
            _written += _octets.Length - place;
            place = 0;
        }
        batch.Frame(index).CopyTo(_octets.AsSpan(place));
        ref var kept = ref _entries[_count++ % _entries.Length];
        kept.Record = record;
        kept.Start = _written;
        kept.Stream = StreamOf(in at);
        kept.Part = SecretPart.None;
        _written += length;
    }

    // Both directions of a message are told apart; a collision masks a frame too many.
    private static uint StreamOf(in Sighting at) =>
        (uint)((at.Source.StableHash() * 31) ^ at.Destination.StableHash() ^ ((ulong)at.SourcePort << 16) ^ at.DestinationPort);

    private struct Kept
    {
        public FrameRecord Record;
        public long Start;
        public uint Stream;
        public SecretPart Part;
    }
}
