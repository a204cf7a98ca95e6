using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;
using Sensor.Evidence;
using Sensor.Output.Report;
using Sensor.Tests.Output;

namespace Sensor.Tests.Report;

/// <summary>A report over made-up data, so that every part of the page can be seen before detection delivers it.</summary>
internal static class ReportScene
{
    public static ReportPac Pac(string text) => new(
        new string('a', 64), [$"http://192.168.1.66/{text}", "http://wpad/wpad.dat"], $"192.168.1.66 {text}", [$"192.168.1.20 {text}"],
        [new($"function FindProxyForURL(url, host) {{ // {text}", ""), new($"  return eval('{text}');", $"runs {text}"),
            new("}", "")], IsCut: true,
        [$"PROXY {text}:3128"],
        $"loads and runs {text}", [new($"singles out {text}", true)],
        [new(["download.windowsupdate.com", text], "update", $"PROXY {text}", true), new(["intranet.example"], "internal", "DIRECT", false)],
        $"- return \"DIRECT\";\n+ {text}", $"DIRECT → {text}");

    public static ReportPayload Payload(string text) => new(
        $"http://download.windowsupdate.com/{text}", $"a program {text}", "6,000", new string('d', 64), $"192.168.1.66 {text}",
        [$"192.168.1.20 {text}"], $"signed by {text}, chain {text}, invalid: {text}", IsBad: true);

    public static ReportCertificateChain Chain(string text) => new(
        $"download.windowsupdate.com {text}", $"192.168.1.66 {text}", Scene.Start, IsBad: true,
            $"The chain does not lead to the vendor's authority. {text}",
        [
            new($"CN=download.windowsupdate.com {text}", $"CN=Rogue CA {text}", "01ab", "2026-01-01 to 2027-01-01", "sha256RSA",
                new string('b', 64), [$"issuer is not pinned {text}"]),
            new($"CN=Rogue CA {text}", $"CN=Rogue CA {text}", "02", "2026-01-01 to 2036-01-01", "md5RSA", new string('c', 64), []),
        ]);

    /// <summary>
    /// The page about the case of <see cref="Scene"/>, with <paramref name="text"/> wherever text from the wire may come.
    /// </summary>
    public static string Page(string text, bool hasIncidents = true)
    {
        var scene = new Scene { Files = [$"{text}.pcap"] };
        scene.Suspect.NameList.Insert(0, text);
        scene.First.NameList.Insert(0, text);
        if (hasIncidents)
        {
            scene.Book.Raise(scene.Finding(Scene.Lure, 12, scene.First, text) with
            {
                RefutedBy = text,
                NextSteps = [text],
                Metadata = [new("answer", text)]
            });
            scene.Book.Raise(scene.Finding(Scene.Pac, 40, scene.Second,
                text) with
            { Metadata = [new("pac_url", text), new("pac_proxies", text)] });
            scene.Book.Raise(scene.Finding(Scene.Exposed, 50, null, text, Severity.Low, scene.Second));
        }
        var run = scene.View(text) with
        {
            Inventory = () =>
            [new ExposedHost(scene.First, ExposureKinds.WpadByDns | ExposureKinds.Llmnr, Scene.Start, Scene.Start)]
        };
        var evidence = scene.Book.Incidents.Select(incident => Evidence(incident, text)).ToList();
        using var page = new StringWriter { NewLine = "\n" };
        ReportPage.Write(
            page, [new ReportWorld(run, evidence, scene.Book.Exposures, hasIncidents ? run.Inventory!() : [], hasIncidents ? [Pac(text)]
                : [], hasIncidents ? [Payload(text)] : [], hasIncidents ? [Chain(text)] : [])],
            Scene.Summary() with { Inputs = [text] });
        return page.ToString();
    }

    private static IncidentEvidence Evidence(Incident incident, string text)
    {
        var evidence = new IncidentEvidence(incident) { Missing = 1, LeftOut = 2 };
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 20, .. System.Text.Encoding.Latin1.GetBytes(text)];
        var kept = new EvidenceFrame(0, new() { Number = 12, TimestampNs = Scene.Start, LinkType = 1 }, frame, IsMasked: false);
        kept.Notes.Add(new EvidenceNote(incident.Findings[0].Finding, EvidenceRole.Trigger));
        evidence.Frames.Add(0, kept);
        return evidence;
    }
}
