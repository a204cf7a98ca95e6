using System.Globalization;

namespace Sensor.Capture;

/// <summary>What stopped a capture file, or kept it from being read at all. What was read before it is kept.</summary>
/// <param name="File">The path as given.</param>
/// <param name="Offset">Octets into the capture (after decompression) where reading stopped; 0 when nothing was read.</param>
/// <param name="Reason">What is wrong, one clause without a full stop.</param>
/// <param name="Frames">Frames that were read before it.</param>
/// <param name="Kind">What kind of problem.</param>
public readonly record struct CaptureProblem(string File, long Offset, string Reason, long Frames, CaptureProblemKind Kind)
{
    /// <summary>Whether the path is no capture at all, or cannot be opened.</summary>
    public bool IsNotACapture => Kind is CaptureProblemKind.NotACapture or CaptureProblemKind.Unreadable;

    /// <summary>One line for people: file, what happened, where.</summary>
    public override string ToString() => Kind switch
    {
        CaptureProblemKind.CutShort =>
            string.Create(CultureInfo.InvariantCulture, $"{File}: cut short at offset {Offset} {Reason} ({Read})"),
        CaptureProblemKind.Damaged => string.Create(CultureInfo.InvariantCulture, $"{File}: damaged at offset {Offset}: {Reason} ({Read})"),
        _ => $"{File}: {Reason}",
    };

    private string Read => Frames == 1 ? "1 frame was read" : string.Create(CultureInfo.InvariantCulture, $"{Frames} frames were read");
}

/// <summary>Kinds of <see cref="CaptureProblem"/>.</summary>
public enum CaptureProblemKind
{
    /// <summary>The file ends inside a record.</summary>
    CutShort,

    /// <summary>A record or its compression cannot be true.</summary>
    Damaged,

    /// <summary>Neither pcap nor pcapng, nor one of them compressed.</summary>
    NotACapture,

    /// <summary>Missing, or not ours to read.</summary>
    Unreadable,

    /// <summary>Frames were left out because the filter cannot be applied to their link type.</summary>
    Filter,
}
