namespace Sensor.Core.Flows;

/// <summary>Who gets the octets of a stream in order.</summary>
internal interface IStreamReceiver
{
    /// <summary>
    /// The next octets of <paramref name="direction"/>, the first of which has number <paramref name="sequence"/>. Borrowed.
    /// </summary>
    void Receive(int direction, ReadOnlySpan<byte> octets, uint sequence, in StreamPlace place);

    /// <summary>How many of the next octets of <paramref name="direction"/> nobody will look at.</summary>
    long Skippable(int direction);

    /// <summary>The next <paramref name="octets"/> of <paramref name="direction"/> were there and were <see cref="Skippable"/>.</summary>
    void Skip(int direction, uint octets, in StreamPlace place);

    /// <summary>The next <paramref name="octets"/> of <paramref name="direction"/> are missing from the capture.</summary>
    void Miss(int direction, uint octets, in StreamPlace place);

    /// <summary>
    /// A segment of <paramref name="direction"/> has other octets than an <paramref name="earlier"/> one for the same numbers, from
    /// <paramref name="sequence"/> on; it is told when it comes, once.
    /// </summary>
    void Contradict(int direction, ReadOnlySpan<byte> octets, uint sequence, in SegmentMark earlier, in StreamPlace place);
}
