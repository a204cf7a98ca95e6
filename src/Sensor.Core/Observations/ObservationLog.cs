using System.Runtime.CompilerServices;
using Sensor.Core.Frames;
using Sensor.Core.Wire;

namespace Sensor.Core.Observations;

/// <summary>
/// The facts a worker observed, in order, until they are delivered: one typed column per kind of fact, one arena for texts, one for addresses.
/// Everything is reused after <see cref="Clear"/>, so after warm-up nothing is allocated. Owned by one worker at a time.
/// </summary>
public sealed class ObservationLog
{
    private Column?[] _columns = new Column?[32];
    private Entry[] _entries = new Entry[64];
    private byte[] _octets = new byte[4096];
    private IpAddress[] _addresses = new IpAddress[64];
    private int _count, _octetCount, _addressCount;

    /// <summary>Facts waiting.</summary>
    public int Count => _count;

    /// <summary>
    /// Place on the timeline of the packet being processed; the worker sets it before each packet. A flushed stream's fact carries an older
    /// sighting, so this, not the sighting, orders the facts of several workers.
    /// </summary>
    public long Position { get; set; }

    /// <summary>The <see cref="Position"/> at which entry <paramref name="index"/> was added, for merging the logs of several workers.</summary>
    public long PositionOf(int index) => _entries[index].Position;

    /// <summary>Where entry <paramref name="index"/> was seen.</summary>
    public ref readonly Sighting SightingOf(int index) => ref _entries[index].At;

    /// <summary>Shows <paramref name="observer"/> the waiting facts of one type before anybody else is told of them.</summary>
    public void Tell<T>(IObserve<T> observer) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= _columns.Length || _columns[kind] is not Column<T> { Count: > 0 } column)
            return;
        for (var i = 0; i < _count; i++)
        {
            if (_entries[i].Kind == kind)
                observer.Observe(new Observed<T>(in column[_entries[i].Place], in _entries[i].At, this));
        }
    }

    /// <summary>Adds a fact of type <typeparamref name="T"/> seen in <paramref name="packet"/>; the caller fills the returned place at once.</summary>
    public ref T Add<T>(scoped in PacketContext packet) where T : struct => ref Add<T>(in packet.Packet, in packet.Frame, packet.Ordinal);

    /// <summary>Adds a fact seen in <paramref name="packet"/> of <paramref name="frame"/>, the one at <paramref name="ordinal"/> on the timeline.</summary>
    internal ref T Add<T>(scoped ref readonly Packet packet, scoped ref readonly FrameRecord frame, long ordinal) where T : struct
    {
        ref var fact = ref AddFact<T>(out var at);
        Sighting.Set(out _entries[at].At, in packet, in frame, ordinal);
        return ref fact;
    }

    /// <summary>Adds a fact whose place was noted earlier (a stream that is flushed when it ends); the caller fills the returned place at once.</summary>
    public ref T Add<T>(scoped in Sighting seen) where T : struct
    {
        ref var fact = ref AddFact<T>(out var at);
        _entries[at].At = seen;
        return ref fact;
    }

    /// <summary>Copies a text.</summary>
    public OctetSlice Keep(ReadOnlySpan<byte> octets)
    {
        var room = Room(octets.Length);
        octets.CopyTo(room);
        return Commit(octets.Length);
    }

    /// <summary>Room for a text of up to <paramref name="octets"/> that is written in place; follow with <see cref="Commit"/>.</summary>
    public Span<byte> Room(int octets)
    {
        if (_octets.Length - _octetCount < octets)
            Array.Resize(ref _octets, Math.Max(_octetCount + octets, _octets.Length * 2));
        return _octets.AsSpan(_octetCount, octets);
    }

    /// <summary>Keeps the first <paramref name="octets"/> of what was written into <see cref="Room"/>.</summary>
    public OctetSlice Commit(int octets)
    {
        var slice = new OctetSlice(_octetCount, octets);
        _octetCount += octets;
        return slice;
    }

    /// <summary>Copies addresses.</summary>
    public AddressSlice Keep(ReadOnlySpan<IpAddress> addresses)
    {
        addresses.CopyTo(AddressRoom(addresses.Length));
        return CommitAddresses(addresses.Length);
    }

    /// <summary>Room for up to <paramref name="addresses"/> that are written in place; follow with <see cref="CommitAddresses"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<IpAddress> AddressRoom(int addresses)
    {
        if (_addresses.Length - _addressCount < addresses)
            Array.Resize(ref _addresses, Math.Max(_addressCount + addresses, _addresses.Length * 2));
        return _addresses.AsSpan(_addressCount, addresses);
    }

    /// <summary>Keeps the first <paramref name="addresses"/> of what was written into <see cref="AddressRoom"/>.</summary>
    public AddressSlice CommitAddresses(int addresses)
    {
        var slice = new AddressSlice(_addressCount, addresses);
        _addressCount += addresses;
        return slice;
    }

    /// <summary>The octets of a slice of this log.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Octets(OctetSlice slice) => _octets.AsSpan(slice.Offset, slice.Length);

    /// <summary>The addresses of a slice of this log.</summary>
    public ReadOnlySpan<IpAddress> Addresses(AddressSlice slice) => _addresses.AsSpan(slice.Offset, slice.Length);

    /// <summary>Lets those subscribers that prefetch read what they will need of all entries, one kind after the other.</summary>
    public void Prefetch(ObservationBus bus)
    {
        for (var kind = 0; kind < _columns.Length; kind++)
        {
            if (bus.IsPrefetched(kind) && _columns[kind] is { } column)
                column.Prefetch(this, bus);
        }
    }

    /// <summary>Delivers entry <paramref name="index"/> to its subscribers.</summary>
    public void Deliver(int index, ObservationBus bus)
    {
        ref readonly var entry = ref _entries[index];
        _columns[entry.Kind]!.Deliver(entry.Place, in entry.At, this, bus);
    }

    /// <summary>Forgets everything delivered.</summary>
    public void Clear()
    {
        for (var i = 0; i < ObservationBus.Kinds && i < _columns.Length; i++)
            _columns[i]?.Clear();
        _count = _octetCount = _addressCount = 0;
    }

    private ref T AddFact<T>(out int at) where T : struct
    {
        var kind = ObservationKind<T>.Number;
        if (kind >= _columns.Length || _columns[kind] is not { } column)
            column = AddColumn<T>(kind);
        if (_count == _entries.Length)
            Array.Resize(ref _entries, _count * 2);
        at = _count++;
        ref var entry = ref _entries[at];
        entry.Kind = kind;
        entry.Position = Position;
        return ref Unsafe.As<Column<T>>(column).Add(at, out entry.Place);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Column<T> AddColumn<T>(int kind) where T : struct
    {
        if (kind >= _columns.Length)
            Array.Resize(ref _columns, kind * 2);
        var column = new Column<T>();
        _columns[kind] = column;
        return column;
    }

    private struct Entry
    {
        public int Kind, Place;
        public long Position;
        public Sighting At;
    }

    private abstract class Column
    {
        public abstract void Deliver(int index, ref readonly Sighting at, ObservationLog log, ObservationBus bus);

        public abstract void Prefetch(ObservationLog log, ObservationBus bus);

        public abstract void Clear();
    }

    private sealed class Column<T> : Column where T : struct
    {
        private T[] _facts = new T[16];
        private int[] _entryOf = new int[16];
        private int _count;

        public int Count => _count;

        public ref readonly T this[int place] => ref _facts[place];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref T Add(int entry, out int place)
        {
            if (_count == _facts.Length)
                Grow();
            place = _count++;
            _entryOf[place] = entry;
            ref var fact = ref _facts[place];
            fact = default;
            return ref fact;
        }

        public override void Deliver(int index, ref readonly Sighting at, ObservationLog log, ObservationBus bus) =>
            bus.Publish(new Observed<T>(in _facts[index], in at, log));

        public override void Prefetch(ObservationLog log, ObservationBus bus)
        {
            for (var place = 0; place < _count; place++)
                bus.Prefetch(new Observed<T>(in _facts[place], in log._entries[_entryOf[place]].At, log));
        }

        public override void Clear() => _count = 0;

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Grow()
        {
            Array.Resize(ref _facts, _count * 2);
            Array.Resize(ref _entryOf, _count * 2);
        }
    }
}
