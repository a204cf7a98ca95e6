using Sensor.Core.Flows;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Streams of messages with a two-octet length prefix: DNS (RFC 1035 section 4.2.2) and LLMNR (RFC 4795 section 2.5) over TCP.</summary>
internal sealed class MessageStreamAnalyzer(StreamMemory memory) : StreamAnalyzer
{
    private const int Prefix = 2, Heading = 12, MaxQuestions = 16;

    private Side _fromA, _fromB;
    private MessageAnalyzer _analyze = null!;

    /// <summary>Whether the octets can be the start of a message: a length that holds a heading, and a heading that is none of nonsense.</summary>
    public static bool MayStart(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Prefix)
            return true;
        if (octets.U16(0) < Heading)
            return false;
        return octets.Length < Prefix + Heading || octets.U16(6) <= MaxQuestions;
    }

    /// <inheritdoc/>
    public override void Begin(Connection connection)
    {
        base.Begin(connection);
        var (portA, portB) = connection.Ports;
        _analyze = AnalyzerCatalog.ForTcpMessages(portA, portB)!;
    }

    /// <inheritdoc/>
    public override Verdict Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place, ObservationLog log)
    {
        ref var side = ref Of(direction);
        if (side.IsLost && !MayStart(octets))
            return Verdict.NeedMore;
        side.IsLost = false;
        var verdict = Verdict.Parsed;
        while (octets.Length > 0)
        {
            if (side.Have == 0 && octets.Length >= Prefix && octets.Length >= Prefix + octets.U16(0))
            {
                var whole = Prefix + octets.U16(0);
                verdict = Worse(verdict, Read(direction, octets[Prefix..whole], in place, log));
                octets = octets[whole..];
                continue;
            }
            if (!Gather(ref side, ref octets))
            {
                side.IsLost = true;
                return Verdict.Malformed;
            }
            if (side.Have < Prefix || side.Have < side.Needed)
                return verdict;
            verdict = Worse(verdict, Read(direction, side.Octets.AsSpan(Prefix, side.Have - Prefix), in place, log));
            side.Have = 0;
            memory.Release(ref side.Octets);
        }
        return verdict;
    }

    /// <inheritdoc/>
    public override void Miss(int direction, uint octets, in StreamPlace place, ObservationLog log)
    {
        ref var side = ref Of(direction);
        memory.Release(ref side.Octets);
        side = new Side { IsLost = true };
    }

    /// <inheritdoc/>
    public override void End(int direction, ObservationLog log)
    {
    }

    /// <inheritdoc/>
    public override void Close(ObservationLog log)
    {
        memory.Release(ref _fromA.Octets);
        memory.Release(ref _fromB.Octets);
        _fromA = _fromB = default;
    }

    /// <summary>Moves octets of one message to where it is gathered.</summary>
    private bool Gather(ref Side side, ref ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0 && (side.Have < Prefix || side.Have < side.Needed))
        {
            var wanted = side.Have < Prefix ? Prefix : side.Needed;
            if (!memory.Grow(ref side.Octets, side.Have, wanted))
                return false;
            var part = Math.Min(octets.Length, wanted - side.Have);
            octets[..part].CopyTo(side.Octets.AsSpan(side.Have));
            side.Have += part;
            octets = octets[part..];
        }
        return true;
    }

    private Verdict Read(int direction, ReadOnlySpan<byte> message, in StreamPlace place, ObservationLog log) =>
        message.Length < Heading ? Verdict.NotMine : _analyze(message, Connection.SightingOf(direction, in place), log);

    private static Verdict Worse(Verdict one, Verdict other) =>
        one is Verdict.NotMine || other is Verdict.NotMine ? Verdict.NotMine
        : one is Verdict.Malformed || other is Verdict.Malformed ? Verdict.Malformed : Verdict.Parsed;

    private ref Side Of(int direction) => ref direction == 0 ? ref _fromA : ref _fromB;

    /// <summary>The message of a direction that is being gathered, prefix included.</summary>
    private struct Side
    {
        public byte[]? Octets;
        public int Have;
        public bool IsLost;

        public readonly int Needed => Prefix + new ReadOnlySpan<byte>(Octets).U16(0);
    }
}
