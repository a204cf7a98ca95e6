namespace Sensor.Core.Wire;

/// <summary>
/// The keys that protect a client's Initial packets, RFC 9001 section 5.2 and RFC 9369 section 3.3: everybody can derive them from the destination
/// connection id of the client's first packet, so they hide nothing; they only keep boxes on the way from meddling.
/// </summary>
internal struct QuicInitialKeys
{
    /// <summary>Encrypts the payload.</summary>
    public Aes128 Key;

    /// <summary>Masks the header.</summary>
    public Aes128 HeaderKey;

    private UInt128 _iv;

    private static readonly HmacSha256 Extractor1 = new(Salt1), Extractor2 = new(Salt2), ExtractorOfDraft29 = new(SaltOfDraft29);

    private static readonly HkdfLabels Client = new HkdfLabels().With("client in"u8, Sha256.Size);

    private static readonly HkdfLabels Labels1 = new HkdfLabels()
        .With("quic key"u8, Aes128.Size).With("quic hp"u8, Aes128.Size).With("quic iv"u8, Aes128Gcm.NonceSize);

    private static readonly HkdfLabels Labels2 = new HkdfLabels()
        .With("quicv2 key"u8, Aes128.Size).With("quicv2 hp"u8, Aes128.Size).With("quicv2 iv"u8, Aes128Gcm.NonceSize);

    private static ReadOnlySpan<byte> Salt1 =>
        [0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB, 0x7F, 0x0A];

    private static ReadOnlySpan<byte> Salt2 =>
        [0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD, 0x2E, 0xD9];

    private static ReadOnlySpan<byte> SaltOfDraft29 =>
        [0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43, 0x90, 0xA8, 0x99];

    /// <summary>The keys of a client whose first packet, of this version, went to <paramref name="connectionId"/>.</summary>
    public static QuicInitialKeys OfClient(uint version, ReadOnlySpan<byte> connectionId)
    {
        var isV2 = version == QuicLongHeader.Version2;
        Span<byte> initial = stackalloc byte[Sha256.Size], octets = stackalloc byte[Sha256.Size];
        var salt = isV2 ? Extractor2 : version == QuicLongHeader.Draft29 ? ExtractorOfDraft29 : Extractor1;
        salt.Authenticate(connectionId, default, initial);
        var client = Client.Expand(Sha256Lanes.WithState(initial), 0);
        var outputs = (isV2 ? Labels2 : Labels1).Expand(in client, 0);
        outputs.Write(0, octets);
        var keys = new QuicInitialKeys { Key = new Aes128(octets) };
        outputs.Write(1, octets);
        keys.HeaderKey = new Aes128(octets);
        outputs.Write(2, octets);
        foreach (var octet in octets[..Aes128Gcm.NonceSize])
            keys._iv = (keys._iv << 8) | octet;
        return keys;
    }

    /// <summary>Writes the nonce of packet <paramref name="number"/>, RFC 9001 section 5.3.</summary>
    public readonly void WriteNonce(uint number, Span<byte> nonce)
    {
        var value = _iv ^ number;
        for (var i = Aes128Gcm.NonceSize - 1; i >= 0; i--, value >>= 8)
            nonce[i] = (byte)(ulong)(value & 0xFF);
    }
}
