using System.Buffers.Binary;

namespace Sensor.Detection.Authenticode;

/// <summary>
/// A compound file ([MS-CFB]): storages and streams in a file of sectors, as installers (MSI, MSP) are. Reads the allocation tables and the
/// directory; every walk is bounded by the number of sectors there are.
/// </summary>
internal sealed class CompoundFile
{
    private const int Header = 512, DirectoryEntry = 128, MiniSector = 64, MaxEntries = 65536, MaxDepth = 32;
    private const uint LastRegular = 0xFFFFFFFA, EndOfChain = 0xFFFFFFFE, None = 0xFFFFFFFF;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly int _sector;
    private readonly uint _miniLimit;
    private readonly List<uint> _table = [], _miniTable = [];
    private readonly List<ReadOnlyMemory<byte>> _entries = [], _miniStream = [];

    private CompoundFile(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _sector = 1 << BinaryPrimitives.ReadUInt16LittleEndian(file.Span[30..]);
        _miniLimit = U32(file.Span, 56);
    }

    /// <summary>What a directory entry is.</summary>
    public enum EntryKind : byte
    {
        /// <summary>Unused.</summary>
        Unused = 0,

        /// <summary>A folder.</summary>
        Storage = 1,

        /// <summary>A file.</summary>
        Stream = 2,

        /// <summary>The folder of all.</summary>
        Root = 5,
    }

    /// <summary>The root's entry.</summary>
    public ReadOnlyMemory<byte> Root => _entries[0];

    /// <summary>Whether octets begin a compound file.</summary>
    public static bool IsCompound(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);

    /// <summary>Reads tables and directory; null when they are broken.</summary>
    public static CompoundFile? Read(ReadOnlyMemory<byte> file)
    {
        var shift = file.Length < Header || !IsCompound(file.Span) ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(file.Span[30..]);
        if (shift is not (9 or 12))
            return null;
        var read = new CompoundFile(file);
        return read.TryReadTables() && read.TryReadDirectory() ? read : null;
    }

    /// <summary>What an entry is.</summary>
    public static EntryKind KindOf(ReadOnlyMemory<byte> entry) => (EntryKind)entry.Span[66];

    /// <summary>An entry's name, UTF-16 without the terminator.</summary>
    public static ReadOnlyMemory<byte> NameOf(ReadOnlyMemory<byte> entry) =>
        entry[..Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[64..]) - 2, 0, 62)];

    /// <summary>Octets of a stream.</summary>
    public static uint SizeOf(ReadOnlyMemory<byte> entry) => U32(entry.Span, 120);

    /// <summary>The entries right under <paramref name="parent"/>; false when the tree is broken.</summary>
    public bool TryListChildren(ReadOnlyMemory<byte> parent, List<ReadOnlyMemory<byte>> children)
    {
        var pending = new Stack<uint>();
        pending.Push(U32(parent.Span, 76));
        var seen = 0;
        while (pending.TryPop(out var number))
        {
            if (number == None)
                continue;
            if (number >= _entries.Count || ++seen > _entries.Count)
                return false;
            var entry = _entries[(int)number];
            children.Add(entry);
            pending.Push(U32(entry.Span, 68));
            pending.Push(U32(entry.Span, 72));
        }
        return true;
    }

    /// <summary>The contents of a stream, piece by piece; false when its chain is broken.</summary>
    public bool TryReadStream(ReadOnlyMemory<byte> entry, List<ReadOnlyMemory<byte>> pieces)
    {
        var left = SizeOf(entry);
        var first = U32(entry.Span, 116);
        if (left >= _miniLimit)
            return TryFollow(first, left, pieces);
        var sector = first;
        for (var count = 0; left > 0; count++)
        {
            var place = (long)sector * MiniSector;
            var block = (int)(place / _sector);
            if (sector >= _miniTable.Count || count > _miniTable.Count || block >= _miniStream.Count)
                return false;
            var inside = _miniStream[block];
            var from = (int)(place % _sector);
            if (from + MiniSector > inside.Length)
                return false;
            var part = (int)Math.Min(left, MiniSector);
            pieces.Add(inside.Slice(from, part));
            left -= (uint)part;
            sector = _miniTable[(int)sector];
        }
        return true;
    }

    /// <summary>How deep folders may lie in each other.</summary>
    public static bool IsTooDeep(int depth) => depth > MaxDepth;

    private bool TryReadTables()
    {
        var tables = new List<uint>();
        for (var at = 76; at < Header; at += 4)
            tables.Add(U32(_file.Span, at));
        var more = U32(_file.Span, 68);
        for (var count = 0; more < LastRegular; count++)
        {
            if (!TryGetSector(more, out var sector) || count > _file.Length / _sector)
                return false;
            for (var at = 0; at < sector.Length - 4; at += 4)
                tables.Add(U32(sector.Span, at));
            more = sector.Length == _sector ? U32(sector.Span, _sector - 4) : EndOfChain;
        }
        foreach (var table in tables)
        {
            if (table >= LastRegular)
                continue;
            if (!TryGetSector(table, out var sector) || _table.Count > _file.Length / _sector + (_sector / 4))
                return false;
            AppendNumbers(sector, _table);
        }
        var mini = new List<ReadOnlyMemory<byte>>();
        var sectors = U32(_file.Span, 64);
        if (sectors > _file.Length / _sector || !TryFollow(U32(_file.Span, 60), sectors * (uint)_sector, mini))
            return false;
        foreach (var sector in mini)
            AppendNumbers(sector, _miniTable);
        return true;
    }

    private bool TryReadDirectory()
    {
        var sector = U32(_file.Span, 48);
        for (var count = 0; sector < LastRegular; count++)
        {
            if (count > _table.Count || _entries.Count > MaxEntries || !TryGetSector(sector, out var octets) || sector >= _table.Count)
                return false;
            for (var at = 0; at + DirectoryEntry <= octets.Length; at += DirectoryEntry)
                _entries.Add(octets.Slice(at, DirectoryEntry));
            sector = _table[(int)sector];
        }
        return _entries.Count > 0 && KindOf(Root) == EntryKind.Root && TryFollow(U32(Root.Span, 116), SizeOf(Root), _miniStream);
    }

    private bool TryFollow(uint sector, uint octets, List<ReadOnlyMemory<byte>> pieces)
    {
        for (var count = 0; octets > 0; count++)
        {
            if (sector >= _table.Count || count > _table.Count || !TryGetSector(sector, out var piece))
                return false;
            var part = (int)Math.Min(octets, _sector);
            if (piece.Length < part)
                return false;
            pieces.Add(piece[..part]);
            octets -= (uint)part;
            sector = _table[(int)sector];
        }
        return true;
    }

    private bool TryGetSector(uint number, out ReadOnlyMemory<byte> octets)
    {
        octets = default;
        var at = ((long)number + 1) * _sector;
        if (number >= LastRegular || at >= _file.Length)
            return false;
        octets = _file.Slice((int)at, (int)Math.Min(_sector, _file.Length - at));
        return true;
    }

    private static void AppendNumbers(ReadOnlyMemory<byte> sector, List<uint> numbers)
    {
        for (var at = 0; at + 4 <= sector.Length; at += 4)
            numbers.Add(U32(sector.Span, at));
    }

    private static uint U32(ReadOnlySpan<byte> octets, int at) => BinaryPrimitives.ReadUInt32LittleEndian(octets[at..]);
}
