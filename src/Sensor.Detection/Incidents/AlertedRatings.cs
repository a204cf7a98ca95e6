namespace Sensor.Detection.Incidents;

/// <summary>
/// The pairs of severity and confidence that alerts of one incident were told with: a receiver whose threshold asks for both was told of nothing by one
/// alert that was bad but unsure and another that was sure but mild.
/// </summary>
internal struct AlertedRatings
{
    private const int BitsEach = 8;

    // For each confidence, from the lowest octet up: one more than the worst severity told with at least this confidence, 0 when none was.
    private uint _worst;

    /// <summary>The ratings as one number, for <see cref="FromBits"/>.</summary>
    public readonly uint Bits => _worst;

    /// <summary>The ratings that <see cref="Bits"/> of an earlier value told.</summary>
    public static AlertedRatings FromBits(uint bits) => new() { _worst = bits };

    /// <summary>Whether nothing at least as bad was told at least as surely.</summary>
    public readonly bool IsNews(Severity severity, Confidence confidence) => (int)severity >= Worst(confidence);

    /// <summary>Notes what was told.</summary>
    public void Add(Severity severity, Confidence confidence)
    {
        for (var level = Confidence.Possible; level <= confidence; level++)
        {
            if (IsNews(severity, level))
                Set(level, (int)severity + 1);
        }
    }

    /// <summary>Notes what was told of another incident, which was joined to this one.</summary>
    public void Add(AlertedRatings other)
    {
        for (var level = Confidence.Possible; level <= Confidence.Certain; level++)
            Set(level, Math.Max(Worst(level), other.Worst(level)));
    }

    private readonly int Worst(Confidence confidence) => (byte)(_worst >> (BitsEach * (int)confidence));

    private void Set(Confidence confidence, int worst)
    {
        var shift = BitsEach * (int)confidence;
        _worst = (_worst & ~(0xFFu << shift)) | ((uint)worst << shift);
    }
}
