using System.Buffers.Binary;
using System.Text;
using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Snapshots;

/// <summary>
/// Writes what a table knows as octets, little-endian, without reflection. Hosts are written once for the whole snapshot and named by their
/// number; texts and lists have their length before them.
/// </summary>
/// <param name="octets">Room to begin with; it grows.</param>
internal sealed class SnapshotWriter(int octets = 0)
{
    private readonly HashSet<Host> _hosts = [];
    private readonly List<Host> _hostsInOrder = [];
    private byte[] _octets = new byte[Math.Max(octets, 16 * 1024)];

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The hosts that were named, each once.</summary>
    public IReadOnlyList<Host> Hosts => _hostsInOrder;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    public void Flag(bool value) => Room(1)[0] = value ? (byte)1 : (byte)0;

    public void U8(byte value) => Room(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(sizeof(ushort)), value);

    public void I32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), value);

    public void Mac(MacAddress mac) => U64(mac.Value);

    public void Address(IpAddress address)
    {
        U64(address.High);
        U64(address.Low);
    }

    public void Octets(ReadOnlySpan<byte> octets)
    {
        I32(octets.Length);
        octets.CopyTo(Room(octets.Length));
    }

    /// <summary>A text, or null.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            I32(-1);
            return;
        }
        var octets = Encoding.UTF8.GetByteCount(text);
        I32(octets);
        Encoding.UTF8.GetBytes(text, Room(octets));
    }

    /// <summary>A host, or null. The host itself is written with the snapshot's list of hosts.</summary>
    public void Host(Host? host)
    {
        I32(host?.Id ?? 0);
        if (host is not null)
            Name(host);
    }

    /// <summary>Puts a host on the list without writing anything here.</summary>
    public void Name(Host host)
    {
        if (_hosts.Add(host))
            _hostsInOrder.Add(host);
    }

    public void Frame(FrameReference frame)
    {
        U16(frame.Origin);
        I64(frame.Number);
        I64(frame.TimestampNs);
    }

    public void Frames(IReadOnlyCollection<FrameReference> frames)
    {
        I32(frames.Count);
        foreach (var frame in frames)
            Frame(frame);
    }

    public void At(in Sighting at)
    {
        I64(at.Ordinal);
        I64(at.TimestampNs);
        I64(at.FrameNumber);
        U16(at.Origin);
        U8(at.Protocol);
        U8(at.Ttl);
        I32(at.Segment);
        Mac(at.SourceMac);
        Mac(at.DestinationMac);
        Address(at.Source);
        Address(at.Destination);
        U16(at.SourcePort);
        U16(at.DestinationPort);
        Flag(at.InTunnel);
    }

    /// <summary>A list: its length, then each item.</summary>
    public void List<T>(IReadOnlyCollection<T> items, Action<SnapshotWriter, T> write)
    {
        I32(items.Count);
        foreach (var item in items)
            write(this, item);
    }

    /// <summary>A table: how many entries, then each, the one not used for longest first.</summary>
    public void Table<TKey, TValue>(RecentTable<TKey, TValue> table, Action<SnapshotWriter, TKey, TValue> write) where TKey : notnull
    {
        I32(table.Count);
        foreach (var (key, value) in table.InUseOrder())
            write(this, key, value);
    }

    /// <summary>What these numbers of <paramref name="segments"/> stand for: readers may number differently.</summary>
    public void Segments(SegmentTable segments, IReadOnlyCollection<int> numbers)
    {
        I32(numbers.Count);
        foreach (var number in numbers)
        {
            var key = segments.Describe(number);
            I32(number);
            U16(key.Vlan1);
            U16(key.Vlan2);
            U16(key.Vlan3);
            U8((byte)key.Overlay);
            I32((int)key.OverlayId);
        }
    }

    /// <summary>Everything <paramref name="other"/> wrote, without its hosts.</summary>
    public void Append(SnapshotWriter other) => other.Written.CopyTo(Room(other.Length));

    /// <summary>A part with its length before it, so that readers can pass over it.</summary>
    public void Part(Action<SnapshotWriter> write)
    {
        var lengthAt = Length;
        I32(0);
        write(this);
        BinaryPrimitives.WriteInt32LittleEndian(_octets.AsSpan(lengthAt), Length - lengthAt - sizeof(int));
    }

    private Span<byte> Room(int octets)
    {
        if (_octets.Length - Length < octets)
            Array.Resize(ref _octets, Math.Max(Length + octets, _octets.Length * 2));
        var room = _octets.AsSpan(Length, octets);
        Length += octets;
        return room;
    }
}
