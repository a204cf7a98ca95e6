namespace Sensor.Detection.Baselines;

/// <summary>What becomes of something learned. Of two verdicts the greater holds.</summary>
public enum BaselineStanding : byte
{
    /// <summary>It is the network's own.</summary>
    Trusted,

    /// <summary>Something speaks against it, or it was seen only during an incident: neither trusted nor foreign.</summary>
    Undecided,

    /// <summary>It belongs to an incident: never trusted.</summary>
    Refused,
}

/// <summary>How well something learned is attested.</summary>
public enum BaselineSureness : byte
{
    /// <summary>By so little that somebody should look at it.</summary>
    Doubtful,

    /// <summary>By a few clients or repeats.</summary>
    Fair,

    /// <summary>By many.</summary>
    Sure,
}

/// <summary>Something learned, judged. Texts are printable.</summary>
public sealed record LearnedEntry
{
    /// <summary>The times of what no traffic showed: the operator listed it.</summary>
    public const long Listed = long.MinValue;

    /// <summary>What kind of thing.</summary>
    public required BaselineKind Kind { get; init; }

    /// <summary>The innermost VLAN id, 0 when untagged.</summary>
    public required ushort Vlan { get; init; }

    /// <summary>What is spoken of.</summary>
    public required string Key { get; init; }

    /// <summary>What is said of it; empty where the kind has no value.</summary>
    public required string Value { get; init; }

    /// <summary>Packet time of the first sight, nanoseconds.</summary>
    public required long FirstSeenNs { get; init; }

    /// <summary>Packet time of the last sight, nanoseconds.</summary>
    public required long LastSeenNs { get; init; }

    /// <summary>Sights.</summary>
    public required long Count { get; init; }

    /// <summary>Different clients, up to <see cref="BaselineEntry.CountedClients"/>; 0 for what is shown to everybody.</summary>
    public required int Clients { get; init; }

    /// <summary>What becomes of it.</summary>
    public required BaselineStanding Standing { get; init; }

    /// <summary>How well it is attested.</summary>
    public required BaselineSureness Sureness { get; init; }

    /// <summary>Why it is doubtful, undecided or refused, without a full stop; empty when nothing speaks against it.</summary>
    public required string Doubt { get; init; }

    /// <summary>An entry of the operator's lists.</summary>
    public static LearnedEntry OfList(BaselineKind kind, ushort vlan, string key, string value) => new()
    {
        Kind = kind,
        Vlan = vlan,
        Key = key,
        Value = value,
        FirstSeenNs = Listed,
        LastSeenNs = Listed,
        Count = 0,
        Clients = 0,
        Standing = BaselineStanding.Trusted,
        Sureness = BaselineSureness.Sure,
        Doubt = "",
    };

    /// <summary>What both worlds know of one thing: counts add up, the graver verdict holds.</summary>
    public LearnedEntry With(LearnedEntry other)
    {
        var graver = other.Standing > Standing || (other.Standing == Standing && other.Sureness < Sureness) ? other : this;
        return this with
        {
            FirstSeenNs = Math.Min(FirstSeenNs, other.FirstSeenNs),
            LastSeenNs = Math.Max(LastSeenNs, other.LastSeenNs),
            Count = Count + other.Count,
            Clients = Math.Min(BaselineEntry.CountedClients, Clients + other.Clients),
            Standing = graver.Standing,
            Sureness = graver.Sureness,
            Doubt = graver.Doubt,
        };
    }
}

/// <summary>An incident that was open while learning: whoever is named here was not learned.</summary>
/// <param name="Suspect">Who, as sentences name hosts.</param>
/// <param name="Detectors">By which detectors, in the order they found something.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">How sure.</param>
/// <param name="FirstSeenNs">Packet time of its beginning, nanoseconds.</param>
public sealed record LearnedAttack(
    string Suspect, IReadOnlyList<string> Detectors, Incidents.Severity Severity, Incidents.Confidence Confidence, long FirstSeenNs);

/// <summary>What was learned of a network and what was refused.</summary>
/// <param name="Entries">By kind, VLAN, key and value.</param>
/// <param name="Attacks">Incidents that were alerts while learning, in the order they began.</param>
/// <param name="FirstNs">Packet time of the first frame, nanoseconds.</param>
/// <param name="LastNs">Packet time of the last frame, nanoseconds.</param>
public sealed record LearnedBaseline(IReadOnlyList<LearnedEntry> Entries, IReadOnlyList<LearnedAttack> Attacks, long FirstNs, long LastNs)
{
    /// <summary>What two worlds taught, together.</summary>
    public LearnedBaseline With(LearnedBaseline other)
    {
        var entries = Entries.Concat(other.Entries)
            .GroupBy(static entry => (entry.Kind, entry.Vlan, entry.Key, entry.Value))
            .Select(static group => group.Aggregate(static (one, another) => one.With(another)))
            .OrderBy(static entry => entry.Kind).ThenBy(static entry => entry.Vlan)
            .ThenBy(static entry => entry.Key, StringComparer.Ordinal).ThenBy(static entry => entry.Value, StringComparer.Ordinal);
        return new([.. entries], [.. Attacks, .. other.Attacks], Math.Min(FirstNs, other.FirstNs), Math.Max(LastNs, other.LastNs));
    }
}
