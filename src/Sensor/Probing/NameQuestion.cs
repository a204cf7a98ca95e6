using System.Buffers.Binary;
using System.Text;

namespace Sensor.Probing;

/// <summary>Questions of LLMNR, mDNS and NetBIOS as clients write them: one question, nothing else.</summary>
internal static class NameQuestion
{
    /// <summary>Longest name that all three services can carry: the first 15 octets of a NetBIOS name.</summary>
    public const int MaxName = 15;

    /// <summary>Record types A and AAAA.</summary>
    public const ushort TypeA = 1, TypeAaaa = 28;

    private const ushort ClassInternet = 1, UnicastWanted = 0x8000, TypeNetBios = 0x20, RecursionAndBroadcast = 0x0110;
    private const int HeaderSize = 12, NetBiosNameSize = 32;
    private const byte WorkstationSuffix = 0x00, FileServerSuffix = 0x20;

    /// <summary>An LLMNR question, RFC 4795 section 2.1.</summary>
    public static byte[] Llmnr(ushort id, string name, ushort type) => Write(id, flags: 0, [name], type, ClassInternet);

    /// <summary>An mDNS question for NAME.local, RFC 6762 section 5; the id is 0. <paramref name="wantsUnicast"/> is the QU bit.</summary>
    public static byte[] Mdns(string name, ushort type, bool wantsUnicast) =>
        Write(0, flags: 0, [name, "local"], type, (ushort)(ClassInternet | (wantsUnicast ? UnicastWanted : 0)));

    /// <summary>A NetBIOS broadcast query for the file server (0x20) or workstation (0x00) of that name, RFC 1002 section 4.2.12.</summary>
    public static byte[] Nbns(ushort id, string name, bool isFileServer)
    {
        var octets = new byte[HeaderSize + 1 + NetBiosNameSize + 1 + 4];
        Header(octets, id, RecursionAndBroadcast);
        octets[HeaderSize] = NetBiosNameSize;
        Span<byte> padded = stackalloc byte[MaxName + 1];
        padded.Fill((byte)' ');
        Encoding.ASCII.GetBytes(name.ToUpperInvariant(), padded);
        padded[MaxName] = isFileServer ? FileServerSuffix : WorkstationSuffix;
        for (var i = 0; i < padded.Length; i++)
        {
            octets[HeaderSize + 1 + (2 * i)] = (byte)('A' + (padded[i] >> 4));
            octets[HeaderSize + 2 + (2 * i)] = (byte)('A' + (padded[i] & 15));
        }
        End(octets, octets.Length - 4, TypeNetBios, ClassInternet);
        return octets;
    }

    private static byte[] Write(ushort id, ushort flags, ReadOnlySpan<string> labels, ushort type, ushort @class)
    {
        var size = HeaderSize + 1 + 4;
        foreach (var label in labels)
            size += 1 + label.Length;
        var octets = new byte[size];
        Header(octets, id, flags);
        var at = HeaderSize;
        foreach (var label in labels)
        {
            octets[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, octets.AsSpan(at));
        }
        End(octets, at + 1, type, @class);
        return octets;
    }

    private static void Header(Span<byte> octets, ushort id, ushort flags)
    {
        BinaryPrimitives.WriteUInt16BigEndian(octets, id);
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], flags);
        BinaryPrimitives.WriteUInt16BigEndian(octets[4..], 1);
    }

    private static void End(Span<byte> octets, int at, ushort type, ushort @class)
    {
        BinaryPrimitives.WriteUInt16BigEndian(octets[at..], type);
        BinaryPrimitives.WriteUInt16BigEndian(octets[(at + 2)..], @class);
    }
}
