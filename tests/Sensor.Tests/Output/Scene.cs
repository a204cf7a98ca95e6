using Sensor.Core.Frames;
using Sensor.Core.Observations;
using Sensor.Core.Wire;
using Sensor.Detection.Detectors;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Tests.Output;

/// <summary>A small case made by hand: one suspect lures two victims by LLMNR, serves one of them a PAC; a third host is merely exposed.</summary>
internal sealed class Scene
{
    public const long Start = 1_795_428_672_123_456_789; // 2026-11-23T10:11:12.123456789Z

    private readonly HostTable _hosts = new();
    private readonly SegmentTable _segments = new();

    public Scene()
    {
        Segment = _segments.Number(new SegmentKey(20, 0, 0, OverlayKind.None, 0));
        Suspect = Host("02:00:00:00:00:66", "192.168.1.66", "kali");
        First = Host("02:00:00:00:00:20", "192.168.1.20", "ws1");
        Second = Host("02:00:00:00:00:21", "192.168.1.21");
        Book = new IncidentBook(_segments);
    }

    public static DetectorInfo Lure { get; } = Info("llmnr-wpad-answer", 1102, Severity.High, Stage.Lure, "A host answered LLMNR for wpad");

    public static DetectorInfo Pac { get; } = Info("rogue-pac-server", 1301, Severity.High, Stage.Pac, "An untrusted host served a PAC");

    public static DetectorInfo Exposed { get; } = Info("wpad-name-leak", 1109, Severity.Low, Stage.Exposure, "A host asks for wpad");

    public int Segment { get; }

    public IncidentBook Book { get; }

    public Host Suspect { get; }

    public Host First { get; }

    public Host Second { get; }

    public string[] Files { get; init; } = ["x.pcap"];

    public RunView View(string name = "") => new(name, origin => Files[origin], _segments, () => Book.Incidents, () => Book.Exposures);

    /// <summary>Plays the case into <paramref name="sink"/>.</summary>
    public void Play(IReplaySink sink, string summary = "192.168.1.66 answered 192.168.1.20 for wpad")
    {
        Book.FindingMade = sink.Found;
        Book.AlertRaised = sink.Alerted;
        sink.BeginRun(View());
        Book.Raise(Finding(Lure, 12, First, summary));
        Book.Raise(Finding(Lure, 22, Second, "192.168.1.66 answered 192.168.1.21 for wpad"));
        var repeat = Finding(Lure, 32, First, "not told");
        Book.CountRepeat(repeat.Key, repeat.Severity, repeat.Confidence, repeat.At);
        Book.Raise(Finding(Pac, 40, First, "192.168.1.66 served a PAC to 192.168.1.20") with
        {
            Metadata = [new("pac_url", "http://192.168.1.66/wpad.dat"), new("name", "wpad"), new("name", "wpad.local")],
        });
        Book.Raise(Finding(Exposed, 50, null, "asks LLMNR for wpad", Severity.Low, Second));
        sink.EndRun();
    }

    public Finding Finding(
        DetectorInfo detector, long frame, Host? victim, string summary, Severity? severity = null, Host? suspect = null,
        Confidence confidence = Confidence.Likely) => new()
        {
            Detector = detector,
            Severity = severity ?? detector.Severity,
            Confidence = confidence,
            Suspect = suspect ?? Suspect,
            Victim = victim,
            Subject = 1,
            At = new Sighting
            {
                Ordinal = frame - 1,
                FrameNumber = frame,
                TimestampNs = Start + (frame * 1_000_000_000),
                Protocol = 17,
                Segment = Segment,
                SourceMac = Mac("02:00:00:00:00:66"),
                DestinationMac = Mac("02:00:00:00:00:20"),
                Source = Ip("192.168.1.66"),
                SourcePort = 5355,
                Destination = Ip("192.168.1.20"),
                DestinationPort = 50000,
            },
            Frames = [new FrameReference(0, frame - 1, Start + ((frame - 1) * 1_000_000_000)), new FrameReference(0, frame, Start + (frame * 1_000_000_000))],
            Summary = summary,
            RefutedBy = "192.168.1.66 is your WPAD host",
            NextSteps = ["Isolate 192.168.1.66", "Look at the proxy settings of 192.168.1.20"],
        };

    /// <summary>So many further hosts.</summary>
    public List<Host> Crowd(int count) =>
    [
        .. Enumerable.Range(0, count).Select(number => Host($"02:00:00:01:{number / 256:x2}:{number % 256:x2}", $"10.1.{number / 256}.{number % 256}")),
    ];

    public static ReplaySummary Summary() => new()
    {
        Files = 1,
        Frames = 12345,
        Octets = 3_400_000,
        FirstTimestampNs = Start,
        LastTimestampNs = Start + 3_600_000_000_000,
        Counters = new WireCounters { Undecodable = 2, StreamGaps = 1 },
        Elapsed = TimeSpan.FromMilliseconds(10),
    };

    public static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw new FormatException(text);

    public static IpAddress Ip(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    private Host Host(string mac, string address, params string[] names)
    {
        var host = _hosts.Of(Segment, Mac(mac), Start);
        host.AddressList.Add(Ip(address));
        host.NameList.AddRange(names);
        return host;
    }

    private static DetectorInfo Info(string id, int sid, Severity severity, Stage stage, string title) => new()
    {
        Id = id,
        Sid = sid,
        Severity = severity,
        Stage = stage,
        Techniques = ["T1557.001"],
        Title = title,
        Attack = "a",
        Seen = "s",
        Benign = "b",
        Limits = "l",
        Verify = "v",
        Stop = "s",
        References = ["RFC 4795"],
    };
}
