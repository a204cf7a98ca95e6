using System.Buffers;
using Sensor.Core.Wire;

namespace Sensor.Core.Analyzers;

/// <summary>Undoes the content coding of a kept body. One a shard; its result is borrowed until the next call.</summary>
internal sealed class HttpBodyDecoder
{
    /// <summary>The longest decoded body: the limit browsers set for a PAC file.</summary>
    public const int MaxOctets = 1 << 20;

    private readonly Inflater _inflater = new();
    private byte[] _octets = [], _outer = [];

    /// <summary>The first octets of the decoded body, at most <paramref name="limit"/>; what cannot be decoded is given as it is.</summary>
    public ReadOnlySpan<byte> Decode(HttpCoding coding, ReadOnlySpan<byte> body, int limit)
    {
        if (coding is HttpCoding.Identity or HttpCoding.Other || body.IsEmpty)
            return body[..Math.Min(body.Length, limit)];
        var target = Room(ref _octets, limit);
        var written = coding == HttpCoding.Brotli ? Unbrotli(body, target) : _inflater.Expand(body, target, out _);
        return written > 0 ? target[..written] : body[..Math.Min(body.Length, limit)];
    }

    /// <summary>
    /// The same for a body with a coding inside the other (<see cref="HttpCoding.Identity"/> for none): a program that hides a script wraps it twice.
    /// </summary>
    public ReadOnlySpan<byte> Decode(HttpCoding coding, HttpCoding inner, ReadOnlySpan<byte> body, int limit)
    {
        if (inner == HttpCoding.Identity)
            return Decode(coding, body, limit);
        var outer = Decode(coding, body, MaxOctets);
        var copy = Room(ref _outer, MaxOctets)[..outer.Length];
        outer.CopyTo(copy);
        return Decode(inner, copy, limit);
    }

    private static Span<byte> Room(ref byte[] octets, int length)
    {
        if (octets.Length < length)
            octets = GC.AllocateUninitializedArray<byte>(length);
        return octets.AsSpan(0, length);
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
