using System.Net;

namespace Sensor.Probing;

/// <summary>What came of fetching a proxy configuration.</summary>
/// <param name="Url">The URL asked for, without user information.</param>
/// <param name="From">The address that was asked; null where the name was found nowhere.</param>
/// <param name="Body">The body; null when there is none.</param>
/// <param name="Failure">Why there is none, a clause without a full stop; empty when there is one.</param>
internal sealed record PacFetch(string Url, IPAddress? From, byte[]? Body, string Failure)
{
    /// <summary>Nothing was fetched.</summary>
    public static PacFetch Failed(string url, IPAddress? from, string failure) => new(url, from, null, failure);
}
