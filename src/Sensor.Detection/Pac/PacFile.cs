using System.Collections.Immutable;
using Sensor.Core.Wire;
using Sensor.Detection.Bounds;
using Sensor.Detection.Hosts;
using Sensor.Detection.Snapshots;

namespace Sensor.Detection.Pac;

/// <summary>A PAC body as the library keeps it: by its SHA-256, with who served it to whom, when and in which frames.</summary>
public sealed class PacFile
{
    /// <summary>Different URLs and servers listed; more are one attack on many.</summary>
    public const int MostListed = 8;

    /// <summary>Clients listed.</summary>
    public const int MostClients = 64;

    private readonly List<string> _urls = [];
    private readonly List<Host> _servers = [], _clients = [];
    private readonly List<PacStudy> _studies = [];

    internal PacFile(PacFingerprint fingerprint, byte[] body, long timestampNs)
    {
        (Fingerprint, Body, Length) = (fingerprint, body, body.Length);
        FirstSeenNs = LastSeenNs = timestampNs;
    }

    /// <summary>What identifies it.</summary>
    public PacFingerprint Fingerprint { get; }

    /// <summary>The body as served; empty when it had to make room.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Length of the body, octets.</summary>
    public int Length { get; private init; }

    /// <summary>Packet time of the first and the last delivery, nanoseconds.</summary>
    public long FirstSeenNs { get; }

    /// <summary>Packet time of the last delivery, nanoseconds.</summary>
    public long LastSeenNs { get; internal set; }

    /// <summary>Deliveries.</summary>
    public long TimesServed { get; internal set; }

    /// <summary>URLs it came from, escaped for showing, in order of first sight.</summary>
    public IReadOnlyList<string> Urls => _urls;

    /// <summary>Hosts that served it.</summary>
    public IReadOnlyList<Host> Servers => _servers;

    /// <summary>Hosts that were given it.</summary>
    public IReadOnlyList<Host> Clients => _clients;

    /// <summary>Frames of its deliveries.</summary>
    public FrameTrail Frames { get; } = new();

    /// <summary>What it does for single clients, in the order they fetched it.</summary>
    public IReadOnlyList<PacStudy> Studies => _studies;

    internal void GiveUpBody() => Body = default;

    internal PacStudy? StudyFor(IpAddress client) => _studies.Find(study => study.Client == client);

    internal void Keep(PacStudy study, PacStudy? insteadOf)
    {
        if (insteadOf is not null)
            _studies[_studies.IndexOf(insteadOf)] = study;
        else
            _studies.Add(study);
    }

    internal void Meet(string url, Host server, Host? client)
    {
        Note(_urls, url, MostListed);
        Note(_servers, server, MostListed);
        if (client is not null)
            Note(_clients, client, MostClients);
    }

    internal void Note(string url) => Note(_urls, url, MostListed);

    internal void Save(SnapshotWriter writer)
    {
        writer.Text(Fingerprint.Sha256);
        writer.U64(Fingerprint.WithoutBlanks);
        writer.I32(Length);
        writer.Octets(Body.Span);
        writer.I64(FirstSeenNs);
        writer.I64(LastSeenNs);
        writer.I64(TimesServed);
        writer.List(_urls, static (to, url) => to.Text(url));
        writer.List(_servers, static (to, server) => to.Host(server));
        writer.List(_clients, static (to, client) => to.Host(client));
        writer.Frames(Frames.All);
    }

    internal static PacFile Load(SnapshotReader reader)
    {
        var (fingerprint, length, body) = (new PacFingerprint(reader.Text() ?? "", reader.U64()), reader.I32(), reader.Octets().ToArray());
        var file = new PacFile(fingerprint, body, reader.I64()) { Length = length, LastSeenNs = reader.Time(), TimesServed = reader.I64() };
        reader.List(from => file._urls.Add(from.Text() ?? ""));
        file._servers.AddRange(reader.List(static from => from.Host()).OfType<Host>());
        file._clients.AddRange(reader.List(static from => from.Host()).OfType<Host>());
        reader.Trail(file.Frames);
        return file;
    }

    private static void Note<T>(List<T> list, T item, int most)
    {
        if (list.Count < most && !list.Contains(item))
            list.Add(item);
    }
}

/// <summary>What a file does for one client at one time.</summary>
/// <param name="File">The file.</param>
/// <param name="Client">Whose address myIpAddress gave.</param>
/// <param name="Evaluation">The reading and the decisions.</param>
public sealed record PacStudy(PacFile File, IpAddress Client, PacEvaluation Evaluation)
{
    /// <summary>Proxies named in the text, and those only the running script names, each once.</summary>
    public ImmutableArray<PacProxy> Proxies(ReadOnlySpan<byte> body)
    {
        var named = PacProxies.In(body).ToList();
        foreach (var proxy in Evaluation.Reading.Proxies.Concat(Evaluation.Decisions.SelectMany(Hops)))
        {
            if (named.Count < PacProxies.Capacity && proxy.Host.Length > 0
                && !named.Exists(known => known.Host == proxy.Host && (known.Port == proxy.Port || known.Port == 0)))
                named.Add(proxy);
        }
        return [.. named];
    }

    private static IEnumerable<PacProxy> Hops(PacDecision decision) => decision.Answer == decision.WindowsAnswer
        ? PacAnswer.Read(decision.Answer) : [.. PacAnswer.Read(decision.Answer), .. PacAnswer.Read(decision.WindowsAnswer)];
}
