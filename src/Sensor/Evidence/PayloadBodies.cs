using Sensor.Detection.Incidents;
using Sensor.Detection.Updates;

namespace Sensor.Evidence;

/// <summary>A payload that was seen whole, with its octets.</summary>
/// <param name="Payload">What is known of it: URL, kind, verdict.</param>
/// <param name="Octets">The file as the client got it, ranges joined; empty when it was too large to keep.</param>
internal sealed record PayloadBody(Payload Payload, byte[] Octets);

/// <summary>
/// Keeps payloads while a capture is read, for the evidence and the report. Findings name them by SHA-256. Bounded: those that no finding
/// names are forgotten first, the oldest before the newer.
/// </summary>
internal sealed class PayloadBodies(PayloadStore store) : IObservePayloads
{
    /// <summary>Payloads kept: what an attack delivers are a few files, the rest is an office that updates itself.</summary>
    internal const int MaxPayloads = 512;

    /// <summary>Octets kept in all: twice what the store itself holds while it joins them, because these are of the whole capture. 192 MiB.</summary>
    internal const long MaxOctets = 2 * PayloadStore.MaxKeptTogether;

    private readonly Dictionary<string, LinkedListNode<PayloadBody>> _byHash = [];
    private readonly LinkedList<PayloadBody> _unnamed = new(), _named = new();
    private readonly HashSet<string> _names = [];
    private long _octets;

    /// <summary>Payloads forgotten because there were too many.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The payload with this hash, or null.</summary>
    public PayloadBody? Find(string sha256) => _byHash.GetValueOrDefault(sha256)?.Value;

    /// <summary>The hashes of payloads that <paramref name="finding"/> names, the one it is about first.</summary>
    public static IEnumerable<string> HashesIn(Finding finding) => finding.Metadata
        .Where(static fact => fact.Key.StartsWith("payload_sha256", StringComparison.Ordinal) && fact.Value.Length == 64)
        .Select(static fact => fact.Value);

    /// <summary>A finding was made: what it names is kept before all else.</summary>
    public void Name(Finding finding)
    {
        foreach (var sha256 in HashesIn(finding))
        {
            // Findings are bounded by the incident book, so these names are too.
            if (!_names.Add(sha256) || !_byHash.TryGetValue(sha256, out var node))
                continue;
            _unnamed.Remove(node);
            _named.AddLast(node);
        }
    }

    /// <inheritdoc/>
    public void Observe(Payload payload)
    {
        if (payload.Sha256.Length == 0 || _byHash.ContainsKey(payload.Sha256))
            return;
        var body = new PayloadBody(payload, store.Content.ToArray());
        _byHash.Add(payload.Sha256, (_names.Contains(payload.Sha256) ? _named : _unnamed).AddLast(body));
        _octets += body.Octets.Length;
        while (_byHash.Count > MaxPayloads || (_octets > MaxOctets && _byHash.Count > 1))
            ForgetOldest();
    }

    private void ForgetOldest()
    {
        var list = _unnamed.Count > 0 ? _unnamed : _named;
        var oldest = list.First!.Value;
        list.RemoveFirst();
        _byHash.Remove(oldest.Payload.Sha256);
        _octets -= oldest.Octets.Length;
        Forgotten++;
    }
}
