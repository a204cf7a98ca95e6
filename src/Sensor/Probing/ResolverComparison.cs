namespace Sensor.Probing;

/// <summary>A difference between what the wire showed and what resolvers say.</summary>
/// <param name="Wire">The answer on the wire.</param>
/// <param name="IsForged">Whether the resolver in whose name it came was asked, and neither it nor another gives the address.</param>
/// <param name="Text">What differs, one sentence without a full stop.</param>
internal sealed record ResolverDifference(WireAnswer Wire, bool IsForged, string Text);

/// <summary>
/// Compares the answers that clients were given on the wire with those that resolvers give this sensor. Content networks answer everybody otherwise,
/// so an update host is compared only where the wire showed an inside address. Where the resolver of the answer cannot be asked, another one that
/// does not know the name proves nothing: it may serve another part of the house.
/// </summary>
internal static class ResolverComparison
{
    private const int MostShown = 4;

    /// <summary>What differs, in the order of the wire.</summary>
    public static IReadOnlyList<ResolverDifference> Of(IReadOnlyList<WireAnswer> wire, IReadOnlyList<ResolverAnswer> answers)
    {
        var differences = new List<ResolverDifference>();
        foreach (var seen in wire)
        {
            var asked = answers.Where(answer => answer.Failure is null && answer.Name.Equals(seen.Name, StringComparison.OrdinalIgnoreCase)).ToList();
            var odd = seen.Addresses.Where(address => IsTelling(seen.Name, address) && !asked.Exists(answer => answer.Addresses.Contains(address))).ToList();
            var own = asked.Find(answer => answer.Resolver == seen.Resolver);
            if (asked.Count > 0 && odd.Count > 0)
            {
                var verdict = own is null ? $"{seen.Resolver} itself could not be asked" : "no resolver gives it, the answer was forged";
                differences.Add(new ResolverDifference(
                    seen, own is not null,
                    $"{seen.Client} was answered {string.Join(' ', odd)} for {seen.Name} in the name of {seen.Resolver}, but {Listed(asked)}: {verdict}"));
            }
            else if (own is not null && !seen.Addresses.Any(own.Addresses.Contains) && seen.Addresses.Any(address => IsTelling(seen.Name, address)))
            {
                differences.Add(new ResolverDifference(
                    seen, false,
                    $"{seen.Resolver} answered {seen.Client} {string.Join(' ', seen.Addresses)} for {seen.Name}, and answers {Said(own)} when asked from here"));
            }
        }
        return differences;
    }

    /// <summary>What the resolvers say to the questions, for the incident: one phrase.</summary>
    public static string Listed(IEnumerable<ResolverAnswer> answers) =>
        string.Join(", ", answers.Take(MostShown).Select(static answer => $"{answer.Resolver} says {Said(answer)}"));

    private static string Said(ResolverAnswer answer) => answer.Addresses.Count == 0 ? "no such name" : string.Join(' ', answer.Addresses.Take(MostShown));

    private static bool IsTelling(string name, string address) => name.StartsWith("wpad", StringComparison.OrdinalIgnoreCase) || ResolverCheck.IsInside(address);
}
