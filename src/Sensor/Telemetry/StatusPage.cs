using System.Globalization;
using Sensor.Output;

namespace Sensor.Telemetry;

/// <summary>The status report for people: what is wrong first, then capture, detection, delivery, store, process.</summary>
internal static class StatusPage
{
    private const int Label = 14, MostIncidents = 8;

    /// <summary>Writes <paramref name="report"/>.</summary>
    public static void Write(TextPage page, StatusReport report)
    {
        var isWell = report.Problems.Count == 0 && report.Phase == DaemonPhase.Running;
        page.Rule($"sensor {report.Version}", isWell ? Ink.Green : Ink.Yellow, string.Create(CultureInfo.InvariantCulture,
            $"{Word(report.Phase)}, pid {report.ProcessId}, up {PacketTime.Span(TimeSpan.FromSeconds(report.UptimeSeconds))}"));
        foreach (var problem in report.Problems)
            page.Labelled("PROBLEM", Label, problem, ink: Ink.Red, labelInk: Ink.Red);
        Interfaces(page, report);
        Detection(page, report);
        Targets(page, report);
        Workers(page, report);
        page.Labelled("Store", Label, report.Store.Path.Length == 0 ? "none" : string.Create(CultureInfo.InvariantCulture,
            $"{report.Store.Path}, {Octets(report.Store.Octets)}, {report.Store.QueueDepth:#,0} waiting")
            + (report.Store.Problem is { } broken ? $"; {broken}" : ""));
        page.Labelled("Process", Label, string.Create(CultureInfo.InvariantCulture,
            $"{Octets(report.Process.ResidentOctets)} resident, {Octets(report.Process.HeapOctets)} heap, {report.Process.ProcessorSeconds:0.0} s of processor time"));
        page.Labelled("Last reload", Label, report.LastReload is not { } reload ? "none since the start"
            : $"{PacketTime.Whole(reload.At.ToUnixTimeMilliseconds() * 1_000_000)} UTC, {(reload.Applied ? "applied" : "REFUSED")}: {reload.Result}");
    }

    private static void Interfaces(TextPage page, StatusReport report)
    {
        foreach (var one in report.Interfaces)
        {
            var seen = one.Statistics;
            var text = !seen.IsUp ? "DOWN; "
                : string.Create(CultureInfo.InvariantCulture, $"{one.FramesPerSecond:#,0} frames/s, {Bits(one.BitsPerSecond)}, loss {one.Loss:0.00%}, ring {seen.RingFill:0%}; ");
            page.Labelled(seen.Interface, Label, text + string.Create(CultureInfo.InvariantCulture,
                $"{seen.Received:#,0} frames, {seen.Dropped:#,0} dropped, {seen.InterfaceDropped:#,0} by the card"),
                ink: seen.IsUp ? one.Loss > 0 ? Ink.Yellow : Ink.None : Ink.Red);
        }
    }

    private static void Detection(TextPage page, StatusReport report)
    {
        var seen = report.Detection;
        page.Labelled("Detection", Label, string.Create(CultureInfo.InvariantCulture,
            $"{seen.Frames:#,0} frames, {seen.FindingsByDetector.Values.Sum():#,0} findings, {seen.Alerts:#,0} alerts, {seen.Hosts:#,0} hosts")
            + (seen.LastFrameNs == 0 ? "" : $"; last {PacketTime.Whole(seen.LastFrameNs)} UTC"));
        page.Labelled("Incidents", Label, string.Create(CultureInfo.InvariantCulture, $"{seen.IncidentsOpen:#,0} open"));
        foreach (var incident in seen.Incidents.Take(MostIncidents))
        {
            page.Labelled($"  {incident.Severity.ToUpperInvariant()}", Label, string.Create(CultureInfo.InvariantCulture,
                $"{incident.Suspect}: {incident.Detector}, {incident.Confidence}, {SummaryLine.Count(incident.Victims, "victim")}, {incident.LastSeen:HH:mm:ss} UTC, {incident.Id}"),
                labelInk: incident.Severity is "critical" or "high" ? Ink.Red : Ink.Yellow);
        }
        if (seen.IncidentsOpen > MostIncidents)
            page.Labelled("", Label, $"… the newest {MostIncidents}; all of them: sensor incidents");
    }

    private static void Targets(TextPage page, StatusReport report)
    {
        foreach (var target in report.Targets)
        {
            var waiting = target.Depth == 0 ? "nothing waits" : string.Create(CultureInfo.InvariantCulture,
                $"{target.Depth:#,0} wait, the oldest for {PacketTime.Span(TimeSpan.FromSeconds(target.OldestSeconds ?? 0))}");
            page.Labelled("→ " + target.Name, Label, string.Create(CultureInfo.InvariantCulture, $"{target.Kind}: {target.Delivered:#,0} delivered, {waiting}")
                + (target.LastError is { } error ? $"; {error}" : ""), ink: target.LastError is null ? Ink.None : Ink.Yellow);
        }
    }

    private static void Workers(TextPage page, StatusReport report)
    {
        var workers = report.Workers.Select(static worker => worker.HasWork && worker.LagSeconds >= 0.5
            ? string.Create(CultureInfo.InvariantCulture, $"{worker.Name} busy for {worker.LagSeconds:0.0} s") : $"{worker.Name} ok");
        page.Labelled("Workers", Label, string.Join(", ", workers));
    }

    private static string Word(DaemonPhase phase) => phase switch
    {
        DaemonPhase.Starting => "starting",
        DaemonPhase.Running => "capturing",
        DaemonPhase.Reloading => "reloading",
        _ => "stopping",
    };

    private static string Octets(long octets) => octets switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{octets} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e3:0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e6:0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e9:0.0} GB"),
    };

    private static string Bits(double bits) => bits switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{bits:0} bit/s"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e3:0.0} kbit/s"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e6:0.0} Mbit/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bits / 1e9:0.00} Gbit/s"),
    };
}
