using System.Buffers.Binary;

namespace Sensor.Core.Wire;

/// <summary>
/// An SMB message so far as it authenticates: SESSION_SETUP of SMB 2 and 3 ([MS-SMB2] sections 2.2.1, 2.2.5, 2.2.6) and SESSION_SETUP_ANDX
/// of SMB 1
/// ([MS-CIFS] section 2.2.4.53, [MS-SMB] section 2.2.4.6). Numbers are little-endian.
/// <code>
/// SMB 2:  FE 'S' 'M' 'B' | … command at 12, flags at 16 … | 64: request: blob at 76, its length at 78; response: at 68 and 70
/// SMB 1:  FF 'S' 'M' 'B' | command at 4, flags at 9, flags2 at 10 … | 32: word count, words | byte count, bytes
/// </code>
/// </summary>
public readonly ref struct SmbMessage
{
    /// <summary>Octets needed to tell what a message is.</summary>
    public const int HeadSize = 18;

    private const byte SessionSetup1 = 0x73, Negotiate1 = 0x72, Reply1 = 0x80;
    private const ushort SessionSetup2 = 1, Negotiate2 = 0;
    private const int Header1 = 32, Header2 = 64, UnicodeAt = 10;
    private const ushort UnicodeFlag = 0x8000;

    private readonly ReadOnlySpan<byte> _octets;

    private SmbMessage(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Whether this is SMB 1.</summary>
    public bool IsVersion1 => _octets[0] == 0xFF;

    /// <summary>Whether the server sends it.</summary>
    public bool IsReply => IsVersion1 ? (_octets[9] & Reply1) != 0 : (_octets[16] & 1) != 0;

    /// <summary>Whether it is a session setup.</summary>
    public bool IsSessionSetup => IsVersion1 ? _octets[4] == SessionSetup1 : IsPlain2 && Command2 == SessionSetup2;

    /// <summary>Whether it is a negotiation, which comes before.</summary>
    public bool IsNegotiation => IsVersion1 ? _octets[4] == Negotiate1 : IsPlain2 && Command2 == Negotiate2;

    /// <summary>The security blob of a session setup; empty when there is none (SMB 1 before Windows 2000, or a final answer).</summary>
    public ReadOnlySpan<byte> Blob
    {
        get
        {
            if (!IsVersion1)
                return IsReply ? Sized(U16(Header2 + 4), U16(Header2 + 6)) : Sized(U16(Header2 + 12), U16(Header2 + 14));
            // Extended security: 12 words, the blob's length in the eighth; in a reply 4 words, in the fourth.
            var words = WordCount;
            return words == 12 && !IsReply ? Sized(Header1 + 1 + 24 + 2, U16(Header1 + 1 + 14))
                : words == 4 && IsReply ? Sized(Header1 + 1 + 8 + 2, U16(Header1 + 1 + 6)) : default;
        }
    }

    /// <summary>
    /// Whether this is a session setup of SMB 1 without a blob: responses (or the password) and names stand in the message itself.
    /// </summary>
    public bool IsOldSetup => IsVersion1 && IsSessionSetup && !IsReply && WordCount == 13;

    /// <summary>Reads the start of a message, after the four octets of its length. False when it is no SMB.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out SmbMessage message)
    {
        message = new SmbMessage(octets);
        return octets.Length >= HeadSize && octets[0] is 0xFF or 0xFE or 0xFD or 0xFC && octets[1..].StartsWith("SMB"u8);
    }

    /// <summary>
    /// Writes account and domain of an <see cref="IsOldSetup"/> as UTF-8; what precedes them, the secret, is stepped over.
    /// </summary>
    public void WriteOldNames(Span<byte> account, out int accountLength, Span<byte> domain, out int domainLength)
    {
        (accountLength, domainLength) = (0, 0);
        const int DataAt = Header1 + 1 + 26 + 2;
        var at = DataAt + U16(Header1 + 1 + 14) + U16(Header1 + 1 + 16);
        var isUnicode = (U16(UnicodeAt) & UnicodeFlag) != 0;
        // UTF-16 is aligned to the message's start.
        at += isUnicode ? at & 1 : 0;
        if (at >= _octets.Length)
            return;
        var names = _octets[at..];
        accountLength = WriteName(ref names, isUnicode, account);
        domainLength = WriteName(ref names, isUnicode, domain);
    }

    private bool IsPlain2 => _octets[0] == 0xFE;

    private ushort Command2 => BinaryPrimitives.ReadUInt16LittleEndian(_octets[12..]);

    private int WordCount => _octets.Length > Header1 ? _octets[Header1] : 0;

    private ushort U16(int at) => at + 2 <= _octets.Length ? BinaryPrimitives.ReadUInt16LittleEndian(_octets[at..]) : (ushort)0;

    private ReadOnlySpan<byte> Sized(int at, int length) =>
        at == 0 || at >= _octets.Length ? default : _octets.Slice(at, Math.Min(length, _octets.Length - at));

    private static int WriteName(scoped ref ReadOnlySpan<byte> names, bool isUnicode, Span<byte> target)
    {
        var end = 0;
        var width = isUnicode ? 2 : 1;
        while (end + width <= names.Length && (names[end] != 0 || (isUnicode && names[end + 1] != 0)))
            end += width;
        var name = names[..end];
        names = names[Math.Min(end + width, names.Length)..];
        if (isUnicode)
            return NtlmMessage.WriteUtf16(name, target);
        name = name[..Math.Min(name.Length, target.Length)];
        name.CopyTo(target);
        return name.Length;
    }
}
