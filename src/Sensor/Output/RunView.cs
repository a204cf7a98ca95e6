using Sensor.Capture;
using Sensor.Core.Frames;
using Sensor.Detection.Hosts;
using Sensor.Detection.Incidents;

namespace Sensor.Output;

/// <summary>What a sink may know of a world: what the numbers in findings stand for, and its incidents.</summary>
/// <param name="Name">The file's name when each file is its own world, else empty.</param>
/// <param name="OriginName">The name of the file or interface with this index.</param>
/// <param name="Segments">What segment numbers stand for.</param>
/// <param name="Incidents">The incidents so far, in the order they began.</param>
/// <param name="Exposures">What was found about hosts that could be attacked, one entry a host, in the order it began.</param>
/// <param name="Inventory">Who looks for a proxy configuration or asks the link for names, and by which protocols.</param>
/// <param name="Reopen">Opens the same frames for a second reading; null when they cannot be had again.</param>
public sealed record RunView(
    string Name,
    Func<int, string> OriginName,
    SegmentTable Segments,
    Func<IReadOnlyList<Incident>> Incidents,
    Func<IReadOnlyList<Incident>> Exposures,
    Func<IReadOnlyList<ExposedHost>>? Inventory = null,
    Func<CaptureTimeline>? Reopen = null)
{
    private static readonly SegmentTable NoSegments = new();

    /// <summary>The same when the world is over, without what detection used: of many worlds only what is told is kept.</summary>
    public RunView Kept()
    {
        var (incidents, exposures) = (Incidents(), Exposures());
        return this with
        {
            Segments = NoSegments,
            Incidents = () => incidents,
            Exposures = () => exposures,
            Inventory = null,
            Reopen = null,
        };
    }
}
