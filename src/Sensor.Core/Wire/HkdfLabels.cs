using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Sensor.Core.Wire;

/// <summary>
/// Up to four labels of HKDF-Expand-Label (RFC 8446 section 7.1), made ready for expanding secrets: each output is at most one hash long, so that it
/// is HMAC-SHA-256 of one short message (RFC 5869 section 2.3, RFC 2104), which with its padding is one block.
/// </summary>
internal sealed class HkdfLabels
{
    private const uint InnerPad = 0x36363636, OuterPad = 0x5C5C5C5C, FirstPadding = 0x80000000;

    private readonly Vector128<uint>[] _messages = new Vector128<uint>[Sha256Lanes.BlockWords];
    private int _count;

    /// <summary>Adds <paramref name="label"/> (without its prefix, at most 20 octets) for an output of <paramref name="length"/> octets, up to 32.</summary>
    public HkdfLabels With(ReadOnlySpan<byte> label, int length)
    {
        Span<byte> block = stackalloc byte[Sha256.BlockSize];
        block.Clear();
        var prefix = "tls13 "u8;
        BinaryPrimitives.WriteUInt16BigEndian(block, (ushort)length);
        block[2] = (byte)(prefix.Length + label.Length);
        prefix.CopyTo(block[3..]);
        label.CopyTo(block[(3 + prefix.Length)..]);
        // An empty context, then the counter of the first block of output, then SHA-256's padding.
        var counter = 4 + prefix.Length + label.Length;
        (block[counter], block[counter + 1]) = (1, 0x80);
        BinaryPrimitives.WriteInt32BigEndian(block[^4..], (Sha256.BlockSize + counter + 1) * 8);
        for (var i = 0; i < _messages.Length; i++)
            _messages[i] = _messages[i].WithElement(_count, BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]));
        _count++;
        return this;
    }

    /// <summary>The outputs for the secret of 32 octets that is in <paramref name="lane"/> of <paramref name="secret"/>, a lane for each label.</summary>
    public Sha256Lanes Expand(in Sha256Lanes secret, int lane)
    {
        Span<Vector128<uint>> block = stackalloc Vector128<uint>[Sha256Lanes.BlockWords];
        var pads = Vector128.Create(InnerPad, OuterPad, 0, 0);
        block.Fill(pads);
        for (var i = 0; i < Sha256Lanes.StateWords; i++)
            block[i] ^= Vector128.Create(secret[i][lane]);
        var keyed = new Sha256Lanes();
        keyed.Compress(block);
        var inner = keyed.Spread(0);
        inner.Compress(_messages);
        block.Clear();
        for (var i = 0; i < Sha256Lanes.StateWords; i++)
            block[i] = inner[i];
        block[Sha256Lanes.StateWords] = Vector128.Create(FirstPadding);
        block[^1] = Vector128.Create((Sha256.BlockSize + Sha256.Size) * 8u);
        var outer = keyed.Spread(1);
        outer.Compress(block);
        return outer;
    }
}
