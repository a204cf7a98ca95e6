using Sensor.Core.Flows;
using Sensor.Core.Observations;

namespace Sensor.Core.Analyzers;

/// <summary>A request that waits for its response.</summary>
internal sealed class HttpExchange(StreamMemory memory)
{
    /// <summary>Target, Host and User-Agent.</summary>
    public PackedTexts Texts { get; } = new(memory);

    /// <summary>The request after this one.</summary>
    public HttpExchange? Next;

    public ulong Id;
    public int Direction;
    public OctetSlice Target, Host, UserAgent;
    public long FirstFrameNumber;

    /// <summary>What the client had received of the server's stream when it asked.</summary>
    public uint Acknowledgment;

    public bool IsHead, IsConnect, IsPacTarget, IsSoapTarget, HasReferer;
}
