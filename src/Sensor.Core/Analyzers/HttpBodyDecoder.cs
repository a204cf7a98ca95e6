using System.Buffers;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Undoes the content coding of a kept body. One a shard; its result is borrowed until the next call.</summary>
internal sealed class HttpBodyDecoder
{
    /// <summary>The longest decoded body: the limit browsers set for a PAC file.</summary>
    public const int MaxOctets = 1 << 20;

    private readonly Inflater _inflater = new();
    private byte[] _octets = [];

    /// <summary>The first octets of the decoded body, at most <paramref name="limit"/>; what cannot be decoded is given as it is.</summary>
    public ReadOnlySpan<byte> Decode(HttpCoding coding, ReadOnlySpan<byte> body, int limit)
    {
        if (coding is HttpCoding.Identity or HttpCoding.Other || body.IsEmpty)
            return body[..Math.Min(body.Length, limit)];
        if (_octets.Length < limit)
            _octets = GC.AllocateUninitializedArray<byte>(limit);
        var target = _octets.AsSpan(0, limit);
        var written = coding == HttpCoding.Brotli ? Unbrotli(body, target) : _inflater.Expand(body, target, out _);
        return written > 0 ? target[..written] : body[..Math.Min(body.Length, limit)];
    }

    // A span decoder without any stream. It allocates its state, once a Brotli body that may be a PAC: plain HTTP hardly ever carries one.
#pragma warning disable RS0030
    private static int Unbrotli(ReadOnlySpan<byte> body, Span<byte> target)
    {
        using var decoder = new System.IO.Compression.BrotliDecoder();
        var status = decoder.Decompress(body, target, out _, out var written);
        return status == OperationStatus.InvalidData ? 0 : written;
    }
#pragma warning restore RS0030
}
