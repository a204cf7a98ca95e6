using System.Collections.Immutable;

namespace Sensor.Detection.Collisions;

/// <summary>
/// A difference between the two blocks of a near-collision: what is added to which words of the block. Every known attack on MD5 uses one of a few.
/// </summary>
/// <param name="Words">Places of the words and what is added to each, modulo 2^32.</param>
/// <param name="Shown">The difference in words, for a sentence.</param>
public sealed record MessageDifference(ImmutableArray<(int Word, uint Add)> Words, string Shown);

/// <summary>
/// The differences that published attacks on MD5 use (identical-prefix: Wang 2005, Xie and Feng, Stevens 2012; chosen-prefix: Stevens 2007; Flame
/// 2010 is of Wang's class; den Boer and Bosselaers 1993), in all their signs.
/// </summary>
public static class MessageDifferences
{
    /// <summary>Each entry: words of the block and the power of two that differs in each.</summary>
    private static readonly (int Word, int Bit)[][] Known =
    [
        [],
        [(4, 31), (11, 15), (14, 31)],
        [(5, 10), (10, 31)],
        [(8, 31)],
        [(6, 8), (9, 31), (15, 31)],
        [(2, 31), (9, 27), (12, 31)],
        [(4, 20), (7, 31), (13, 31)],
        [(2, 8)],
        [(5, 10)],
        [(5, 10), (11, 21)],
        [(5, 10), (11, 31)],
        [(5, 10), (9, 27)],
        [(5, 31), (8, 31)],
        [(2, 8), (14, 31)],
        [(4, 31)],
        [(5, 31)],
        [(14, 31)],
        [(4, 25)],
        [(8, 25)],
        [(14, 16)],
        [(4, 20)],
        [(6, 8)],
        [(9, 27)],
        [(5, 31), (11, 31)],
        [(8, 31), (11, 21)],
        [(8, 25), (13, 31)],
    ];

    /// <summary>All of them, and the 32 single differences in word 11 of chosen-prefix collisions, with every sign.</summary>
    public static ImmutableArray<MessageDifference> All { get; } =
        [.. Known.Concat(Enumerable.Range(0, 32).Select(bit => new[] { (11, bit) })).SelectMany(Signed)];

    /// <summary>Every choice of signs; a difference in the top bit has none.</summary>
    private static IEnumerable<MessageDifference> Signed((int Word, int Bit)[] powers)
    {
        for (var signs = 0; signs < 1 << powers.Length; signs++)
        {
            var isRepeat = false;
            var words = new List<(int, uint)>();
            var shown = new List<string>();
            for (var at = 0; at < powers.Length; at++)
            {
                var (word, bit) = powers[at];
                var isMinus = (signs >> at & 1) != 0;
                isRepeat |= isMinus && bit == 31;
                words.Add((word, isMinus ? 0u - (1u << bit) : 1u << bit));
                shown.Add($"{(bit == 31 ? "" : isMinus ? "-" : "+")}2^{bit} in word {word}");
            }
            if (!isRepeat)
                yield return new MessageDifference([.. words], powers.Length == 0 ? "none in the block, the top bits of the state" : string.Join(", ", shown));
        }
    }
}
