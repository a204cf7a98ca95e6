using System.Net;
using Sensor.Core.Wire;
using Sensor.Detection;
using Sensor.Detection.Baselines;
using Sensor.Detection.Incidents;
using Sensor.Detection.Trust;

namespace Sensor.Probing;

/// <summary>A trusted proxy configuration: its URL, and the SHA-256 (lower-case hexadecimal) that it may have; none known where empty.</summary>
internal sealed record TrustedPac(Uri Url, IReadOnlyCollection<string> Sha256);

/// <summary>What detection knows that probing asks about; taken on the detection thread.</summary>
internal sealed record ProbingFacts
{
    private const int MostPacs = 8;

    /// <summary>Names of hosts: models for canaries.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Trusted resolvers, those the operator lists first.</summary>
    public required IReadOnlyList<IPAddress> Resolvers { get; init; }

    /// <summary>The site's own domains.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>Trusted proxy configurations.</summary>
    public required IReadOnlyList<TrustedPac> Pacs { get; init; }

    /// <summary>What <paramref name="detection"/> knows now.</summary>
    public static ProbingFacts Of(DetectionEngine detection)
    {
        var learned = detection.TrustedEntries.Where(static entry => entry.Kind == BaselineKind.Pac).ToLookup(static entry => entry.Key, static entry => entry.Value);
        return Of(detection.Trust, learned) with { Names = [.. detection.Hosts.All.SelectMany(static host => host.Names).Take(CanaryNames.MaxModels)] };
    }

    /// <summary>What <paramref name="trust"/> lists; <paramref name="learned"/> gives the SHA-256 known of a URL.</summary>
    public static ProbingFacts Of(TrustPolicy trust, ILookup<string, string>? learned = null)
    {
        learned ??= Enumerable.Empty<string>().ToLookup(static text => text);
        return new ProbingFacts
        {
            Names = [],
            Resolvers = [.. trust.ResolverAddresses.Take(ResolverCheck.MaxResolvers).Select(AddressOf)],
            Domains = [.. trust.DomainsListed.Take(ResolverCheck.MaxDomains)],
            Pacs =
            [
                .. trust.PacUrlsListed.Concat(learned.Select(static group => group.Key)).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostPacs)
                    .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                        ? new TrustedPac(url, [.. learned[text], .. trust.PacHashesListed]) : null)
                    .OfType<TrustedPac>(),
            ],
        };
    }

    /// <summary>The address as the system's sockets take it.</summary>
    internal static IPAddress AddressOf(IpAddress address) => IPAddress.Parse(address.ToString());
}

/// <summary>What detection knows of a suspect that can be checked; taken on the detection thread.</summary>
internal sealed record SuspectFacts
{
    private const int MostAddresses = 2, MostUrls = 2, MostProxies = 2;

    private static readonly string[] UrlKeys = ["pac_url", "wpad_url", "wpad_value"];

    /// <summary>The segment it lives in.</summary>
    public required int Segment { get; init; }

    /// <summary>Its addresses inside the home networks, IPv4 first: nobody else is asked anything.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    /// <summary>Where its proxy configuration was fetched, or would be.</summary>
    public required IReadOnlyList<Uri> PacUrls { get; init; }

    /// <summary>Where it was used as a proxy, or its configuration says it is one.</summary>
    public required IReadOnlyList<IPEndPoint> Proxies { get; init; }

    /// <summary>What <paramref name="detection"/> knows of the suspect of <paramref name="incident"/>.</summary>
    public static SuspectFacts Of(DetectionEngine detection, Incident incident)
    {
        var suspect = incident.Suspect;
        var home = suspect.Addresses.Where(detection.Trust.IsHome).OrderBy(static one => one.IsV4 ? 0 : 1).Take(MostAddresses).ToList();
        var addresses = home.Select(ProbingFacts.AddressOf).ToList();
        var told = incident.Findings.SelectMany(static recorded => recorded.Finding.Metadata)
            .Where(static pair => UrlKeys.Contains(pair.Key, StringComparer.Ordinal)).Select(static pair => pair.Value);
        return new SuspectFacts
        {
            Segment = suspect.Segment,
            Addresses = addresses,
            PacUrls = Urls(told, addresses),
            Proxies =
            [
                .. detection.Proxies.DoorsOf(suspect).Where(door => home.Contains(door.Address)).Take(MostProxies)
                    .Select(static door => new IPEndPoint(ProbingFacts.AddressOf(door.Address), door.Port)),
            ],
        };
    }

    /// <summary>The URLs that lead to the suspect, by its address or by a name it answers for; wpad.dat at its address where none was seen.</summary>
    private static List<Uri> Urls(IEnumerable<string> told, List<IPAddress> addresses)
    {
        var urls = told.Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(static text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" ? url : null).OfType<Uri>()
            .Where(url => !IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var host) || addresses.Contains(host)).Take(MostUrls).ToList();
        if (urls.Count == 0 && addresses is [var first, ..])
            urls.Add(new UriBuilder("http", first.ToString(), 80, "/wpad.dat").Uri);
        return urls;
    }
}
