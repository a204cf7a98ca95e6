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

/// <summary>A file that is being put together from answers: its hashes so far, and its octets up to a bound.</summary>
internal sealed class PayloadFile : IDisposable
{
    /// <summary>Ranges that do not touch each other; a download with more holes than this is no download.</summary>
    private const int MaxRanges = 256;

    private readonly List<(long From, long To)> _ranges = [];
    private readonly long _maxKept;
    private IncrementalHash? _sha256, _sha1;
    private byte[] _octets = [];
    private long _hashed;

    public PayloadFile(in PayloadKey key, string host, string path, byte[] url, long maxKept)
    {
        Key = key;
        Host = host;
        Path = path;
        Url = url;
        Total = key.Total;
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

    /// <summary>Octets of memory it holds.</summary>
    public long Held => _octets.Length;

    /// <summary>Whether it had more holes than can be kept.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Octets received.</summary>
    public long Received => _ranges.Sum(range => range.To - range.From);

    /// <summary>Whether all octets are there.</summary>
    public bool IsWhole => Total >= 0 && _ranges is [{ From: 0 } only] && only.To >= Total;

    /// <summary>Whether all octets are still kept.</summary>
    public bool IsKept => Total <= _maxKept;

    /// <summary>The octets of a whole file that is kept.</summary>
    public ReadOnlyMemory<byte> Octets => _octets.AsMemory(0, (int)Math.Max(0, Math.Min(Total, _octets.Length)));

    /// <summary>
    /// The hashes of a whole file; call once. False when they could not be computed, because octets came out of order beyond what is kept.
    /// </summary>
    public bool TryFinish(out string sha256, out string sha1)
    {
        HashKept();
        Hash(default);
        sha256 = Convert.ToHexStringLower(_sha256!.GetHashAndReset());
        sha1 = Convert.ToHexStringLower(_sha1!.GetHashAndReset());
        return _hashed == Total;
    }

    /// <summary>Takes octets at their place.</summary>
    public void Take(long offset, ReadOnlySpan<byte> octets)
    {
        if (IsLost || octets.IsEmpty || offset < 0)
            return;
        Keep(offset, octets);
        Cover(offset, offset + octets.Length);
        // What is kept as a whole is hashed when it is whole, if it must be then.
        if (Total <= _maxKept && offset + octets.Length <= _maxKept && _hashed == 0)
            return;
        HashKept();
        if (offset <= _hashed && offset + octets.Length > _hashed)
            Hash(octets[(int)(_hashed - offset)..]);
        HashKept();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256?.Dispose();
        _sha1?.Dispose();
    }

    /// <summary>Octets that will be kept at most, as far as that is known.</summary>
    private long Most => Total < 0 ? _maxKept : Math.Min(Total, _maxKept);

    private void Keep(long offset, ReadOnlySpan<byte> octets)
    {
        var room = _maxKept - offset;
        if (room <= 0)
            return;
        octets = octets[..(int)Math.Min(octets.Length, room)];
        var needed = (int)offset + octets.Length;
        if (_octets.Length < needed)
            Grow((int)Math.Max(needed, Math.Min(Most, Math.Max(4096L, _octets.Length * 2L))));
        octets.CopyTo(_octets.AsSpan((int)offset));
    }

    // Not cleared: only octets that came are read, because a file is read when it is whole.
    private void Grow(int length)
    {
        var larger = GC.AllocateUninitializedArray<byte>(length);
        _octets.CopyTo(larger, 0);
        _octets = larger;
    }

    /// <summary>Octets that came before those in front of them are hashed when the hole is filled, as far as they are kept.</summary>
    private void HashKept()
    {
        foreach (var (from, to) in _ranges)
        {
            if (from > _hashed || to <= _hashed)
                continue;
            var end = Math.Min(to, Math.Min(_maxKept, _octets.Length));
            if (end > _hashed)
                Hash(_octets.AsSpan((int)_hashed, (int)(end - _hashed)));
            return;
        }
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
