using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Detection.Detectors;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Pac;

/// <summary>A request for a PAC and its answer, as the PAC detectors look at it. Borrows the observation.</summary>
internal readonly ref struct PacExchange
{
    private readonly Observed<HttpAnswered> _seen;

    public PacExchange(in Observed<HttpAnswered> seen) => _seen = seen;

    public ref readonly Sighting At => ref _seen.At;

    public ReadOnlySpan<byte> Body => _seen.Text(_seen.Fact.Body);

    public ReadOnlySpan<byte> Target => _seen.Text(_seen.Fact.Target);

    public ReadOnlySpan<byte> Host => _seen.Text(_seen.Fact.Host);

    /// <summary>Whether the path or the content type says that this is a PAC.</summary>
    public bool IsAnnounced =>
        PacRecognition.AsksForPac(Target) || PacRecognition.IsWpadName(Host)
            || PacRecognition.IsPacType(_seen.Text(_seen.Fact.ContentType));

    /// <summary>Whether a PAC was served: a success with a body that is one.</summary>
    public bool ServesPac => _seen.Fact.Status is >= 200 and < 300 && !_seen.Fact.Body.IsEmpty && PacRecognition.IsPac(Body, IsAnnounced);

    /// <summary>Whether the request went to a proxy (absolute form): the answer may then be the proxy's, not the PAC server's.</summary>
    public bool IsThroughProxy => Target.StartsWith("http://"u8) || Target.StartsWith("https://"u8);

    /// <summary>The URL that was fetched, as octets, for comparing.</summary>
    public byte[] UrlOctets()
    {
        if (IsThroughProxy)
            return Target.ToArray();
        var host = Host.IsEmpty ? System.Text.Encoding.ASCII.GetBytes(At.Source.ToString()) : Host.ToArray();
        return [.. "http://"u8, .. host, .. Target];
    }

    /// <summary>The URL, escaped for showing.</summary>
    public string Url => WireText.Printable(UrlOctets());

    /// <summary>The request, the first and the last frame of the response.</summary>
    public ImmutableArray<FrameReference> Frames => Judgement.InOrder(
        new FrameReference(At.Origin, _seen.Fact.RequestFrameNumber, _seen.Fact.FirstTimestampNs),
        new FrameReference(At.Origin, _seen.Fact.FirstFrameNumber, _seen.Fact.FirstTimestampNs),
        new FrameReference(At.Origin, _seen.Fact.LastFrameNumber, At.TimestampNs),
        FrameReference.Of(At));
}
