using System.Globalization;
using Sensor.Configuration;
using Sensor.Core.Analyzers;
using Sensor.Core.Frames;
using Sensor.Detection.Incidents;
using Sensor.Output;

namespace Sensor.Commands;

/// <summary>Reads option values that are one of a few words.</summary>
internal static class Choices
{
    /// <summary>The first words of `sensor trust`.</summary>
    internal static readonly string[] TrustActions = ["list", "diff", "accept", "reject", "freeze"];

    /// <summary>What --format takes.</summary>
    public static readonly string[] Formats = ["text", "eve", "jsonl", "ecs", "cef", "leef", "ocsf", "stix"];

    /// <summary>What -k takes.</summary>
    public static readonly string[] ChecksumModes = ["none", "all"];

    /// <summary>What --format takes where there are two.</summary>
    public static readonly string[] TextOrLines = ["text", "jsonl"];

    /// <summary>--format.</summary>
    public static OutputFormat Format(string? word) => (OutputFormat)(Index("--format", word, Formats) ?? 0);

    /// <summary>--format where there are two.</summary>
    public static bool IsJsonLines(string? word) => Index("--format", word, TextOrLines) == 1;
    /// <summary>A time longer than nothing, such as 24h; null where none is given.</summary>
    public static TimeSpan? Span(string option, string? text)
    {
        if (text is null)
            return null;
        return TimeSpans.TryParse(text, out var span) && span > TimeSpan.Zero
            ? span : throw CommandException.Usage($"{option} takes a time such as 30m or 24h, not \"{text}\"");
    }

    /// <summary>The first word of `sensor trust`.</summary>
    public static TrustAction TrustAction(string? word) => (TrustAction)(Index("trust", word, TrustActions) ?? 0);

    /// <summary>-k.</summary>
    public static ChecksumMode Checksums(string? word) => (ChecksumMode)(Index("-k", word, ChecksumModes) ?? 0);

    /// <summary>--fail-on.</summary>
    public static Severity? FailOn(string? word) => (Severity?)Index("--fail-on", word, Words.Severities);

    /// <summary>--workers. There is no use for more than there are shards; more are not an error, so scripts may pass their core count.</summary>
    public static int Workers(string? text)
    {
        if (text is null)
            return 1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? Math.Min(count, FlowShard.Count)
            : throw CommandException.Usage($"--workers takes a number from 1 on, not \"{text}\"");
    }

    private static int? Index(string option, string? word, string[] words)
    {
        if (word is null)
            return null;
        var index = Array.FindIndex(words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
            return index;
        throw CommandException.Usage($"{option} does not take \"{word}\"{NearestName.Hint(word, words)}", $"It is one of: {string.Join(", ", words)}.");
    }
}
