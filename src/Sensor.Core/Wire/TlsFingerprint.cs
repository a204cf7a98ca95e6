using System.Buffers.Text;
using System.Text;

namespace Sensor.Core.Wire;

/// <summary>
/// Fingerprints of a client's hello as others compute them. JA4 (github.com/FoxIO-LLC/ja4, technical_details/JA4.md): carrier, version, whether a
/// name is asked for, counts, the first protocol's ends; then hashes of the sorted cipher suites, and of the sorted extensions with the signature
/// algorithms. JA3 (github.com/salesforce/ja3): MD5 of the fields in the client's order. GREASE values are left out of both.
/// </summary>
public static class TlsFingerprint
{
    /// <summary>Octets of a JA4, "t13d1516h2_8daaf6152771_e5627efa2ab1", and of a JA3.</summary>
    public const int Ja4Size = 36, Ja3Size = 2 * Md5.Size;

    private const byte OverTcp = (byte)'t', OverQuic = (byte)'q';
    private const int HashDigits = 12, MostCounted = 99;
    private static ReadOnlySpan<byte> NoHash => "000000000000"u8;

    /// <summary>The JA4 of a client's hello, without its handshake header, over TCP or over QUIC; empty when it cannot be read.</summary>
    public static string Ja4(ReadOnlySpan<byte> hello, bool isQuic)
    {
        if (!ClientHello.TryRead(hello, out var read))
            return "";
        Span<byte> text = stackalloc byte[Ja4Size];
        WriteJa4(in read, isQuic ? OverQuic : OverTcp, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>The JA3 of a client's hello, without its handshake header; empty when it cannot be read.</summary>
    public static string Ja3(ReadOnlySpan<byte> hello)
    {
        if (!ClientHello.TryRead(hello, out var read))
            return "";
        Span<byte> text = stackalloc byte[Ja3Size];
        WriteJa3(in read, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes the JA4 of <paramref name="hello"/>: carrier 't' for TCP, 'q' for QUIC.</summary>
    public static void WriteJa4(in ClientHello hello, byte carrier, Span<byte> text)
    {
        Span<ushort> suites = stackalloc ushort[hello.CipherSuites.Length / 2];
        suites = suites[..Plain(hello.CipherSuites, suites)];
        var all = hello.Extensions;
        var count = 0;
        while (all.MoveNext())
            count += TlsHandshake.IsGrease(all.Type) ? 0 : 1;
        Span<ushort> extensions = stackalloc ushort[count];
        extensions = extensions[..Sortable(hello.Extensions, extensions)];

        text[0] = carrier;
        VersionDigits(hello.Version).CopyTo(text[1..]);
        text[3] = hello.Extensions.TryFind(TlsExtensions.ServerName, out _) ? (byte)'d' : (byte)'i';
        WriteCount(suites.Length, text[4..]);
        WriteCount(count, text[6..]);
        WriteEnds(hello.Extensions.ProtocolNames(), text[8..]);
        text[10] = text[23] = (byte)'_';
        suites.Sort();
        WriteHash(suites, default, text[11..]);
        extensions.Sort();
        WriteHash(extensions, hello.Extensions.Numbers(TlsExtensions.SignatureAlgorithms, prefix: 2), text[24..]);
    }

    /// <summary>Writes the JA3 of <paramref name="hello"/>.</summary>
    public static void WriteJa3(in ClientHello hello, Span<byte> text)
    {
        var md5 = new Md5();
        AppendDecimal(ref md5, hello.LegacyVersion);
        md5.Append(","u8);
        AppendDecimals(ref md5, hello.CipherSuites, 2);
        md5.Append(","u8);
        var extensions = hello.Extensions;
        for (var isFirst = true; extensions.MoveNext();)
        {
            if (TlsHandshake.IsGrease(extensions.Type))
                continue;
            md5.Append(isFirst ? default : "-"u8);
            AppendDecimal(ref md5, extensions.Type);
            isFirst = false;
        }
        md5.Append(","u8);
        AppendDecimals(ref md5, hello.Extensions.Numbers(TlsExtensions.SupportedGroups, prefix: 2), 2);
        md5.Append(","u8);
        if (hello.Extensions.TryFind(TlsExtensions.PointFormats, out var formats) && formats.Length > 0)
            AppendDecimals(ref md5, formats.Slice(1, Math.Min(formats[0], formats.Length - 1)), 1);
        Span<byte> digest = stackalloc byte[Md5.Size];
        md5.Finish(digest);
        Convert.TryToHexStringLower(digest, text, out _);
    }

    private static ReadOnlySpan<byte> VersionDigits(ushort version) => version switch
    {
        TlsHandshake.Tls13 => "13"u8,
        TlsHandshake.Tls12 => "12"u8,
        TlsHandshake.Tls11 => "11"u8,
        TlsHandshake.Tls10 => "10"u8,
        TlsHandshake.Ssl3 => "s3"u8,
        TlsHandshake.Ssl2 => "s2"u8,
        _ => "00"u8,
    };

    private static void WriteCount(int count, Span<byte> text)
    {
        count = Math.Min(count, MostCounted);
        (text[0], text[1]) = ((byte)('0' + (count / 10)), (byte)('0' + (count % 10)));
    }

    /// <summary>The first and the last character of the first protocol name; of its hexadecimal form when either is no letter or digit.</summary>
    private static void WriteEnds(ReadOnlySpan<byte> names, Span<byte> text)
    {
        if (names.IsEmpty)
        {
            "00"u8.CopyTo(text);
            return;
        }
        var (first, last) = (names[1], names[names[0]]);
        var isText = char.IsAsciiLetterOrDigit((char)first) && char.IsAsciiLetterOrDigit((char)last);
        (text[0], text[1]) = isText ? (first, last) : (HexDigit(first >> 4), HexDigit(last & 0xF));
    }

    private static int Plain(ReadOnlySpan<byte> numbers, Span<ushort> plain)
    {
        var count = 0;
        for (; numbers.Length >= 2; numbers = numbers[2..])
        {
            if (!TlsHandshake.IsGrease(numbers.U16(0)))
                plain[count++] = numbers.U16(0);
        }
        return count;
    }

    private static int Sortable(TlsExtensions extensions, Span<ushort> types)
    {
        var count = 0;
        while (extensions.MoveNext())
        {
            if (!TlsHandshake.IsGrease(extensions.Type) && extensions.Type is not (TlsExtensions.ServerName or TlsExtensions.Alpn))
                types[count++] = extensions.Type;
        }
        return count;
    }

    private static void WriteHash(ReadOnlySpan<ushort> sorted, ReadOnlySpan<byte> inOrder, Span<byte> text)
    {
        if (sorted.IsEmpty)
        {
            NoHash.CopyTo(text);
            return;
        }
        var sha = new Sha256();
        for (var i = 0; i < sorted.Length; i++)
            AppendHex(ref sha, sorted[i], i == 0 ? default : ","u8);
        var separator = "_"u8;
        for (; inOrder.Length >= 2; inOrder = inOrder[2..])
        {
            if (TlsHandshake.IsGrease(inOrder.U16(0)))
                continue;
            AppendHex(ref sha, inOrder.U16(0), separator);
            separator = ","u8;
        }
        Span<byte> digest = stackalloc byte[Sha256.Size];
        sha.Finish(digest);
        Convert.TryToHexStringLower(digest[..(HashDigits / 2)], text, out _);
    }

    private static void AppendHex(ref Sha256 sha, ushort value, ReadOnlySpan<byte> separator)
    {
        sha.Append(separator);
        sha.Append([HexDigit(value >> 12), HexDigit((value >> 8) & 0xF), HexDigit((value >> 4) & 0xF), HexDigit(value & 0xF)]);
    }

    private static void AppendDecimals(ref Md5 md5, ReadOnlySpan<byte> numbers, int size)
    {
        for (var isFirst = true; numbers.Length >= size; numbers = numbers[size..])
        {
            var number = size == 1 ? numbers[0] : numbers.U16(0);
            if (size == 2 && TlsHandshake.IsGrease(number))
                continue;
            md5.Append(isFirst ? default : "-"u8);
            AppendDecimal(ref md5, number);
            isFirst = false;
        }
    }

    private static void AppendDecimal(ref Md5 md5, ushort value)
    {
        Span<byte> digits = stackalloc byte[5];
        Utf8Formatter.TryFormat(value, digits, out var written);
        md5.Append(digits[..written]);
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
