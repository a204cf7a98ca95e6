using System.Buffers.Binary;
using Sensor.Core.Wire;

namespace Sensor.Detection.Snapshots;

/// <summary>
/// What detection knows, as octets: who is who and who was first, who is exposed, PAC files, open incidents with all that was told of them,
/// and what detectors have learned. Used for a restart (through the store) and for a change of configuration (in memory).
/// <code>
///  "SENSORS1" | format version, 16 bits | length of the body, 32 bits | check sum of the body, 64 bits | body
///  body: segments | hosts of the table, others that are still spoken of | sections, each: name, version, length, octets
/// </code>
/// What lives for seconds is not in it: questions without their answer, DHCP transactions, bodies in transfer, flows.
/// </summary>
public static class DetectionSnapshot
{
    private const ushort FormatVersion = 1;
    private const int VersionAt = 8, LengthAt = 10, CheckSumAt = 14, HeaderOctets = 22;

    private static ReadOnlySpan<byte> Magic => "SENSORS1"u8;

    /// <summary>
    /// Takes a snapshot of <paramref name="detection"/>, between two facts. It may become about <paramref name="expectedOctets"/> large: room for them
    /// is made at once.
    /// </summary>
    public static byte[] Take(DetectionEngine detection, int expectedOctets = 0)
    {
        var room = expectedOctets + expectedOctets / 8;
        var sections = new SnapshotWriter(room);
        foreach (var host in detection.Hosts.All)
            sections.Name(host);
        var inTable = sections.Hosts.Count;
        foreach (var (name, state) in detection.KeptState)
        {
            sections.Text(name);
            sections.U16(state.StateVersion);
            sections.Part(state.Save);
        }
        var body = new SnapshotWriter(room);
        body.Segments(detection.Segments, Enumerable.Range(0, detection.Segments.Count).ToArray());
        body.I32(inTable);
        body.List(sections.Hosts, static (writer, host) => host.Save(writer));
        body.Append(sections);
        return Sealed(body);
    }

    /// <summary>
    /// Puts a snapshot into <paramref name="detection"/>, which must be fresh. Nothing that decides on life and death is taken to be later
    /// than <paramref name="notAfterNs"/> (nanoseconds since 1970 UTC): the clock may have been set back since.
    /// </summary>
    public static SnapshotResult Apply(DetectionEngine detection, ReadOnlyMemory<byte> snapshot, long notAfterNs = long.MaxValue)
    {
        var outcome = Open(snapshot, out var body);
        if (outcome != SnapshotOutcome.Applied)
            return new SnapshotResult(outcome, []);
        var names = new SnapshotNames { NotAfterNs = notAfterNs };
        var reader = new SnapshotReader(body, names);
        names.Number(reader, detection.Segments);
        var inTable = reader.I32();
        detection.Hosts.LoadHosts(reader, names, inTable);
        var skipped = new List<string>();
        while (reader.Left > 0 && !reader.IsDamaged)
        {
            var name = reader.Text();
            var version = reader.U16();
            var part = reader.Part();
            if (name is null || detection.KeptState.Find(kept => kept.Name == name).State is not { } state || state.StateVersion != version)
            {
                skipped.Add(name ?? "?");
                continue;
            }
            var section = new SnapshotReader(part, names);
            state.Load(section);
            if (section.IsDamaged)
                skipped.Add(name);
        }
        return new SnapshotResult(SnapshotOutcome.Applied, skipped);
    }

    /// <summary>Head and check sum around <paramref name="body"/>.</summary>
    internal static byte[] Sealed(SnapshotWriter body) => Sealed(body.Written);

    /// <summary>Head and check sum around <paramref name="body"/>.</summary>
    internal static byte[] Sealed(ReadOnlySpan<byte> body)
    {
        var octets = new byte[HeaderOctets + body.Length];
        Magic.CopyTo(octets);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(VersionAt), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(LengthAt), body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(octets.AsSpan(CheckSumAt), body.StableHash());
        body.CopyTo(octets.AsSpan(HeaderOctets));
        return octets;
    }

    /// <summary>The body of a snapshot that is whole and of this version.</summary>
    internal static SnapshotOutcome Open(ReadOnlyMemory<byte> snapshot, out ReadOnlyMemory<byte> body)
    {
        body = default;
        var octets = snapshot.Span;
        if (octets.Length < HeaderOctets || !octets.StartsWith(Magic))
            return SnapshotOutcome.Damaged;
        if (BinaryPrimitives.ReadUInt16LittleEndian(octets[VersionAt..]) != FormatVersion)
            return SnapshotOutcome.OtherVersion;
        if (BinaryPrimitives.ReadInt32LittleEndian(octets[LengthAt..]) != octets.Length - HeaderOctets
            || BinaryPrimitives.ReadUInt64LittleEndian(octets[CheckSumAt..]) != octets[HeaderOctets..].StableHash())
            return SnapshotOutcome.Damaged;
        body = snapshot[HeaderOctets..];
        return SnapshotOutcome.Applied;
    }
}
