using System.Security.Cryptography;
using Sensor.Core.Wire;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Updates;

/// <summary>What makes answers parts of one file: who fetched it, its URL, its tag and its size.</summary>
/// <param name="Segment">Segment.</param>
/// <param name="Client">Who fetched it.</param>
/// <param name="Url">Stable hash of the URL.</param>
/// <param name="EntityTag">Stable hash of the ETag, of an empty one where there is none.</param>
/// <param name="Total">Octets of the whole, -1 when not known.</param>
internal readonly record struct PayloadKey(int Segment, IpAddress Client, ulong Url, ulong EntityTag, long Total);

/// <summary>
/// A file that is being put together from answers. As long as it is equal to a file verified before, its twin, it holds no octets of its own: what
/// many clients fetch is there once. What is too large to keep is hashed while it comes.
/// </summary>
internal sealed class PayloadFile : IDisposable
{
    /// <summary>Ranges that do not touch each other; a download with more holes than this is no download.</summary>
    private const int MaxRanges = 256;

    private readonly List<(long From, long To)> _ranges = [];
    private readonly PayloadOctets _octets;
    private readonly long _maxKept;
    private IncrementalHash? _sha256, _sha1;
    private long _hashed;
    private bool _isLarge;

    public PayloadFile(in PayloadKey key, string host, string path, byte[] url, PayloadMemory memory, long maxKept)
    {
        Key = key;
        Host = host;
        Path = path;
        Url = url;
        Total = key.Total;
        _octets = new PayloadOctets(memory);
        _maxKept = maxKept;
    }

    /// <summary>What it is found by.</summary>
    public PayloadKey Key { get; }

    /// <summary>The host it was asked of, lower case without port; empty when not known.</summary>
    public string Host { get; }

    /// <summary>Path without query.</summary>
    public string Path { get; }

    /// <summary>The URL, as octets.</summary>
    public byte[] Url { get; }

    /// <summary>Octets of the whole, -1 while not known.</summary>
    public long Total { get; set; }

    /// <summary>Kind by the first octets.</summary>
    public PayloadKind Kind { get; set; }

    /// <summary>Content coding of the octets as they come.</summary>
    public HttpCoding Coding { get; init; }

    /// <summary>Frames that prove it: request, first and last of each answer.</summary>
    public List<FrameReference> Frames { get; } = [];

    /// <summary>The verified file that all octets so far are equal to; null when it has octets of its own.</summary>
    public VerifiedFile? Twin { get; private set; }

    /// <summary>Whether it had more holes than can be kept.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Octets received.</summary>
    public long Received => _ranges.Sum(range => range.To - range.From);

    /// <summary>Whether all octets are there.</summary>
    public bool IsWhole => Total >= 0 && _ranges is [{ From: 0 } only] && only.To >= Total;

    /// <summary>Whether all octets are still kept.</summary>
    public bool IsKept => !_isLarge && Total <= _maxKept;

    /// <summary>The octets of a whole file that is kept.</summary>
    public ReadOnlyMemory<byte> ToOctets() => Twin?.Octets ?? _octets.ToArray((int)Total);

    /// <summary>
    /// The hashes of a whole file that is not kept; call once. False when they could not be computed, because octets came out of order beyond what is
    /// kept.
    /// </summary>
    public bool TryFinish(out string sha256, out string sha1)
    {
        Hash(default);
        sha256 = Convert.ToHexStringLower(_sha256!.GetHashAndReset());
        sha1 = Convert.ToHexStringLower(_sha1!.GetHashAndReset());
        return _hashed == Total;
    }

    /// <summary>Takes octets at their place; the first may show that it is one of the <paramref name="verified"/> files again.</summary>
    public void Take(long offset, ReadOnlySpan<byte> octets, VerifiedFiles verified)
    {
        if (IsLost || octets.IsEmpty || offset < 0)
            return;
        if (_ranges.Count == 0 && Coding == HttpCoding.Identity)
            Twin = verified.FindWith(Total, offset, octets);
        else if (Twin?.Has(offset, octets) == false)
            LeaveTwin();
        var end = offset + octets.Length;
        _isLarge |= Total > _maxKept || end > _maxKept;
        if (_isLarge)
            HashOn(offset, octets);
        else if (Twin is null)
            _octets.Put(offset, octets);
        Cover(offset, end);
        if (_isLarge)
            HashKept();
        if (IsLost)
            _octets.Clear();
    }

    /// <summary>Copies what came so far, because its twin is forgotten or ends being one.</summary>
    public void LeaveTwin()
    {
        foreach (var (from, to) in _ranges)
            _octets.Put(from, Twin!.Octets.Span[(int)from..(int)to]);
        Twin = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _octets.Clear();
        _sha256?.Dispose();
        _sha1?.Dispose();
        // Bodies may speak of the file for long; the octets of another must not be kept by it.
        Twin = null;
    }

    /// <summary>Hashes octets whose turn it is; those that come early wait, as far as they are kept.</summary>
    private void HashOn(long offset, ReadOnlySpan<byte> octets)
    {
        HashKept();
        if (offset > _hashed)
            _octets.Put(offset, octets[..(int)Math.Clamp(_maxKept - offset, 0, octets.Length)]);
        else if (offset + octets.Length > _hashed)
            Hash(octets[(int)(_hashed - offset)..]);
    }

    /// <summary>Octets that came before those in front of them are hashed when the hole is filled, and need not be kept then.</summary>
    private void HashKept()
    {
        foreach (var (from, to) in _ranges)
        {
            if (from > _hashed || to <= _hashed)
                continue;
            for (var end = Math.Min(to, _maxKept); _hashed < end;)
                Hash(_octets.From(_hashed, end - _hashed));
            break;
        }
        _octets.ReleaseBefore(_hashed);
    }

    private void Hash(ReadOnlySpan<byte> octets)
    {
        _sha256 ??= DigestKind.Sha256.Begin()!;
        _sha1 ??= DigestKind.Sha1.Begin()!;
        _sha256.AppendData(octets);
        _sha1.AppendData(octets);
        _hashed += octets.Length;
    }

    private void Cover(long from, long to)
    {
        var at = 0;
        while (at < _ranges.Count && _ranges[at].To < from)
            at++;
        while (at < _ranges.Count && _ranges[at].From <= to)
        {
            (from, to) = (Math.Min(from, _ranges[at].From), Math.Max(to, _ranges[at].To));
            _ranges.RemoveAt(at);
        }
        _ranges.Insert(at, (from, to));
        IsLost |= _ranges.Count > MaxRanges;
    }
}
