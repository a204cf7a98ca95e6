using System.Text;

namespace Sensor.Tests.Commands;

/// <summary>The smallest files of each kind that signing tools take.</summary>
internal static class FileSamples
{
    /// <summary>A PE32 program with one section.</summary>
    public static byte[] Program(int size = 4096)
    {
        var octets = new byte[size];
        void Put(int at, params ReadOnlySpan<int> values)
        {
            foreach (var value in values)
            {
                BitConverter.TryWriteBytes(octets.AsSpan(at), value);
                at += 4;
            }
        }
        "MZ"u8.CopyTo(octets);
        Put(60, 64);
        "PE\0\0"u8.CopyTo(octets.AsSpan(64));
        Put(68, 0x0001_014C, 0, 0, 0, 0x0102_00E0);
        Put(88, 0x0E_010B, 512, 0, 0, 0x1000, 0x1000, 0x2000, 0x400000, 0x1000, 512, 6, 0, 6, 0, 0x3000, 512, 0, 3, 0x100000, 0x1000,
            0x100000, 0x1000, 0, 16);
        ".text"u8.CopyTo(octets.AsSpan(312));
        Put(320, size - 512, 0x1000, size - 512, 512, 0, 0, 0, 0x6000_0020);
        for (var at = 512; at < size; at++)
            octets[at] = (byte)(at * 13);
        return octets;
    }

    /// <summary>A cabinet with one stored file.</summary>
    public static byte[] Cabinet()
    {
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("content of the file ", 50)));
        var name = "setup.exe\0"u8;
        var filesAt = 36 + 8;
        var dataAt = filesAt + 16 + name.Length;
        byte[] file =
        [
            .. "MSCF"u8, 0, 0, 0, 0, .. BitConverter.GetBytes(dataAt + 8 + content.Length), 0, 0, 0, 0, .. BitConverter.GetBytes(filesAt),
                0, 0, 0, 0,
            3, 1, 1, 0, 1, 0, 0, 0, 0x34, 0x12, 0, 0,
            .. BitConverter.GetBytes(dataAt), 1, 0, 0, 0,
            .. BitConverter.GetBytes(content.Length), 0, 0, 0, 0, 0, 0, 0x62, 0x5A, 0, 0x40, 0x20, 0, .. name,
            0, 0, 0, 0, .. BitConverter.GetBytes((short)content.Length), .. BitConverter.GetBytes((short)content.Length), .. content,
        ];
        return file;
    }

    /// <summary>An installer: a compound file with a stream in sectors and one in the small-stream area.</summary>
    public static byte[] Installer()
    {
        const int sector = 512, large = 5000, small = 100;
        const uint end = 0xFFFFFFFE, free = 0xFFFFFFFF, table = 0xFFFFFFFD;
        var file = new byte[sector * 15];
        byte[] magic = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        magic.CopyTo(file, 0);
        void U16(int at, int value) => BitConverter.TryWriteBytes(file.AsSpan(at), (ushort)value);
        void U32(int at, uint value) => BitConverter.TryWriteBytes(file.AsSpan(at), value);
        (int At, int Value)[] head = [(24, 0x3E), (26, 3), (28, 0xFFFE), (30, 9), (32, 6)];
        foreach (var (at, value) in head)
            U16(at, value);
        (int At, uint Value)[] places = [(44, 1), (48, 1), (56, 4096), (60, 2), (64, 1), (68, end), (76, 0)];
        foreach (var (at, value) in places)
            U32(at, value);
        for (var at = 80; at < 512; at += 4)
            U32(at, free);
        // Sector 0: allocation table. 1: directory. 2: small table. 3: small streams. 4 to 13: the large stream.
        for (var number = 0; number < 128; number++)
            U32(sector + (4 * number), number switch
            {
                0 => table,
                1 or 2 or 3 => end,
                < 4 or > 13 => free,
                13 => end,
                _ => (uint)number + 1,
            });
        Entry(2 * sector, "Root Entry", 5, free, 1, 3, 128);
        Entry((2 * sector) + 128, "Large", 2, 2, free, 4, large);
        Entry((2 * sector) + 256, "Small", 2, free, free, 0, small);
        for (var number = 0; number < 128; number++)
            U32((3 * sector) + (4 * number), number switch { 0 => 1, 1 => end, _ => free });
        for (var at = 4 * sector; at < (5 * sector) + large; at++)
            file[at] = (byte)(at * 11);
        return file;

        void Entry(int at, string name, byte kind, uint right, uint child, uint first, uint size)
        {
            Encoding.Unicode.GetBytes(name).CopyTo(file, at);
            U16(at + 64, (2 * name.Length) + 2);
            (file[at + 66], file[at + 67]) = (kind, 1);
            (int Offset, uint Value)[] fields = [(68, free), (72, right), (76, child), (116, first), (120, size)];
            foreach (var (offset, value) in fields)
                U32(at + offset, value);
        }
    }
}
