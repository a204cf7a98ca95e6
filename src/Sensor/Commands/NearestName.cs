namespace Sensor.Commands;

/// <summary>Finds what a mistyped name probably meant.</summary>
internal static class NearestName
{
    /// <summary>"; did you mean X?" for the nearest of <paramref name="known"/>, or nothing when none is near.</summary>
    public static string Hint(string name, IEnumerable<string> known) =>
        Of(name, known) is { } nearest ? $"; did you mean {nearest}?" : "";

    /// <summary>The nearest of <paramref name="known"/>, or null: at most a third of the letters may differ, or one name begins with the other.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var allowed = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (name.Length >= 4 && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                distance = Math.Min(distance, 1);
            if (distance >= allowed)
                continue;
            (nearest, allowed) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>All of <paramref name="known"/> that contain <paramref name="name"/> or a part of it, or are near it.</summary>
    public static IReadOnlyList<string> Similar(string name, IEnumerable<string> known)
    {
        var parts = name.Split('-', StringSplitOptions.RemoveEmptyEntries);
        var found = new List<string>();
        foreach (var candidate in known)
        {
            var near = Distance(name, candidate) <= Math.Max(2, name.Length / 3);
            if (near || Array.Exists(parts, part => part.Length >= 3 && candidate.Contains(part, StringComparison.OrdinalIgnoreCase)))
                found.Add(candidate);
        }
        return found;
    }

    /// <summary>Edit distance (insertions, deletions, substitutions, swaps of neighbours), letter case ignored.</summary>
    internal static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }
        return rows[left.Length, right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
