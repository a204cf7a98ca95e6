using Sensor.Core.Flows;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>What the next octets of one direction of an HTTP connection are.</summary>
internal enum HttpPhase : byte
{
    /// <summary>The start of a message, or empty lines before it.</summary>
    Start,

    /// <summary>More of a head.</summary>
    Head,

    /// <summary>A body of known length.</summary>
    Length,

    /// <summary>A body that ends with the stream.</summary>
    UntilClose,

    /// <summary>A line with the size of a chunk (RFC 9112 section 7.1).</summary>
    ChunkSize,

    /// <summary>A chunk's octets.</summary>
    Chunk,

    /// <summary>The line end after a chunk.</summary>
    ChunkEnd,

    /// <summary>Field lines after the last chunk.</summary>
    Trailer,

    /// <summary>Anything, until a segment starts with a message again.</summary>
    Lost,
}

/// <summary>One direction of an HTTP connection.</summary>
internal sealed class HttpSide(StreamMemory memory, HttpBodyDecoder decoder)
{
    private const int MaxSizeDigits = 15;

    public HttpPhase Phase;

    /// <summary>Octets of the body or chunk still to come.</summary>
    public long Remaining;

    /// <summary>A head over several segments: what there is of it.</summary>
    public byte[]? Head;

    /// <summary>Octets in <see cref="Head"/>, or in the line of chunk framing that is being read.</summary>
    public int Have;

    /// <summary>Number and place of the message's first octet.</summary>
    public uint FirstSequence;

    /// <summary>Place of the message's first octet.</summary>
    public StreamPlace First;

    /// <summary>Whether the response may have no body after all, because its request (HEAD?) was not seen.</summary>
    public bool IsBodyDoubtful;

    /// <summary>Looks through the body of a request for a password field.</summary>
    public HttpForm Form;

    /// <summary>The request whose body it is.</summary>
    public ulong FormExchangeId;

    /// <summary>The response that is not reported yet, null when there is none.</summary>
    public HttpAnswer? Answer;

    /// <summary>The payload in the body, if there is one.</summary>
    public HttpPayload Payload { get; } = new(memory, decoder);

    /// <summary>Place of the last octet of the payload so far.</summary>
    public StreamPlace PayloadPlace;

    /// <summary>Whether body octets are passed over.</summary>
    public bool IsSkipping =>
        Phase is HttpPhase.Length or HttpPhase.Chunk or HttpPhase.UntilClose && Answer is null && !Payload.IsActive && !Form.IsActive && !IsBodyDoubtful;

    /// <summary>
    /// Reads hexadecimal digits, then passes over extensions (<see cref="Have"/> is then -1) to the end of the line. Returns the octets used; at the
    /// line's end the phase changes. Negative when it is no chunk size.
    /// </summary>
    public int ReadChunkSize(ReadOnlySpan<byte> octets)
    {
        for (var at = 0; at < octets.Length; at++)
        {
            var octet = octets[at];
            if (octet == '\n')
            {
                if (Have == 0)
                    return -1;
                Have = 0;
                Phase = Remaining == 0 ? HttpPhase.Trailer : HttpPhase.Chunk;
                return at + 1;
            }
            if (Have >= 0 && char.IsAsciiHexDigit((char)octet))
            {
                // Leading zeros say nothing, and RFC 9112 section 7.1 allows any number of them.
                if (Remaining != 0 && Have++ == MaxSizeDigits)
                    return -1;
                Have = Math.Max(Have, 1);
                Remaining = (Remaining << 4) | (uint)HexValue(octet);
            }
            else if (Have > 0)
            {
                Have = -1;
            }
            else if (Have == 0 && octet is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return -1;
            }
        }
        return octets.Length;
    }

    /// <summary>Passes over the line end after a chunk, or a trailer line; returns the octets used. An empty trailer line ends the message.</summary>
    public int ReadLine(ReadOnlySpan<byte> octets, out bool isEmptyLine)
    {
        isEmptyLine = false;
        for (var at = 0; at < octets.Length; at++)
        {
            if (octets[at] == '\n')
            {
                isEmptyLine = Have == 0;
                Have = 0;
                return at + 1;
            }
            if (octets[at] != '\r')
                Have = 1;
        }
        return octets.Length;
    }

    /// <summary>Ends the payload in the body, if there is one.</summary>
    public void EndPayload(int direction, bool isComplete, Connection connection, ObservationLog log)
    {
        if (Payload.IsActive)
            Payload.End(direction, isComplete, in PayloadPlace, connection, log);
    }

    /// <summary>Expects the size of a chunk.</summary>
    public void BeginChunk()
    {
        Phase = HttpPhase.ChunkSize;
        Remaining = 0;
        Have = 0;
    }

    /// <summary>Expects a message.</summary>
    public void BeginMessage()
    {
        Phase = HttpPhase.Start;
        memory.Release(ref Head);
        Have = 0;
        IsBodyDoubtful = false;
        Form.End();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        BeginMessage();
        Payload.Clear();
    }

    private static int HexValue(byte octet) => octet <= '9' ? octet - '0' : (octet | 0x20) - 'a' + 10;
}
