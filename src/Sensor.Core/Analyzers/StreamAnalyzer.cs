using Sensor.Core.Flows;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>
/// Understands the two streams of one TCP connection. Instances are pooled: <see cref="Begin"/> readies one for a connection,
/// <see cref="Close"/> reports what is held and gives everything back.
/// </summary>
internal abstract class StreamAnalyzer
{
    /// <summary>The connection whose streams these are.</summary>
    protected Connection Connection { get; private set; } = null!;

    /// <summary>Its line in the catalogue; set once by the recognizer.</summary>
    public int ProtocolNumber { get; set; }

    /// <summary>
    /// When the stream became a tunnel (<see cref="Analyzers.Connection.IsTunnel"/>): how many of the last octets received belong to what is inside.
    /// </summary>
    public int Unused { get; protected set; }

    /// <summary>Readies the analyzer for <paramref name="connection"/>.</summary>
    public virtual void Begin(Connection connection) => Connection = connection;

    /// <summary>
    /// The next octets of <paramref name="direction"/>. <see cref="Verdict.NotMine"/> ends the analysis: where the connection has become a tunnel, what
    /// is inside is recognised anew. <see cref="Verdict.Malformed"/> is counted and the analysis goes on.
    /// </summary>
    public abstract Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log);

    /// <summary>Octets of <paramref name="direction"/> that the capture lost.</summary>
    public abstract void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log);

    /// <summary>The sender of <paramref name="direction"/> closed it and the other side knows.</summary>
    public abstract void End(int direction, ObservationLog log);

    /// <summary>The connection is over (ended, reset, idle, pushed out, or the capture ended).</summary>
    public abstract void Close(ObservationLog log);

    /// <summary>How many of the next octets of <paramref name="direction"/> nobody will look at.</summary>
    public virtual long Skippable(int direction) => 0;

    /// <summary>Passes over <paramref name="octets"/> of <see cref="Skippable"/>.</summary>
    public virtual void Skip(int direction, uint octets)
    {
    }

    /// <summary>Says of two contradicting payloads of <paramref name="direction"/> what they answer.</summary>
    public virtual void Describe(int direction, ref PayloadContradicted fact, ObservationLog log)
    {
    }
}
