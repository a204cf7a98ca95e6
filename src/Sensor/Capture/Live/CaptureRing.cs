using Sensor.Core.Frames;

namespace Sensor.Capture.Live;

/// <summary>
/// A queue of frames in the order of their times that somebody else fills block by block: the kernel, or a thread that asks libpcap. Read by the
/// thread that reads the source.
/// </summary>
internal abstract class CaptureRing : IDisposable
{
    /// <summary>Whether there is a frame to take.</summary>
    internal bool HasHead { get; private protected set; }

    /// <summary>The time of the frame that is next, nanoseconds since 1970 UTC.</summary>
    internal long HeadNs { get; private protected set; }

    /// <summary>Frames taken.</summary>
    internal long Frames { get; private protected set; }

    /// <summary>Octets of the frames taken.</summary>
    internal long Octets { get; private protected set; }

    /// <summary>Frames dropped since the ring was full, as of the last <see cref="CountDrops"/>.</summary>
    internal long Dropped { get; private protected set; }

    /// <summary>The time of the newest frame taken; 0 before the first.</summary>
    internal long NewestNs { get; private protected set; }

    /// <summary>Whether it must be opened anew.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>Whether this is the second ring.</summary>
    internal bool IsControl { get; init; }

    /// <summary>How often the thread that fills it has looked for frames; null where the kernel fills it. Any thread may ask.</summary>
    internal virtual long? Turns => null;

    /// <summary>What poll(2) can wait for, or -1.</summary>
    internal virtual int Descriptor => -1;

    /// <summary>Whether nothing waits in the block that is being filled.</summary>
    internal abstract bool IsQuiet { get; }

    /// <summary>Whether so much waits that order must yield to room.</summary>
    internal abstract bool IsPressed { get; }

    /// <summary>Opens the next finished block when there is no frame to take.</summary>
    internal abstract void Refresh();

    /// <summary>
    /// Takes the frames up to and with <paramref name="untilNs"/> of the open block into <paramref name="batch"/>, of which
    /// <paramref name="used"/> octets are used. False when the batch is full.
    /// </summary>
    internal abstract bool TryTake(FrameBatch batch, ref int used, long untilNs);

    /// <summary>Reads the drops from whoever counts them.</summary>
    internal abstract void CountDrops();

    /// <summary>The share of the ring that waits to be read, 0 to 1.</summary>
    internal abstract double Fill();

    /// <inheritdoc/>
    public abstract void Dispose();
}
