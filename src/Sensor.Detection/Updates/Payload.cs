using System.Collections.Immutable;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>A program, package or script that was delivered, whole or with something missing, and what is known of it.</summary>
public sealed record Payload
{
    /// <summary>The server's packet that ended it; its source is the server, its destination the client.</summary>
    public required Sighting At { get; init; }

    /// <summary>The frames that prove it.</summary>
    public required ImmutableArray<FrameReference> Frames { get; init; }

    /// <summary>Kind by its first octets; <see cref="PayloadKind.Range"/> when the beginning was not seen.</summary>
    public required PayloadKind Kind { get; init; }

    /// <summary>The host it was asked of, lower case without port; empty when not known.</summary>
    public required string Host { get; init; }

    /// <summary>Path without query, as sent.</summary>
    public required string Path { get; init; }

    /// <summary>The URL as octets, for comparing.</summary>
    public required byte[] UrlOctets { get; init; }

    /// <summary>Octets of the whole, -1 when not known.</summary>
    public required long Length { get; init; }

    /// <summary>Octets that were not seen, 0 when it is whole.</summary>
    public long Missing { get; init; }

    /// <summary>SHA-256 of the whole, lower case; empty when not known.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>SHA-1 of the whole, lower case; empty when not known. Windows Update names its files by it.</summary>
    public string Sha1 { get; init; } = "";

    /// <summary>The verdict about its signature; null when it is not whole or was too large to keep.</summary>
    public FileVerdict? Verdict { get; init; }

    /// <summary>Names of the files in a cabinet, at most 64.</summary>
    public ImmutableArray<string> Inside { get; init; } = [];

    /// <summary>The URL, escaped for showing.</summary>
    public string Url => WireText.Printable(UrlOctets);

    /// <summary>The verdict in words, or what is missing for one.</summary>
    public string Judged => Verdict?.Shown
        ?? (Missing > 0 ? $"not judged: {Missing} of {Length} octets were not seen"
            : Length < 0 ? "not judged: its end was not seen"
            : $"not judged: its {Length} octets are more than is kept");
}

/// <summary>Is told of payloads.</summary>
public interface IObservePayloads
{
    /// <summary>A payload was delivered, as far as it was seen.</summary>
    void Observe(Payload payload);
}
