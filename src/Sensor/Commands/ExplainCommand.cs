using Sensor.Detection.Detectors;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>`sensor explain`: the detectors, told from their own documentation blocks.</summary>
internal static class ExplainCommand
{
    /// <summary>Lists all, or tells the one with this id or sid.</summary>
    public static int Run(CommandEnvironment environment, string? id, bool markdown)
    {
        if (markdown)
            environment.Output.Write(DetectorMarkdown.Write(id is null ? [.. All] : [Find(id)], whole: id is null));
        else if (id is null)
            DetectorText.WriteList(Page(environment), [.. All]);
        else
            DetectorText.WriteOne(Page(environment), Find(id));
        return ExitCode.Finished;
    }

    private static IEnumerable<DetectorInfo> All => DetectorCatalog.All.Select(entry => entry.Info).OrderBy(info => info.Sid);

    private static TextPage Page(CommandEnvironment environment) =>
        new(environment.Output, Math.Min(environment.OutputWidth, 100), environment.Colour);

    private static DetectorInfo Find(string id)
    {
        var found = All.FirstOrDefault(info => info.Id.Equals(id, StringComparison.OrdinalIgnoreCase)
            || info.Sid.ToString(System.Globalization.CultureInfo.InvariantCulture) == id);
        if (found is not null)
            return found;
        var similar = NearestName.Similar(id, All.Select(info => info.Id));
        throw CommandException.Usage(
            $"there is no detector \"{id}\"",
            similar.Count == 0 ? "'sensor explain' lists them." : $"Similar: {string.Join(", ", similar)}.");
    }
}
