using Sensor.Core.Frames;
using Sensor.Core.Wire;
using Sensor.Detection.Incidents;

namespace Sensor.Evidence;

/// <summary>The addresses and ports of a connection, whichever way a packet goes.</summary>
internal readonly record struct FlowEnds(SegmentKey Segment, IpAddress LowAddress, ushort LowPort, IpAddress HighAddress, ushort HighPort)
{
    /// <summary>The ends of a packet between these.</summary>
    public static FlowEnds Of(SegmentKey segment, IpAddress source, ushort sourcePort, IpAddress destination, ushort destinationPort)
    {
        var order = source.CompareTo(destination);
        return order < 0 || (order == 0 && sourcePort <= destinationPort)
            ? new(segment, source, sourcePort, destination, destinationPort)
            : new(segment, destination, destinationPort, source, sourcePort);
    }
}

/// <summary>
/// Takes the frames of one connection out of a timeline: from the last SYN before the finding to the end of the connection, up to a
/// bound. Ports are used again, so what went before that SYN, and what comes after the next, is another connection.
/// </summary>
internal sealed class FlowWindow(IncidentEvidence evidence, Finding finding)
{
    /// <summary>Frames of one connection that are kept: a payload of 5 MiB in full segments.</summary>
    internal const int MaxFrames = 4096;

    /// <summary>Octets of one connection that are kept. 8 MiB.</summary>
    internal const int MaxOctets = 8 * 1024 * 1024;

    private const byte Syn = 2, Ack = 16;

    private readonly List<EvidenceFrame> _before = [];
    private int _frames, _octets;
    private bool _isClosed;

    /// <summary>Whether the frame at <paramref name="ordinal"/> is to be offered with its octets.</summary>
    public bool Wants(long ordinal, byte tcpFlags)
    {
        if (_isClosed)
            return false;
        if ((tcpFlags & (Syn | Ack)) == Syn)
        {
            _isClosed = ordinal > finding.At.Ordinal;
            _before.Clear();
            (_frames, _octets) = (0, 0);
        }
        return !_isClosed;
    }

    /// <summary>Takes a frame, or counts it as left out; the octets it costs are returned.</summary>
    public int Offer(EvidenceFrame frame)
    {
        if (_frames >= MaxFrames || _octets + frame.Octets.Length > MaxOctets)
        {
            evidence.LeftOut++;
            return 0;
        }
        _frames++;
        _octets += frame.Octets.Length;
        if (frame.Ordinal < finding.At.Ordinal)
        {
            _before.Add(frame);
            return frame.Octets.Length;
        }
        Settle();
        Add(frame);
        return frame.Octets.Length;
    }

    /// <summary>Keeps what was held back until the finding's own frame came.</summary>
    public void Settle()
    {
        foreach (var frame in _before)
            Add(frame);
        _before.Clear();
    }

    private void Add(EvidenceFrame frame)
    {
        if (!evidence.Frames.TryGetValue(frame.Ordinal, out var known))
        {
            known = frame.WithoutNotes();
            evidence.Frames.Add(frame.Ordinal, known);
        }
        if (!known.Notes.Exists(note => ReferenceEquals(note.Finding, finding)))
            known.Notes.Add(new EvidenceNote(finding, EvidenceRole.Context));
    }
}
