using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Snapshots;

/// <summary>
/// Reads what <see cref="SnapshotWriter"/> wrote. Never throws: what ends too early reads as zeros and empty lists and sets
/// <see cref="IsDamaged"/>.
/// </summary>
internal sealed class SnapshotReader(ReadOnlyMemory<byte> octets, SnapshotNames names)
{
    /// <summary>More frames than one run sees: 10 million a second for three years.</summary>
    private const long FramesOfOneRun = 1L << 50;

    private const long OldestOrdinal = long.MinValue / 2;

    private ReadOnlyMemory<byte> _rest = octets;

    /// <summary>Something was not as a writer leaves it.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Octets not read yet.</summary>
    public int Left => _rest.Length;

    public bool Flag() => U8() != 0;

    public byte U8() => Take(1) is [var octet] ? octet : (byte)0;

    public ushort U16() => Take(sizeof(ushort)) is { Length: > 0 } taken ? BinaryPrimitives.ReadUInt16LittleEndian(taken) : (ushort)0;

    public int I32() => Take(sizeof(int)) is { Length: > 0 } taken ? BinaryPrimitives.ReadInt32LittleEndian(taken) : 0;

    public long I64() => Take(sizeof(long)) is { Length: > 0 } taken ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    public ulong U64() => Take(sizeof(ulong)) is { Length: > 0 } taken ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    /// <summary>
    /// A time by which something is judged to be over. Not later than the moment of reading: where a clock ran ahead and was set right,
    /// nothing must seem alive until that hour comes.
    /// </summary>
    public long Time() => Math.Min(I64(), names.NotAfterNs);

    public MacAddress Mac() => new(U64());

    public IpAddress Address() => new(U64(), U64());

    public ReadOnlySpan<byte> Octets() => Take(Count(1));

    /// <summary>A text, or null.</summary>
    public string? Text()
    {
        var length = I32();
        if (length == -1)
            return null;
        if (length < 0 || length > _rest.Length)
            return Damaged<string>();
        return Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>A host, or null. A number that no host has means damage.</summary>
    public Host? Host()
    {
        var id = I32();
        if (id == 0)
            return null;
        return names.Hosts.TryGetValue(id, out var host) ? host : Damaged<Host>();
    }

    /// <summary>The present number of a segment.</summary>
    public int Segment()
    {
        if (names.Segments.TryGetValue(I32(), out var number))
            return number;
        IsDamaged = true;
        return 0;
    }

    /// <summary>Adds the frames of a trail.</summary>
    public void Trail(FrameTrail trail)
    {
        foreach (var frame in Frames())
            trail.Add(frame);
    }

    public FrameReference Frame() => new(U16(), I64(), I64());

    public ImmutableArray<FrameReference> Frames()
    {
        const int Octets = sizeof(ushort) + (2 * sizeof(long));
        var count = Count(Octets);
        var frames = ImmutableArray.CreateBuilder<FrameReference>(count);
        for (var i = 0; i < count; i++)
            frames.Add(Frame());
        return frames.MoveToImmutable();
    }

    /// <summary>A sighting of the past: it lies before everything on the present timeline, in the old order.</summary>
    public Sighting At() => new()
    {
        Ordinal = Math.Clamp(I64(), OldestOrdinal, FramesOfOneRun - 1) - FramesOfOneRun,
        TimestampNs = I64(),
        FrameNumber = I64(),
        Origin = U16(),
        Protocol = U8(),
        Ttl = U8(),
        Segment = Segment(),
        SourceMac = Mac(),
        DestinationMac = Mac(),
        Source = Address(),
        Destination = Address(),
        SourcePort = U16(),
        DestinationPort = U16(),
        InTunnel = Flag(),
    };

    /// <summary>Reads each item of a list.</summary>
    public void List(Action<SnapshotReader> read)
    {
        var count = Count(1);
        for (var i = 0; i < count && !IsDamaged; i++)
            read(this);
    }

    /// <summary>The items of a list.</summary>
    public List<T> List<T>(Func<SnapshotReader, T> read)
    {
        var items = new List<T>();
        List(reader => items.Add(read(reader)));
        return items;
    }

    /// <summary>The octets of a part, unread.</summary>
    public ReadOnlyMemory<byte> Part()
    {
        var count = Count(1);
        var part = _rest[..count];
        _rest = _rest[count..];
        return part;
    }

    /// <summary>A length before items of at least <paramref name="least"/> octets each; 0 when they cannot be there.</summary>
    public int Count(int least)
    {
        var count = I32();
        if (count >= 0 && (long)count * least <= _rest.Length)
            return count;
        IsDamaged = true;
        return 0;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            IsDamaged = true;
            _rest = default;
            return [];
        }
        var taken = _rest[..count].Span;
        _rest = _rest[count..];
        return taken;
    }

    private T? Damaged<T>() where T : class
    {
        IsDamaged = true;
        return null;
    }
}

/// <summary>What the numbers of a snapshot stand for in the engine it is read into.</summary>
internal sealed class SnapshotNames
{
    /// <summary>Hosts by their number, which they keep.</summary>
    public Dictionary<int, Host> Hosts { get; } = [];

    /// <summary>The present number of each segment of the snapshot.</summary>
    public Dictionary<int, int> Segments { get; } = [];

    /// <summary>No time that decides on life and death is later than this, nanoseconds since 1970 UTC.</summary>
    public long NotAfterNs { get; init; } = long.MaxValue;

    /// <summary>Reads what <see cref="SnapshotWriter.Segments"/> wrote and numbers the same segments in <paramref name="segments"/>.</summary>
    public void Number(SnapshotReader reader, SegmentTable segments)
    {
        reader.List(from =>
        {
            var number = reader.I32();
            var key = new SegmentKey(reader.U16(), reader.U16(), reader.U16(), (OverlayKind)reader.U8(), (uint)reader.I32());
            Segments[number] = segments.Number(in key);
        });
    }
}
