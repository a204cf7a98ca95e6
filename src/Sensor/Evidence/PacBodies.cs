using Sensor.Core.Observations;
using Sensor.Detection.Pac;

namespace Sensor.Evidence;

/// <summary>A proxy configuration as it was served.</summary>
/// <param name="Sha256">SHA-256 of <paramref name="Octets"/>, lower-case hexadecimal; findings refer to it.</param>
/// <param name="Octets">The body, decoded; its first MiB.</param>
/// <param name="IsCut">Whether there was more.</param>
internal sealed record PacBody(string Sha256, byte[] Octets, bool IsCut);

/// <summary>
/// Keeps the bodies of proxy configurations while a capture is read, for the evidence and the report. Findings name them by hash.
/// Bounded: the ones heard longest ago are forgotten first.
/// </summary>
internal sealed class PacBodies : IObserve<HttpAnswered>
{
    /// <summary>Bodies kept: a site has a handful, an attacker who serves a new one to everybody fills this and no more.</summary>
    internal const int MaxBodies = 512;

    /// <summary>Octets kept in all. 32 MiB.</summary>
    internal const long MaxOctets = 32L << 20;

    private readonly Dictionary<string, LinkedListNode<PacBody>> _byHash = [];
    private readonly LinkedList<PacBody> _byAge = new();
    private long _octets;

    /// <summary>Bodies forgotten because there were too many.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The body with this hash, or null.</summary>
    public PacBody? Find(string sha256) => _byHash.GetValueOrDefault(sha256)?.Value;

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        var body = seen.Text(seen.Fact.Body);
        if (body.IsEmpty)
            return;
        var sha256 = PacFingerprint.Of(body).Sha256;
        if (_byHash.TryGetValue(sha256, out var known))
        {
            _byAge.Remove(known);
            _byAge.AddLast(known);
            return;
        }
        _byHash.Add(sha256, _byAge.AddLast(new PacBody(sha256, body.ToArray(), seen.Fact.BodyCut)));
        _octets += body.Length;
        while (_byAge.Count > MaxBodies || (_octets > MaxOctets && _byAge.Count > 1))
            ForgetOldest();
    }

    private void ForgetOldest()
    {
        var oldest = _byAge.First!.Value;
        _byAge.RemoveFirst();
        _byHash.Remove(oldest.Sha256);
        _octets -= oldest.Octets.Length;
        Forgotten++;
    }
}
