using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>
/// The body of an HTTP answer, or one part of a multipart/byteranges body, begins to bring a payload: a program, a package, a script, told
/// by its first octets (<see cref="PayloadTraits"/>). Bodies of other kinds are not observed. The sighting is the server's packet that
/// showed the kind.
/// </summary>
public struct BodyBegan
{
    /// <summary>Names this body within the run, equal in the facts that follow.</summary>
    public ulong BodyId;

    /// <summary>The request it answers, 0 when the request was not seen.</summary>
    public ulong ExchangeId;

    /// <summary>Kind; <see cref="PayloadKind.Range"/> when the beginning of the file is not in it.</summary>
    public PayloadKind Kind;

    /// <summary>Content coding: the octets are delivered as sent.</summary>
    public HttpCoding Coding;

    /// <summary>Place of the first octet in the whole file, from Content-Range; 0 for a whole answer.</summary>
    public long Offset;

    /// <summary>Octets announced for this body, -1 when not known.</summary>
    public long Length;

    /// <summary>Octets of the whole file, -1 when not known.</summary>
    public long Total;

    /// <summary>Request target, as sent; empty when the request was not seen.</summary>
    public OctetSlice Target;

    /// <summary>Request Host header; empty when absent.</summary>
    public OctetSlice Host;

    /// <summary>Content-Type header of the answer or the part.</summary>
    public OctetSlice ContentType;

    /// <summary>ETag header.</summary>
    public OctetSlice EntityTag;

    /// <summary>Frame numbers of the request's first octet (0 when unseen) and the response's first octet.</summary>
    public long RequestFrameNumber, FirstFrameNumber;
}

/// <summary>Octets of a body that began, in order. The sighting is the server's packet with the last of them.</summary>
public struct BodyPart
{
    /// <summary>The body.</summary>
    public ulong BodyId;

    /// <summary>Place of the first octet in the whole file.</summary>
    public long Offset;

    /// <summary>The octets.</summary>
    public OctetSlice Octets;
}

/// <summary>A body that began is over.</summary>
public struct BodyEnded
{
    /// <summary>The body.</summary>
    public ulong BodyId;

    /// <summary>Place behind the last octet in the whole file.</summary>
    public long End;

    /// <summary>Whether it ended where its head said it would, with the stream where the head did not say.</summary>
    public bool IsComplete;

    /// <summary>Octets that the capture lost inside it.</summary>
    public long Missing;
}
