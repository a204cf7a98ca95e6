using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Names;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC script does what no honest one needs to.</summary>
public sealed class PacSuspiciousCode : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacSuspiciousCode(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-suspicious-code",
        Sid = 1305,
        Severity = Severity.Medium,
        Stage = Stage.Pac,
        Techniques = ["T1027"],
        Title = "A proxy configuration (PAC) holds code that no honest one needs",
        Attack = "A PAC is a program that the client runs for every URL. Crimeware packs it so that filters do not see the banks it names; "
            + "other scripts look up names made of the URL and so tell their author by DNS what is visited, https too; exploits ask for "
            + "objects of the script engine that a PAC does not have.",
        Seen = "The syntax tree of the script: eval and Function; text spelled in codes (unescape, fromCharCode, atob, \\x41); keywords put "
            + "together from pieces; look-ups of names into which the URL goes, in the text or as the sandbox sees them; foreign objects. "
            + "Each of these is likely by itself. Recorded as low and possible: answers by date or time, look-ups of the host with "
            + "something appended, replaced functions, abnormal size.",
        Benign = "dnsResolve(host), isInNet and the like as everybody uses them are no sign, nor is \"PROXY \" + name + \":8080\". Office "
            + "hours, a company suffix in a look-up and polyfills have honest uses. Trusted servers, URLs and hashes are not looked at.",
        Limits = "A script that does not parse is not read. Text that is decoded by a loop of the script's own is seen only by what the "
            + "script then does.",
        Verify = "Export the file (tshark -r FILE --export-objects http,DIR) and run `sensor pac FILE`: it names the lines. Read what eval "
            + "would run; never open the file in a browser.",
        Stop = "As for rogue-pac-server. If look-ups leaked URLs: the domain they went to names the attacker; block it and treat addresses "
            + "with secrets in them (password resets, tokens) as known.",
        References = ["MITRE ATT&CK T1027", "Trend Micro: badWPAD", "CVE-2016-5134, CVE-2016-1801, CVE-2016-3763 (URL leaks by PAC)"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacSuspiciousCode(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (PacCase.TryOpen(_context, _judge, in seen, out var found))
            Judge(in seen, found);
    }

    private static void Judge(in Observed<HttpAnswered> seen, PacCase found)
    {
        var signs = found.Study.Evaluation.Reading.Signs;
        var leak = PacLookUps.LeaksTo(found.Study.Evaluation);
        if (signs.IsEmpty && leak is null)
            return;
        var isStrong = leak is not null || signs.Any(sign => sign.IsStrong);
        var strong = signs.Where(sign => sign.IsStrong == isStrong).DistinctBy(sign => sign.Kind)
            .Select(sign => PacSignText.Of(sign.Kind) + (sign.Line > 0 ? $" (line {sign.Line.Text()})" : "")).ToList();
        if (leak is not null)
            strong.Add($"looked up names that carry URLs under {WireText.Printable(leak)} when it was run");
        found.Raise(
            Info, isStrong ? found.Rate(Info.Severity, (Info.Severity, Confidence.Likely)) : (Severity.Low, Confidence.Possible),
            $"The script of {found.Subject} {string.Join("; it ", strong)}",
            "The author of the site's PAC knows why the script does this.",
            [
                $"Read the file (SHA-256 {found.Study.File.Fingerprint.Sha256}) at the lines named, and ask who wrote it.",
                $"Look for DNS questions of {seen.At.Destination} that carry parts of URLs.",
                "If it is yours: pin it under Trust:PacHashes.",
            ],
            new KeyValuePair<string, string>("pac_signs", string.Join(" | ", signs.Take(6)
                .Select(sign => $"{sign.Line.Text()}: {WireText.Printable(sign.Text)}"))));
    }
}
