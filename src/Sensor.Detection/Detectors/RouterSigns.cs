namespace Sensor.Detection.Detectors;

/// <summary>What speaks against a router, and how much.</summary>
internal sealed class RouterSigns
{
    private readonly List<string> _reasons = [];

    /// <summary>Signs that no honest router shows.</summary>
    public int Strong { get; private set; }

    /// <summary>Signs that some honest router shows, too.</summary>
    public int Weak { get; private set; }

    /// <summary>All of them in words, the strong ones first.</summary>
    public string Reasons => string.Join("; ", _reasons);

    /// <summary>Adds a strong sign where it <paramref name="holds"/>.</summary>
    public void AddStrong(bool holds, string reason)
    {
        if (!holds)
            return;
        _reasons.Insert(Strong++, reason);
    }

    /// <summary>Adds a weak sign where it <paramref name="holds"/>.</summary>
    public void AddWeak(bool holds, string reason)
    {
        if (!holds)
            return;
        _reasons.Add(reason);
        Weak++;
    }
}
