using Sensor.Core.Observations;
using Sensor.Detection.Incidents;
using Sensor.Detection.Pac;

namespace Sensor.Detection.Detectors;

/// <summary>A PAC script that does not end, or eats its client's memory.</summary>
public sealed class PacHostile : ICatalogedDetector, IObserve<HttpAnswered>
{
    private readonly DetectionContext _context;
    private readonly PacServerJudge _judge;

    private PacHostile(DetectionContext context)
    {
        _context = context;
        _judge = context.PacServers;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "pac-hostile",
        Sid = 1306,
        Severity = Severity.Medium,
        Stage = Stage.Pac,
        Techniques = ["T1499"],
        Title = "A proxy configuration (PAC) does not end within any sensible limit",
        Attack = "A script that loops, recurses or grows without end stops the client's proxy service or browser, fills its memory, or is "
            + "the body of an exploit of the script engine. It may also be meant for whoever analyses it.",
        Seen = "The sandbox that runs the script gives each question 500,000 steps, 400 calls within calls, 48 MiB of heap and 1.5 s of "
            + "processor time; whoever goes beyond is stopped and told here. So is a body over 1 MiB, which no client takes.",
        Benign = "Big but honest files stay far below: 5,000 rules take 5,000 steps a question. A file so long that not every host could be "
            + "asked is no finding. Trusted servers, URLs and hashes are not looked at.",
        Limits = "Which limit was met is not told: that depends on the machine, and the same capture gives the same words everywhere. What "
            + "the script would do beyond the limit is not known.",
        Verify = "Export the file (tshark -r FILE --export-objects http,DIR) and run `sensor pac FILE`, which uses the same sandbox.",
        Stop = "As for rogue-pac-server. Restart the proxy service and browsers of those who fetched it.",
        References = ["MITRE ATT&CK T1499", "Project Zero: aPAColypse now"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new PacHostile(context);

    /// <inheritdoc/>
    public void Subscribe(ObservationBus bus)
    {
        _judge.Subscribe(bus);
        bus.Subscribe<HttpAnswered>(this);
    }

    /// <inheritdoc/>
    public void Observe(in Observed<HttpAnswered> seen)
    {
        if (_context.Pacs.Current?.Evaluation.Outcome is not (PacOutcome.Exhausted or PacOutcome.TooLarge)
            || !PacCase.TryOpen(_context, _judge, in seen, out var found))
            return;
        found.Raise(
            Info, found.Rate(Info.Severity, (Info.Severity, Confidence.Likely)),
            $"The script of {found.Subject} {PacRisks.Describe(found.Study.Evaluation)}",
            "The file is the site's own and clients handle it; then its size or its loops are a mistake.",
            [
                $"Read the file (SHA-256 {found.Study.File.Fingerprint.Sha256}) and ask who runs {seen.At.Source}.",
                $"See whether the proxy service of {seen.At.Destination} still answers.",
            ]);
    }
}
