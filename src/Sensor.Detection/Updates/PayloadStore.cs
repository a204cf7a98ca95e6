using System.Text;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Authenticode;
using Sensor.Detection.Bounds;
using Sensor.Detection.Certificates;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;

namespace Sensor.Detection.Updates;

/// <summary>
/// Puts payloads together from the bodies that bring them: a file may come in ranges over several answers and connections. Keeps
/// octets up to a bound for hashes and signature, hashes larger files while they come, and tells its observers when a file is whole, or what is missing when an answer
/// broke off.
/// </summary>
public sealed class PayloadStore : IObserve<BodyBegan>, IObserve<BodyPart>, IObserve<BodyEnded>
{
    /// <summary>
    /// Files that are put together at one time: updates of a large office in the same minute. The one touched least lately makes room.
    /// </summary>
    public const int MaxFiles = 1024;

    /// <summary>Octets kept of one file: most updates and installers; larger ones are hashed, and their signature is not judged.</summary>
    public const long MaxKept = 64L << 20;

    /// <summary>
    /// Octets kept of all files together: the largest and half as much besides. What is fetched again, by the next client, costs nothing
    /// (<see cref="PayloadFile.Twin"/>), and what is too large is not kept at all.
    /// </summary>
    public const long MaxKeptTogether = 96L << 20;

    /// <summary>Bodies that are under way, each belongs to one file.</summary>
    private const int MaxBodies = 4096;

    /// <summary>Frames noted of one file.</summary>
    private const int MaxFrames = 24;

    private readonly Dictionary<PayloadKey, LinkedListNode<PayloadFile>> _files = [];
    private readonly LinkedList<PayloadFile> _byUse = new();
    private readonly RecentTable<ulong, Body> _bodies = new(MaxBodies);
    private readonly PayloadMemory _memory = new();
    private readonly VerifiedFiles _verified = new();
    private readonly CertificateFeed _certificates;
    private readonly List<IObservePayloads> _observers = [];

    /// <summary>A store that shows the certificates of signed files to <paramref name="certificates"/>.</summary>
    public PayloadStore(CertificateFeed certificates) => _certificates = certificates;

    /// <summary>Files that made room before they were whole.</summary>
    public long Evicted { get; private set; }

    /// <summary>
    /// The octets of the payload being told; empty when it is not whole or was too large to keep. Valid only while observers are told.
    /// </summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Files being put together now.</summary>
    public int Count => _files.Count;

    /// <summary>Octets of memory that files being put together take.</summary>
    public long Held => _memory.Lent;

    /// <summary>Subscribes to the facts.</summary>
    public void Subscribe(ObservationBus bus)
    {
        bus.Subscribe<BodyBegan>(this);
        bus.Subscribe<BodyPart>(this);
        bus.Subscribe<BodyEnded>(this);
    }

    /// <summary>Tells <paramref name="observer"/> of every payload.</summary>
    public void Subscribe(IObservePayloads observer) => _observers.Add(observer);

    /// <inheritdoc/>
    public void Observe(in Observed<BodyBegan> seen)
    {
        ref readonly var fact = ref seen.Fact;
        var url = UrlOf(seen.Text(fact.Host), seen.Text(fact.Target), seen.At.Source);
        var key = new PayloadKey(
            seen.At.Segment, seen.At.Destination, ((ReadOnlySpan<byte>)url).StableHash(), seen.Text(fact.EntityTag).StableHash(),
                fact.Total);
        var isWholeAnswer = fact.Offset == 0 && fact.Length == fact.Total;
        var file = isWholeAnswer ? null : Find(key);
        if (file is null)
        {
            Forget(key)?.Dispose();
            file = new PayloadFile(in key, HostOf(url), PathOf(url), url, _memory, MaxKept) { Kind = fact.Kind, Coding = fact.Coding };
            _files[key] = _byUse.AddLast(file);
        }
        if (file.Kind == PayloadKind.Range)
            file.Kind = fact.Kind;
        Note(file, new FrameReference(seen.At.Origin, fact.RequestFrameNumber, seen.At.TimestampNs));
        Note(file, new FrameReference(seen.At.Origin, fact.FirstFrameNumber, seen.At.TimestampNs));
        _bodies.Set(fact.BodyId, new Body(_files[key], isWholeAnswer));
        MakeRoom(file);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<BodyPart> seen)
    {
        if (!_bodies.TryGet(seen.Fact.BodyId, out var body) || FileOf(in body) is not { } file)
            return;
        file.Take(seen.Fact.Offset, seen.Text(seen.Fact.Octets), _verified);
        MakeRoom(file);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<BodyEnded> seen)
    {
        if (!_bodies.TryGet(seen.Fact.BodyId, out var body) || FileOf(in body) is not { } file)
            return;
        Note(file, FrameReference.Of(seen.At));
        if (file.Total < 0 && seen.Fact.IsComplete)
            file.Total = seen.Fact.End;
        var isWhole = file.IsWhole;
        // A range that is not the last is no more than a range; an answer that was to be all of it is over now.
        if (!isWhole && !body.IsWholeAnswer)
            return;
        Forget(file.Key);
        Content = isWhole && file.IsKept ? Decoded(file) : default;
        Tell(isWhole ? Whole(file, Content, seen.At) : Broken(file, seen.At));
        Content = default;
        file.Dispose();
    }

    private static ReadOnlyMemory<byte> Decoded(PayloadFile file) =>
        file.Coding == HttpCoding.Identity ? file.ToOctets() : PayloadCoding.Decode(file.Coding, file.ToOctets());

    private Payload Whole(PayloadFile file, ReadOnlyMemory<byte> octets, in Sighting at)
    {
        var verified = Verify(file, octets, at.TimestampNs);
        var kind = file.IsKept ? PayloadTraits.Recognize(octets.Span, file.Url, default) : file.Kind;
        return Of(file, at) with
        {
            Kind = kind == PayloadKind.None ? file.Kind : kind,
            Sha256 = verified.Sha256,
            Sha1 = verified.Sha1,
            Verdict = verified.Verdict,
            Inside = kind == PayloadKind.Cabinet ? verified.FilesInside : [],
        };
    }

    /// <summary>The hashes and the verdict of the file as the client has it: without the coding it was sent in.</summary>
    private VerifiedFile Verify(PayloadFile file, ReadOnlyMemory<byte> octets, long timeNs)
    {
        if (!file.IsKept)
        {
            return file.TryFinish(out var sha256, out var sha1) ? new VerifiedFile(default, sha256, sha1, null, timeNs)
                : new VerifiedFile(default, "", "", null, timeNs);
        }
        if (_verified.Find(octets.Span, timeNs) is { } known)
            return known;
        var verified = new VerifiedFile(octets, Convert.ToHexStringLower(DigestKind.Sha256.Compute(octets.Span)),
            Convert.ToHexStringLower(DigestKind.Sha1.Compute(octets.Span)), FileVerification.Verify(octets, timeNs, Authorities.BuiltIn), timeNs);
        if (_verified.Keep(verified))
            PartTwins();
        return verified;
    }

    /// <summary>
    /// A verified file made room: those that rely on its octets get their own, the one touched last first, as far as there is room. Else they would keep
    /// it in memory beyond all bounds.
    /// </summary>
    private void PartTwins()
    {
        for (LinkedListNode<PayloadFile>? node = _byUse.Last, before; node is not null; node = before)
        {
            before = node.Previous;
            var file = node.Value;
            if (file.Twin is null || _verified.Holds(file.Twin))
                continue;
            if (_memory.Lent + file.Received <= MaxKeptTogether)
                file.LeaveTwin();
            else
                Evict(file);
        }
    }

    private static Payload Broken(PayloadFile file, in Sighting at) =>
        Of(file, at) with { Missing = file.Total < 0 ? 0 : file.Total - file.Received };

    private static Payload Of(PayloadFile file, in Sighting at) => new()
    {
        At = at,
        Frames = [.. file.Frames],
        Kind = file.Kind,
        Host = file.Host,
        Path = file.Path,
        UrlOctets = file.Url,
        Length = file.Total,
    };

    private void Tell(Payload payload)
    {
        if (payload.Verdict is { } verdict)
        {
            foreach (var signature in verdict.Signatures)
                _certificates.Show(CertificatesShown.ByFile(payload, signature));
        }
        foreach (var observer in _observers)
            observer.Observe(payload);
    }

    private PayloadFile? Find(in PayloadKey key) => _files.TryGetValue(key, out var node) ? Use(node) : null;

    /// <summary>The file that a body is part of: the one it began, or what took that one's place.</summary>
    private PayloadFile? FileOf(in Body body) => body.Began.List is not null ? Use(body.Began) : Find(body.Began.Value.Key);

    private PayloadFile Use(LinkedListNode<PayloadFile> node)
    {
        if (node.Next is not null)
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }
        return node.Value;
    }

    private PayloadFile? Forget(in PayloadKey key)
    {
        if (!_files.Remove(key, out var node))
            return null;
        _byUse.Remove(node);
        return node.Value;
    }

    /// <summary>Lets files go, the least lately touched first, until the bounds hold; never the one just touched.</summary>
    private void MakeRoom(PayloadFile current)
    {
        while ((_files.Count > MaxFiles || _memory.Lent > MaxKeptTogether) && _byUse.First is { } oldest && oldest.Value != current)
            Evict(oldest.Value);
    }

    private void Evict(PayloadFile file)
    {
        Forget(file.Key)?.Dispose();
        Evicted++;
    }

    private static void Note(PayloadFile file, FrameReference frame)
    {
        if (frame.Number == 0 || file.Frames.Contains(frame))
            return;
        if (file.Frames.Count == MaxFrames)
            file.Frames.RemoveAt(MaxFrames - 1);
        file.Frames.Add(frame);
    }

    private static byte[] UrlOf(ReadOnlySpan<byte> host, ReadOnlySpan<byte> target, IpAddress server)
    {
        if (target.IndexOf("://"u8) is > 0 and < 12)
            return target.ToArray();
        var name = host.IsEmpty ? Encoding.ASCII.GetBytes(server.ToString()) : host.ToArray();
        return [.. "http://"u8, .. name, .. target];
    }

    private static string HostOf(ReadOnlySpan<byte> url)
    {
        var authority = url[(url.IndexOf("://"u8) + 3)..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        authority = end < 0 ? authority : authority[..end];
        authority = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        var colon = authority.LastIndexOf((byte)':');
        var name = colon > 0 && !authority[colon..].Contains((byte)']') ? authority[..colon] : authority;
        return WireText.Printable(name).TrimEnd('.').ToLowerInvariant();
    }

    private static string PathOf(ReadOnlySpan<byte> url)
    {
        var rest = url[(url.IndexOf("://"u8) + 3)..];
        var path = rest.IndexOf((byte)'/') is >= 0 and var at ? rest[at..] : default;
        var end = path.IndexOfAny((byte)'?', (byte)'#');
        return WireText.Printable(end < 0 ? path : path[..end]);
    }

    private readonly record struct Body(LinkedListNode<PayloadFile> Began, bool IsWholeAnswer);
}
