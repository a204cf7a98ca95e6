using Sensor.Detection.Detectors;

namespace Sensor.Output;

/// <summary>The parts of a detector's documentation block with their titles, in the order they are read.</summary>
internal static class DetectorSections
{
    /// <summary>Title and text of each part.</summary>
    public static IEnumerable<(string Title, string Text)> Of(DetectorInfo info) =>
    [
        ("The attack", info.Attack),
        ("What is seen", info.Seen),
        ("Benign causes", info.Benign),
        ("Limits", info.Limits),
        ("How to verify", info.Verify),
        ("How to stop it", info.Stop),
    ];

    /// <summary>The paragraphs of a text: blank lines separate them, single line ends are the source code's and mean nothing.</summary>
    public static IEnumerable<string> Paragraphs(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(paragraph => string.Join(' ', paragraph.Split([' ', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
}
