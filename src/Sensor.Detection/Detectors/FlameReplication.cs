using Sensor.Core.Observations;
using Sensor.Detection.Incidents;

namespace Sensor.Detection.Detectors;

/// <summary>The whole way that Flame took to a neighbour: wpad answered, PAC served, update requests answered, a program delivered.</summary>
public sealed class FlameReplication : ICatalogedDetector
{
    /// <summary>Frames of each step that a finding refers to: the first ones prove it.</summary>
    private const int FramesOfStep = 6;

    private readonly DetectionContext _context;

    private FlameReplication(DetectionContext context)
    {
        _context = context;
        context.Incidents.Recorded += Consider;
    }

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new()
    {
        Id = "flame-replication",
        Sid = 1510,
        Severity = Severity.Critical,
        Stage = Stage.Update,
        IsSum = true,
        Techniques = ["T1557.001", "T1195.002"],
        Title = "One host lured by wpad, served the proxy configuration and answered for updates, as Flame did",
        Attack = "Flame's modules SNACK, MUNCH and GADGET made one infected machine the update server of its neighbours: it answered the NetBIOS "
            + "question for WPAD, served wpad.dat that names itself as the proxy, answered Windows Update's question (wuident.cab, wusetup.cab, "
            + "muv4wuredir.cab) out of that proxy, and delivered WuSetupV.exe, signed with a forged certificate.",
        Seen = "The behaviour, whatever the names, ports, tools and channels: a host that gave wpad or option 252 falsely (NetBIOS, LLMNR, mDNS, DNS, "
            + "a registration, DHCP), served a victim its PAC, and then answered that victim for an update host, as a WSUS server, or delivered a "
            + "program that its signature does not vouch for - itself, or by the proxy its PAC names. Each step is a finding of another detector; "
            + "this one is the sum of them, for one suspect and one victim.",
        Benign = "A site's own proxy, PAC and WSUS server on one machine takes no false step: nobody is lured, so there is no sum. A host under Trust "
            + "that really lures is named.",
        Limits = "It rests on the other detectors: with those of a step switched off, the sum is not seen. A capture that lacks the lure shows the "
            + "later steps alone. Updates inside TLS that ends at the vendor are relayed, not answered.",
        Verify = "Follow the frames in order: name answer or lease, GET of the PAC, CONNECT or absolute requests to the suspect, the answer for the "
            + "update host. 'sensor replay --evidence DIR' takes them out, with the payload.",
        Stop = "Cut the suspect off and keep it running for forensics. Treat every victim that reached the payload as compromised: no restart, image "
            + "it. Close the lure for good: WPAD off (WinHttpAutoProxySvc, option 252 empty, wpad in the DNS global block list), LLMNR and "
            + "NetBIOS off, updates over TLS only.",
        References = ["Kaspersky: Gadget in the middle (2012)", "MS12-036/KB2718704", "MITRE ATT&CK T1557.001", "MITRE ATT&CK T1195.002"],
    };

    /// <inheritdoc/>
    public static IDetector Create(DetectionContext context) => new FlameReplication(context);

    /// <summary>Nothing: it hears of findings, not of facts.</summary>
    public void Subscribe(ObservationBus bus)
    {
    }

    private void Consider(Finding finding)
    {
        if (!finding.Counts || finding.Detector.Sid == Info.Sid || finding.Detector.Stage == Stage.Credentials
            || _context.Incidents.About(finding.Suspect) is not { } incident || !FlameSteps.HasServedPac(incident) || !FlameSteps.HasLured(incident))
            return;
        if (finding.Victim is { } host)
            Consider(incident, incident.VictimOf(host), finding);
        if (finding.Detector.Stage != Stage.Lure)
            return;
        // A lure that shows late makes sense of what came before it.
        foreach (var victim in incident.Victims)
            Consider(incident, victim, finding);
    }

    private void Consider(Incident incident, Victim? victim, Finding last)
    {
        if (victim is null || victim.Host == incident.Suspect || FlameSteps.Of(incident, victim) is not { } steps)
            return;
        var subject = (ulong)steps.Furthest;
        var key = new FindingKey(Info.Sid, incident.Suspect.Id, victim.Host.Id, subject);
        if (!_context.Incidents.CountRepeat(in key, Info.Severity, Confidence.Certain, last.At))
            _context.Incidents.Raise(Compose(incident, victim, steps, last, subject));
    }

    private static Finding Compose(Incident incident, Victim victim, FlameSteps steps, Finding last, ulong subject) => new()
    {
        Detector = Info,
        Severity = Info.Severity,
        Confidence = Confidence.Certain,
        Suspect = incident.Suspect,
        Victim = victim.Host,
        Subject = subject,
        At = last.At,
        Frames = Judgement.InOrder([.. steps.InOrder.SelectMany(static step => step.Frames.Take(FramesOfStep)), FrameReference.Of(last.At)]),
        Summary = $"{incident.Suspect.Shown()} took {victim.Host.Shown()} the way Flame spread: {steps.Told}.",
        RefutedBy = "Every step has an honest reason: the host is meant to answer for wpad, to serve the configuration, and to be the update server.",
        NextSteps =
        [
            $"Cut {incident.Suspect.Shown()} off at its switch port, and keep it running for forensics.",
            steps.Furthest == Stage.Payload
                ? $"Treat {victim.Host.Shown()} as compromised: isolate it, do not restart it, find the delivered program by its SHA-256."
                : $"On {victim.Host.Shown()} stop the update service and look for what was fetched and run since {PacketClock.Of(victim.SinceNs)}.",
            "Look at the other hosts in reach (the exposure table) for the same steps, and turn WPAD, LLMNR and NetBIOS off on them.",
        ],
        Metadata = [new("steps", steps.Told), new("furthest_step", steps.Furthest == Stage.Payload ? "payload" : "update")],
    };
}
