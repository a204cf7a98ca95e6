using Sensor.Core.Frames;
using Sensor.Core.Observations;

namespace Sensor.Pipeline;

/// <summary>
/// Is shown a batch and the facts observed in it before they are delivered, on the delivering thread: the frames can be had now and never
/// again where they are live.
/// </summary>
public interface IFrameKeeper
{
    /// <summary>Keeps what it wants of the frames of <paramref name="batch"/> that led to the facts in <paramref name="log"/>.</summary>
    void Keep(FrameBatch batch, ObservationLog log);
}
