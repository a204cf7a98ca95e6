namespace Sensor.Core.Wire;

/// <summary>
/// HMAC-SHA-256 under one key, RFC 2104: the states after the padded key, so that a key that is used again is not hashed again.
/// </summary>
internal readonly struct HmacSha256
{
    private const byte InnerPad = 0x36, OuterPad = 0x5C;

    private readonly Sha256 _inner = new(), _outer = new();

    /// <summary>A key of at most a block.</summary>
    public HmacSha256(ReadOnlySpan<byte> key)
    {
        Span<byte> padded = stackalloc byte[Sha256.BlockSize];
        padded.Clear();
        key.CopyTo(padded);
        for (var i = 0; i < padded.Length; i++)
            padded[i] ^= InnerPad;
        _inner.Append(padded);
        for (var i = 0; i < padded.Length; i++)
            padded[i] ^= InnerPad ^ OuterPad;
        _outer.Append(padded);
    }

    /// <summary>Writes the 32 octets of the code of two texts in a row.</summary>
    public void Authenticate(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> code)
    {
        var inner = _inner;
        inner.Append(first);
        inner.Append(second);
        inner.Finish(code);
        var outer = _outer;
        outer.Append(code[..Sha256.Size]);
        outer.Finish(code);
    }
}
