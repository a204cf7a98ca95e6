using System.Net;

namespace Sensor.Probing;

/// <summary>Which resolvers are asked.</summary>
internal static class ResolverPlan
{
    /// <summary>
    /// The trusted ones, those of the settings, those that answered on the wire (<paramref name="seen"/>), then this machine's (<paramref name="own"/>),
    /// each once.
    /// </summary>
    public static IEnumerable<IPAddress> Resolvers(ProbingSettings settings, ProbingFacts facts, IReadOnlyList<WireAnswer> seen, IReadOnlyList<IPAddress> own) =>
        facts.Resolvers.Concat(settings.Resolvers.Select(IPAddress.Parse)).Concat(seen.Select(static answer => IPAddress.Parse(answer.Resolver))).Concat(own)
            .Distinct().Take(ResolverCheck.MaxResolvers);
}

/// <summary>What asking resolvers showed, in one sentence for the incident.</summary>
internal static class ResolverWording
{
    private const int MostNames = 4, MostFailures = 2;

    /// <summary>The sentence: what was forged first, then what each resolver says.</summary>
    public static string Of(IReadOnlyList<ResolverAnswer> answers, IReadOnlyList<ResolverDifference> differences)
    {
        var asked = answers.Where(static answer => answer.Failure is null).ToList();
        var parts = new List<string>(differences.OrderByDescending(static one => one.IsForged).Select(static one => one.Text).Take(MostNames));
        foreach (var name in asked.Where(static answer => !answer.IsCanary).GroupBy(static answer => answer.Name).Take(MostNames))
            parts.Add($"{name.Key}: {ResolverComparison.Listed(name)}");
        foreach (var canary in asked.Where(static answer => answer is { IsCanary: true, Addresses.Count: > 0 }))
            parts.Add($"{canary.Resolver} gives {string.Join(' ', canary.Addresses)} for {canary.Name}, which does not exist: it answers for every name");
        parts.AddRange(answers.Where(static answer => answer.Failure is not null).Take(MostFailures).Select(static answer => $"{answer.Resolver}: {answer.Failure}"));
        return parts.Count == 0 ? "no resolver could be asked" : $"asked resolvers: {string.Join("; ", parts)}";
    }
}
