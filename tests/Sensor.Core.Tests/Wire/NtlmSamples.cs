using System.Buffers.Binary;
using System.Text;

namespace Sensor.Core.Tests.Wire;

/// <summary>NTLM messages, SPNEGO around them, and the secrets in them that must never come out.</summary>
internal static class NtlmSamples
{
    /// <summary>What stands where challenge, responses, key and MIC stand.</summary>
    public static readonly byte[] Secret = "S3cr3tOctets!!!!"u8.ToArray();

    public static string Coded(byte[] token) => Convert.ToBase64String(token);

    public static byte[] Negotiate() =>
    [
        .. "NTLMSSP\0"u8, 1, 0, 0, 0, .. Little(0xE208_B237), .. Field(4, 40), .. Field(3, 44), 10, 0, 0x61, 0x4A, 0, 0, 0, 15, .. "CORP"u8, .. "PC7"u8,
    ];

    /// <summary>CHALLENGE of CORP\FILES with a time stamp.</summary>
    public static byte[] Challenge()
    {
        var name = Encoding.Unicode.GetBytes("CORP");
        byte[] pairs =
        [
            .. Pair(2, "CORP"), .. Pair(1, "FILES"), .. Pair(4, "corp.example"), .. Pair(3, "files.corp.example"), 7, 0, 8, 0, .. Secret[..8], 0, 0, 0, 0,
        ];
        return
        [
            .. "NTLMSSP\0"u8, 2, 0, 0, 0, .. Field(name.Length, 56), .. Little(0xE289_8215), .. Secret[..8], .. new byte[8], .. Field(pairs.Length, 56 + name.Length),
            6, 1, 0xB1, 0x1D, 0, 0, 0, 15, .. name, .. pairs,
        ];
    }

    /// <summary>AUTHENTICATE of CORP\alice on PC7 by NTLMv2 for HTTP/wpad, with MIC and session key.</summary>
    public static byte[] Authenticate(string user = "alice", string domain = "CORP", string workstation = "PC7")
    {
        byte[][] payload =
        [
            Encoding.Unicode.GetBytes(domain), Encoding.Unicode.GetBytes(user), Encoding.Unicode.GetBytes(workstation), [.. Secret, .. Secret[..8]],
            [.. Secret, 1, 1, 0, 0, 0, 0, 0, 0, .. new byte[8], .. Secret[..8], 0, 0, 0, 0, .. Pair(1, "FILES"), 7, 0, 8, 0, .. Secret[..8], .. Pair(9, "HTTP/wpad"), 0, 0, 0, 0],
            Secret,
        ];
        var at = new int[payload.Length];
        for (int i = 0, next = 88; i < payload.Length; next += payload[i++].Length)
            at[i] = next;
        return
        [
            .. "NTLMSSP\0"u8, 3, 0, 0, 0, .. Field(payload[3].Length, at[3]), .. Field(payload[4].Length, at[4]), .. Field(payload[0].Length, at[0]),
            .. Field(payload[1].Length, at[1]), .. Field(payload[2].Length, at[2]), .. Field(payload[5].Length, at[5]), .. Little(0xE288_8215),
            10, 0, 0x61, 0x4A, 0, 0, 0, 15, .. Secret, .. payload.SelectMany(static part => part),
        ];
    }

    /// <summary>NegTokenInit with NTLM as the only mechanism.</summary>
    public static byte[] SpnegoInit(byte[] token) => Der(0x60, [
        .. Der(6, [0x2B, 6, 1, 5, 5, 2]),
        .. Der(0xA0, Der(0x30, [.. Der(0xA0, Der(0x30, Der(6, [0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0A]))), .. Der(0xA2, Der(4, token))])),
    ]);

    /// <summary>NegTokenResp.</summary>
    public static byte[] SpnegoResponse(byte[] token) => Der(0xA1, Der(0x30, [.. Der(0xA0, Der(0x0A, [1])), .. Der(0xA2, Der(4, token))]));

    public static byte[] Der(byte tag, byte[] content) => content.Length < 128
        ? [tag, (byte)content.Length, .. content]
        : [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    public static byte[] Little(uint number)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, number);
        return octets;
    }

    private static byte[] Field(int length, int offset) => [(byte)length, (byte)(length >> 8), (byte)length, (byte)(length >> 8), .. Little((uint)offset)];

    private static byte[] Pair(byte number, string value) => [number, 0, (byte)(value.Length * 2), 0, .. Encoding.Unicode.GetBytes(value)];
}
