using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Sensor.Core.Wire;

/// <summary>The three messages of NTLM, [MS-NLMP] section 2.2.1.</summary>
public enum NtlmMessageType : byte
{
    /// <summary>NEGOTIATE, from the client.</summary>
    Negotiate = 1,

    /// <summary>CHALLENGE, from the server.</summary>
    Challenge = 2,

    /// <summary>AUTHENTICATE, from the client: who, and proof that he knows the password.</summary>
    Authenticate = 3,
}

/// <summary>
/// An NTLM message, [MS-NLMP] section 2.2.1, read for who and what only: the challenge, the responses and the session key are never looked
/// at, but for the
/// names that an NTLMv2 response repeats in the clear. Numbers are little-endian; a field is length (2), room (2) and offset (4).
/// <code>
/// 0  "NTLMSSP\0"        8  type
/// NEGOTIATE     12 flags       16 domain       24 workstation   32 version
/// CHALLENGE     12 target name 20 flags        24 challenge     40 target info  48 version
/// AUTHENTICATE  12 LM response 20 NT response  28 domain  36 user  44 workstation  52 session key  60 flags  64 version  72 MIC
/// </code>
/// </summary>
public readonly ref struct NtlmMessage
{
    /// <summary>The longest name that is kept; longer ones are cut.</summary>
    public const int LongestName = 512;

    private const int TypeAt = 8, FieldSize = 8, NegotiateFlagsAt = 12, TargetNameAt = 12, ChallengeFlagsAt = 20, TargetInfoAt = 40;
    private const int LmResponseAt = 12, NtResponseAt = 20, SessionKeyAt = 52;
    private const int DomainAt = 28, UserAt = 36, WorkstationAt = 44, AuthenticateFlagsAt = 60, MicAt = 72, MicSize = 16;
    private const int V1ResponseSize = 24, V2PairsAt = 44;
    private const uint UnicodeFlag = 1, AnonymousFlag = 0x800, VersionFlag = 0x0200_0000;

    private readonly ReadOnlySpan<byte> _octets;

    private NtlmMessage(ReadOnlySpan<byte> octets, NtlmMessageType type)
    {
        _octets = octets;
        Type = type;
    }

    /// <summary>What every message begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "NTLMSSP\0"u8;

    /// <summary>Which of the three.</summary>
    public NtlmMessageType Type { get; }

    /// <summary>The negotiate flags, section 2.2.2.5; 0 where an old client sends none.</summary>
    public uint Flags => U32(Type switch
    {
        NtlmMessageType.Negotiate => NegotiateFlagsAt,
        NtlmMessageType.Challenge => ChallengeFlagsAt,
        _ => FirstPayload >= AuthenticateFlagsAt + 4 ? AuthenticateFlagsAt : int.MaxValue,
    });

    /// <summary>Product version as major &lt;&lt; 24 | minor &lt;&lt; 16 | build, section 2.2.2.10; 0 when not given.</summary>
    public uint Version
    {
        get
        {
            var at = Type switch { NtlmMessageType.Negotiate => 32, NtlmMessageType.Challenge => 48, _ => 64 };
            if ((Flags & VersionFlag) == 0 || at + 8 > _octets.Length)
                return 0;
            return ((uint)_octets[at] << 24) | ((uint)_octets[at + 1] << 16) | BinaryPrimitives.ReadUInt16LittleEndian(_octets[(at + 2)..]);
        }
    }

    /// <summary>Whether an AUTHENTICATE has room for a message integrity code before its names.</summary>
    public bool HasMic => Type == NtlmMessageType.Authenticate && FirstPayload >= MicAt + MicSize && _octets.Length >= MicAt + MicSize;

    /// <summary>Whether an AUTHENTICATE answers by NTLMv2: its response is longer than that of version 1.</summary>
    public bool IsVersion2 => Type == NtlmMessageType.Authenticate && LengthOf(NtResponseAt) > V1ResponseSize;

    /// <summary>Whether an AUTHENTICATE is for nobody: no name and no response.</summary>
    public bool IsAnonymous => Type == NtlmMessageType.Authenticate && LengthOf(UserAt) == 0
        && ((Flags & AnonymousFlag) != 0 || LengthOf(NtResponseAt) == 0);

    /// <summary>What the server says of itself (CHALLENGE), or what the client repeats of it inside an NTLMv2 response.</summary>
    public NtlmPairs Pairs => Type switch
    {
        NtlmMessageType.Challenge => new NtlmPairs(FirstPayload >= TargetInfoAt + FieldSize ? Field(TargetInfoAt) : default),
        NtlmMessageType.Authenticate when Field(NtResponseAt) is { Length: > V2PairsAt } response => new NtlmPairs(response[V2PairsAt..]),
        _ => default,
    };

    /// <summary>Reads a message. False when it is none or too short to say anything.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out NtlmMessage message)
    {
        message = default;
        if (octets.Length < TypeAt + 4 || !octets.StartsWith(Signature))
            return false;
        var type = BinaryPrimitives.ReadUInt32LittleEndian(octets[TypeAt..]);
        var least = type switch { 3 => WorkstationAt + FieldSize, 2 => ChallengeFlagsAt + 4, _ => NegotiateFlagsAt + 4 };
        if (type is < 1 or > 3 || octets.Length < least)
            return false;
        message = new NtlmMessage(octets, (NtlmMessageType)type);
        return true;
    }

    /// <summary>Writes the domain as UTF-8 and returns its octets: whose account (AUTHENTICATE), or the client's own (NEGOTIATE).</summary>
    public int WriteDomain(Span<byte> target) => Type switch
    {
        NtlmMessageType.Negotiate => Raw(16, target),
        NtlmMessageType.Authenticate => Text(DomainAt, target),
        _ => 0,
    };

    /// <summary>Writes the user's name as UTF-8 and returns its octets; none but in AUTHENTICATE.</summary>
    public int WriteUser(Span<byte> target) => Type == NtlmMessageType.Authenticate ? Text(UserAt, target) : 0;

    /// <summary>Writes the client's own name as UTF-8 and returns its octets.</summary>
    public int WriteWorkstation(Span<byte> target) => Type switch
    {
        NtlmMessageType.Negotiate => Raw(24, target),
        NtlmMessageType.Authenticate => Text(WorkstationAt, target),
        _ => 0,
    };

    /// <summary>Writes the name of the realm the server answers for as UTF-8 and returns its octets; none but in CHALLENGE.</summary>
    public int WriteTargetName(Span<byte> target) => Type == NtlmMessageType.Challenge ? Text(TargetNameAt, target) : 0;

    /// <summary>
    /// Writes UTF-16 text as UTF-8, as much as fits into <paramref name="target"/>, and returns its octets. Half characters become U+FFFD.
    /// </summary>
    internal static int WriteUtf16(ReadOnlySpan<byte> text, Span<byte> target)
    {
        Utf8.FromUtf16(MemoryMarshal.Cast<byte, char>(text), target, out _, out var written, replaceInvalidSequences: true);
        return written;
    }

    /// <summary>Where the names and responses begin: before it lie the fixed fields the sender knows.</summary>
    private uint FirstPayload
    {
        get
        {
            ReadOnlySpan<int> fields = Type switch
            {
                NtlmMessageType.Negotiate => [16, 24],
                NtlmMessageType.Challenge => [TargetNameAt],
                _ => [LmResponseAt, NtResponseAt, DomainAt, UserAt, WorkstationAt],
            };
            var first = (uint)_octets.Length;
            foreach (var at in fields)
            {
                if (LengthOf(at) > 0)
                    first = Math.Min(first, U32(at + 4));
            }
            return first;
        }
    }

    private int LengthOf(int at) => at + FieldSize <= _octets.Length ? BinaryPrimitives.ReadUInt16LittleEndian(_octets[at..]) : 0;

    private uint U32(int at) => at <= _octets.Length - 4 ? BinaryPrimitives.ReadUInt32LittleEndian(_octets[at..]) : 0;

    /// <summary>The octets of a field, so far as they are there.</summary>
    private ReadOnlySpan<byte> Field(int at)
    {
        var (length, offset) = (LengthOf(at), U32(at + 4));
        if (length == 0 || offset >= (uint)_octets.Length)
            return default;
        return _octets.Slice((int)offset, Math.Min(length, _octets.Length - (int)offset));
    }

    /// <summary>The octets of a name. One that lies over a secret, as only a forged message has it, is none.</summary>
    private ReadOnlySpan<byte> Name(int at)
    {
        var (start, end) = (U32(at + 4), U32(at + 4) + LengthOf(at));
        var lowest = Type switch { NtlmMessageType.Negotiate => 16u, NtlmMessageType.Challenge => 40u, _ => 52u };
        if (start < lowest)
            return default;
        if (Type == NtlmMessageType.Authenticate)
        {
            foreach (var secret in (ReadOnlySpan<int>)[LmResponseAt, NtResponseAt, SessionKeyAt])
            {
                var (from, to) = (U32(secret + 4), U32(secret + 4) + LengthOf(secret));
                if (start < to && from < end)
                    return default;
            }
        }
        return Field(at);
    }

    private int Text(int at, Span<byte> target) =>
        (Flags & UnicodeFlag) != 0 || IsUtf16(Name(at)) ? WriteUtf16(Name(at), target) : Raw(at, target);

    private int Raw(int at, Span<byte> target)
    {
        var field = Name(at);
        field = field[..Math.Min(field.Length, target.Length)];
        field.CopyTo(target);
        return field.Length;
    }

    /// <summary>Old clients send no flags: a zero in the second octet tells.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> text) => text.Length >= 2 && text.Length % 2 == 0 && text[1] == 0;
}
