using System.Text;
using Sensor.Core.Wire;
using Sensor.Detection.Names;

namespace Sensor.Detection.Baselines;

/// <summary>
/// A key or value as it comes from the wire: an address, a MAC or a text. Compared by the hash of how it is written, so that what was read back
/// from a file or the store meets what the wire shows. Writes no text before it is asked for.
/// </summary>
public readonly ref struct BaselineTerm
{
    /// <summary>The value of <see cref="BaselineKind.WpadAnswer"/> where a resolver denies the name.</summary>
    public const string NoSuchName = "no such name";

    /// <summary>Octets of a text that are looked at and kept: URLs are the longest.</summary>
    public const int MaxOctets = WireText.MaxShown;

    private readonly ReadOnlySpan<byte> _text;
    private readonly IpAddress _address;
    private readonly MacAddress _mac;

    private BaselineTerm(ReadOnlySpan<byte> text, IpAddress address, MacAddress mac)
    {
        _text = text;
        _address = address;
        _mac = mac;
    }

    /// <summary>An address.</summary>
    public static implicit operator BaselineTerm(IpAddress address) => new(default, address, default);

    /// <summary>A MAC; none is the empty text.</summary>
    public static implicit operator BaselineTerm(MacAddress mac) => new(default, default, mac);

    /// <summary>A text.</summary>
    public static implicit operator BaselineTerm(ReadOnlySpan<byte> text) => new(text[..Math.Min(text.Length, MaxOctets)], default, default);

    /// <summary>Equal for terms that are written alike.</summary>
    public ulong Hash
    {
        get
        {
            Span<byte> written = stackalloc byte[64];
            if (_address != default)
                return _address.TryWrite(written, out var length) ? ((ReadOnlySpan<byte>)written[..length]).StableHash() : 0;
            if (!_mac.IsNone)
                return ((ReadOnlySpan<byte>)Write(_mac, written)).StableHash();
            // Rare: what is not printable is compared as it is shown, since that is what files and the store keep.
            return _text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E)
                ? ((ReadOnlySpan<byte>)Encoding.ASCII.GetBytes(WireText.Printable(_text))).StableHash()
                : _text.StableHash();
        }
    }

    /// <summary>The term as it is stored and shown: printable ASCII.</summary>
    public override string ToString() =>
        _address != default ? _address.ToString() : !_mac.IsNone ? _mac.ToString() : WireText.Printable(_text);

    private static ReadOnlySpan<byte> Write(MacAddress mac, Span<byte> written)
    {
        const int Octets = 6, Each = 3;
        var digits = "0123456789abcdef"u8;
        for (var i = 0; i < Octets; i++)
        {
            var octet = (int)(mac.Value >> (8 * (Octets - 1 - i))) & 0xFF;
            written[i * Each] = digits[octet >> 4];
            written[i * Each + 1] = digits[octet & 15];
            written[i * Each + 2] = (byte)':';
        }
        return written[..(Octets * Each - 1)];
    }
}
