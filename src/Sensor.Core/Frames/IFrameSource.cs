namespace Sensor.Core.Frames;

/// <summary>Where frames come from: capture files, standard input, an interface.</summary>
public interface IFrameSource
{
    /// <summary>
    /// Clears <paramref name="batch"/> and fills it with the next frames. Returns false at the end; the batch is then empty. Files give one frame
    /// or more; a live source that has nothing to give within about 100 ms returns true and no frame, so that its caller stays in control, and
    /// sets <see cref="FrameBatch.IdleUntilNs"/> once nothing has come for a second.
    /// Never throws on input: damage ends the file it was found in and is reported by the source.
    /// </summary>
    bool TryRead(FrameBatch batch);

    /// <summary>The name of origin <paramref name="origin"/> (<see cref="FrameRecord.Origin"/>): the path as given, or the interface.</summary>
    string OriginName(int origin);
}
