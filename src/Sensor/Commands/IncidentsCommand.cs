using System.Globalization;
using Sensor.Configuration;
using Sensor.Output;
using Sensor.Store;

namespace Sensor.Commands;

/// <summary>`sensor incidents`: what the daemon's store holds, read-only, also while the daemon runs.</summary>
internal static class IncidentsCommand
{
    /// <summary>Lists the incidents, or shows one in full.</summary>
    public static int Run(CommandEnvironment environment, IncidentsArguments arguments)
    {
        var since = SinceNs(arguments.Since);
        if (arguments.EvidencePath is not null && arguments.Id is null)
            throw CommandException.Usage("--evidence needs the id of an incident");
        var path = arguments.StorePath ?? SensorConfiguration.Read(arguments.Configuration, environment.Error).Store.Path;
        using var store = new StoreReader(path);
        var page = new TextPage(environment.Output, environment.OutputIsTerminal ? environment.OutputWidth : CommandEnvironment.DefaultWidth,
            environment.OutputIsTerminal && environment.Colour);
        if (arguments.Id is not { } id)
        {
            var incidents = store.Incidents(since, arguments.All);
            if (arguments.AsJsonLines)
                IncidentPages.WriteLines(environment.Output, incidents);
            else
                IncidentPages.WriteList(page, incidents);
            return ExitCode.Finished;
        }
        var incident = One(store, id, path);
        var findings = store.Findings(incident.Id);
        if (arguments.AsJsonLines)
            IncidentPages.WriteFindingLines(environment.Output, findings);
        else
            IncidentPages.WriteOne(page, incident, findings);
        if (arguments.EvidencePath is { } target)
            WriteEvidence(environment, store, incident, target);
        return ExitCode.Finished;
    }

    private static StoredIncident One(StoreReader store, string id, string path)
    {
        var found = store.WithId(id);
        if (found.Count == 0)
            throw new CommandException(ExitCode.Failed, $"{path}: there is no incident {TextPage.Printable(id)}");
        if (found.Count > 1 && found[0].Id != id)
            throw CommandException.Usage($"\"{TextPage.Printable(id)}\" is the beginning of several incidents: give more of the id");
        return found[0].JoinedInto is { } other && store.WithId(other) is [var joined, ..] ? joined : found[0];
    }

    private static void WriteEvidence(CommandEnvironment environment, StoreReader store, StoredIncident incident, string target)
    {
        if (File.Exists(target))
            throw CommandException.Usage($"--evidence {target}: there is a file of this name already");
        int frames;
        try
        {
            using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
            frames = StoredEvidence.Write(file, store.Frames(incident.Id));
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not StoreException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write {target}: {FileFailure.Reason(failure)}");
        }
        environment.Error.WriteLine($"sensor: {SummaryLine.Count(frames, "frame")} of incident {incident.Id} in {target}");
    }

    private static long SinceNs(string? text)
    {
        if (text is null)
            return long.MinValue;
        if (TimeSpans.TryParse(text, out var span))
            return Nanoseconds(DateTimeOffset.UtcNow - span);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Nanoseconds(time)
            : throw CommandException.Usage($"--since takes a time span such as 2d or 12h, or a time such as 2025-11-25T10:00Z, not \"{TextPage.Printable(text)}\"");
    }

    // Nanoseconds since 1970 reach to the year 2262.
    private static long Nanoseconds(DateTimeOffset time) =>
        Math.Clamp(time.ToUnixTimeMilliseconds(), long.MinValue / 1_000_000, long.MaxValue / 1_000_000) * 1_000_000;
}
