using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;

namespace Sensor.Detection.Pac;

/// <summary>
/// What the capture showed of names lately: which addresses they resolved to, and who asked for which. Scripts are evaluated in this world.
/// Nothing is allocated per fact; names beyond 64 octets are left out.
/// </summary>
public sealed class SeenNames : IObserve<NameAnswered>, IObserve<NameAsked>, IObserve<HttpRequested>
{
    /// <summary>
    /// Places for resolved names, and for asked ones. A place is chosen by hash, so that a name asked again takes no second one and a flood
    /// only overwrites: what a host asked for in the last minutes is known, and 300 KiB are used.
    /// </summary>
    public const int Capacity = 2048;

    /// <summary>Names given to one evaluation, of each kind.</summary>
    public const int MostGiven = 96;

    private const int NameOctets = 64, AddressesKept = 4;
    private const ushort TypeA = 1, TypeAaaa = 28, TypeHttps = 65, TypeAny = 255, NetBiosName = 0x20;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_:");

    private readonly Place[] _resolved = new Place[Capacity], _asked = new Place[Capacity];
    private readonly byte[] _resolvedNames = new byte[Capacity * NameOctets], _askedNames = new byte[Capacity * NameOctets];
    private readonly IpAddress[] _addresses = new IpAddress[Capacity * AddressesKept];
    private long _clock;

    /// <summary>Subscribes to names and requests.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<NameAnswered>(this, NameTopics.Positive);
        bus.Subscribe<NameAsked>(this);
        bus.Subscribe<HttpRequested>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAnswered> seen)
    {
        var name = seen.Text(seen.Fact.Name);
        if (seen.Fact.Addresses.IsEmpty || name.Length is 0 or > NameOctets)
            return;
        var index = Take(_resolved, _resolvedNames, seen.Fact.NameHash ^ (uint)seen.At.Segment, name, seen.At.Segment, IpAddress.None);
        var addresses = seen.Addresses(seen.Fact.Addresses);
        var count = Math.Min(AddressesKept, addresses.Length);
        addresses[..count].CopyTo(_addresses.AsSpan(index * AddressesKept));
        _resolved[index].Addresses = (byte)count;
    }

    /// <inheritdoc/>
    public void Observe(in Observed<NameAsked> seen)
    {
        if (seen.Fact.Type is TypeA or TypeAaaa or TypeHttps or TypeAny or NetBiosName)
            NoteAsked(seen.Text(seen.Fact.Name), seen.Fact.NameHash, in seen.At);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpRequested> seen)
    {
        var host = seen.Text(seen.Fact.Host);
        var colon = host.LastIndexOf((byte)':');
        var name = colon > 0 ? host[..colon] : host;
        NoteAsked(name, name.StableHash(), in seen.At);
    }

    /// <summary>Names that resolved in <paramref name="segment"/>, the latest first.</summary>
    public ImmutableArray<PacResolvedName> ResolvedIn(int segment) =>
    [
        .. Latest(_resolved, place => place.Segment == segment).Select(index => new PacResolvedName(
            Name(_resolvedNames, index, _resolved[index].Length),
            [.. _addresses.AsSpan(index * AddressesKept, _resolved[index].Addresses)])),
    ];

    /// <summary>
    /// Addresses that <paramref name="name"/> (lower case) resolved to in <paramref name="segment"/>; none when that was not seen.
    /// </summary>
    public ReadOnlySpan<IpAddress> Resolve(int segment, string name)
    {
        var octets = Encoding.ASCII.GetBytes(name);
        var index = Index(((ReadOnlySpan<byte>)octets).StableHash() ^ (uint)segment);
        return octets.Length <= NameOctets && _resolved[index].IsSame(segment, IpAddress.None, octets.Length)
            && _resolvedNames.AsSpan(index * NameOctets, octets.Length).SequenceEqual(octets)
                ? _addresses.AsSpan(index * AddressesKept, _resolved[index].Addresses) : [];
    }

    /// <summary>Names that <paramref name="asker"/> asked for, the latest first; those that only find a configuration left out.</summary>
    public ImmutableArray<string> AskedBy(int segment, IpAddress asker) =>
    [
        .. Latest(_asked, place => place.Segment == segment && place.Asker == asker)
            .Select(index => Name(_askedNames, index, _asked[index].Length))
            .Where(static name => IsHostName(name) && !PacRecognition.IsWpadName(Encoding.ASCII.GetBytes(name))),
    ];

    private static bool IsHostName(string name) => name.Length > 0
        && !name.AsSpan().ContainsAnyExcept(NameCharacters) && !name.EndsWith(".arpa", StringComparison.Ordinal);

    private void NoteAsked(ReadOnlySpan<byte> name, ulong nameHash, in Sighting at)
    {
        if (name.Length is > 0 and <= NameOctets)
            Take(_asked, _askedNames, nameHash ^ at.Source.StableHash() ^ (uint)at.Segment, name, at.Segment, at.Source);
    }

    private int Take(Place[] places, byte[] names, ulong hash, ReadOnlySpan<byte> name, int segment, IpAddress asker)
    {
        var index = Index(hash);
        places[index] = new Place { Segment = segment, Asker = asker, Length = (byte)name.Length, LastUse = ++_clock };
        name.CopyTo(names.AsSpan(index * NameOctets));
        return index;
    }

    private static int Index(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15UL) >> 53);

    private static IEnumerable<int> Latest(Place[] places, Func<Place, bool> isWanted) => Enumerable.Range(0, Capacity)
        .Where(index => places[index].LastUse > 0 && isWanted(places[index]))
        .OrderByDescending(index => places[index].LastUse).Take(MostGiven);

    private static string Name(byte[] names, int index, int length) =>
        Encoding.ASCII.GetString(names.AsSpan(index * NameOctets, length)).ToLowerInvariant().TrimEnd('.');

    private struct Place
    {
        public IpAddress Asker;
        public long LastUse;
        public int Segment;
        public byte Length, Addresses;

        public readonly bool IsSame(int segment, IpAddress asker, int length) =>
            LastUse > 0 && Segment == segment && Asker == asker && Length == length;
    }
}
