using System.Net;

namespace Sensor.Probing;

/// <summary>Fetches the trusted proxy configurations and compares them with what is known of them.</summary>
internal static class TrustedPacs
{
    /// <summary>One sentence for each, and whether it is another than the one known.</summary>
    public static async Task<IReadOnlyList<(string Text, bool IsOther)>> CheckAsync(ProbingTools tools, ProbingFacts facts, CancellationToken stop)
    {
        var shown = new List<(string, bool)>();
        foreach (var pac in facts.Pacs)
        {
            var address = await AddressAsync(tools, facts, pac.Url, stop).ConfigureAwait(false);
            var fetch = address is null ? PacFetch.Failed(PacFetcher.Shown(pac.Url), null, "no resolver that may be asked knows its host")
                : await tools.Pacs.FetchAsync(pac.Url, address, stop).ConfigureAwait(false);
            shown.Add(PacWording.OfTrusted(fetch, pac.Sha256));
        }
        return shown;
    }

    private static async Task<IPAddress?> AddressAsync(ProbingTools tools, ProbingFacts facts, Uri url, CancellationToken stop)
    {
        if (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var literal))
            return literal;
        var resolvers = ResolverPlan.Resolvers(tools.Settings, facts, [], ResolverCheck.OfThisMachine().Resolvers);
        return await tools.Resolvers.FindAsync(resolvers, url.IdnHost, stop).ConfigureAwait(false);
    }
}
