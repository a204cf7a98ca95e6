using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>
/// The message being read and where its facts go: the log, with the datagram, or the place in a stream, that carried it. Lets one reader
/// serve UDP and TCP.
/// </summary>
internal readonly ref struct MessageSighting
{
    private readonly ref readonly Packet _packet;
    private readonly ref readonly FrameRecord _frame;
    private readonly ref readonly Sighting _at;
    private readonly long _ordinal;
    private readonly bool _isDatagram;

    /// <summary>A message that is a datagram.</summary>
    internal MessageSighting(in PacketContext packet, ObservationLog log)
    {
        // Not the context itself: copied in large pieces right after it was written in small ones, it would have to be waited for.
        _packet = ref packet.Packet;
        _frame = ref packet.Frame;
        _ordinal = packet.Ordinal;
        _isDatagram = true;
        IsCut = packet.Packet.Truncated;
        Log = log;
    }

    /// <summary>A whole message out of a stream.</summary>
    internal MessageSighting(in Sighting at, ObservationLog log)
    {
        _at = ref at;
        Log = log;
    }

    /// <summary>Where facts and their texts are kept.</summary>
    internal ObservationLog Log { get; }

    /// <summary>Whether the capture cut the message, so that what is missing is nobody's fault.</summary>
    internal bool IsCut { get; }

    /// <summary>What to say of a message that ends early.</summary>
    internal Verdict Incomplete => IsCut ? Verdict.NeedMore : Verdict.Malformed;

    /// <summary>Adds a fact seen here; the caller fills it at once.</summary>
    internal ref T Add<T>() where T : struct => ref _isDatagram ? ref Log.Add<T>(in _packet, in _frame, _ordinal) : ref Log.Add<T>(in _at);
}
