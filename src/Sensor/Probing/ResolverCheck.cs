using System.Net;
using System.Net.NetworkInformation;
using DnsClient;
using Sensor.Core.Wire;

namespace Sensor.Probing;

/// <summary>
/// Asks resolvers (DnsClient) for wpad names, for hosts that updates come from, and for a sibling that nobody has: a resolver that knows the sibling
/// answers for anything, and one that knows wpad steers every browser. Each question is one packet of the rate, and none leaves by another interface.
/// </summary>
internal sealed class ResolverCheck(ManagementLink link, ProbeRate rate)
{
    /// <summary>Resolvers and domains asked at most; more is a list gone wrong.</summary>
    public const int MaxResolvers = 8, MaxDomains = 4;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    /// <summary>One of each kind of impostor's favourite; the catalogue has hundreds more.</summary>
    public static IReadOnlyList<string> UpdateHosts { get; } = ["download.windowsupdate.com", "fe2.update.microsoft.com", "ctldl.windowsupdate.com"];

    /// <summary>
    /// Asks each of <paramref name="resolvers"/> for all of <paramref name="names"/>; one that does not answer is asked no further and never an
    /// exception. Ends early when <paramref name="isEnough"/> says so.
    /// </summary>
    public async Task<IReadOnlyList<ResolverAnswer>> AskAsync(
        IEnumerable<IPAddress> resolvers, IReadOnlyList<(string Name, bool IsCanary)> names, CancellationToken stop, Func<bool>? isEnough = null)
    {
        var answers = new List<ResolverAnswer>();
        foreach (var resolver in resolvers.Distinct().Take(MaxResolvers))
        {
            if (!link.Reaches(resolver))
            {
                answers.Add(new ResolverAnswer(resolver.ToString(), "", false, [], $"is not reached by {link.From.Name}, so it is not asked"));
                continue;
            }
            var client = new LookupClient(new LookupClientOptions(resolver)
            {
                Timeout = MostTime,
                Retries = 0,
                UseCache = false,
                UseTcpFallback = false,
                ThrowDnsErrors = false,
                ContinueOnDnsError = false,
            });
            foreach (var (name, isCanary) in names)
            {
                if (!await rate.SpendAsync(1, isEnough, stop).ConfigureAwait(false))
                    return answers;
                var answer = await AnswerAsync(client, resolver, name, isCanary, stop).ConfigureAwait(false);
                answers.Add(answer);
                if (answer is { Failure: not null, IsRefused: false })
                    break;
            }
        }
        return answers;
    }

    /// <summary>The address that the first of <paramref name="resolvers"/> to know gives for a name; null when none does.</summary>
    public async Task<IPAddress?> FindAsync(IEnumerable<IPAddress> resolvers, string name, CancellationToken stop)
    {
        foreach (var answer in await AskAsync(resolvers, [(name, false)], stop).ConfigureAwait(false))
        {
            if (answer.Addresses.Count > 0)
                return IPAddress.Parse(answer.Addresses[0]);
        }
        return null;
    }

    /// <summary>wpad and a name that nobody has, each under every domain and alone, then <paramref name="others"/>.</summary>
    public static IReadOnlyList<(string Name, bool IsCanary)> Names(IEnumerable<string> domains, string sibling, IEnumerable<string> others) =>
    [
        .. domains.Where(static domain => domain.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxDomains).Append("")
            .SelectMany(domain => new[] { (Under("wpad", domain), false), (Under(sibling, domain), true) }),
        .. others.Distinct(StringComparer.OrdinalIgnoreCase).Select(static host => (host, false)),
    ];

    /// <summary>The resolvers and the domain that this machine is configured with.</summary>
    public static (IReadOnlyList<IPAddress> Resolvers, string Domain) OfThisMachine() => (
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(static one => one.GetIPProperties().DnsAddresses).Distinct()],
        IPGlobalProperties.GetIPGlobalProperties().DomainName);

    private static string Under(string name, string domain) => domain.Length == 0 ? name : $"{name}.{domain}";

    private static async Task<ResolverAnswer> AnswerAsync(LookupClient client, IPAddress resolver, string name, bool isCanary, CancellationToken stop)
    {
        try
        {
            var response = await client.QueryAsync(name + ".", QueryType.A, cancellationToken: stop).ConfigureAwait(false);
            // REFUSED and SERVFAIL say nothing about the name: a resolver may well serve its clients and not this sensor.
            if (response.Header.ResponseCode is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
                return new ResolverAnswer(resolver.ToString(), name, isCanary, [], response.ErrorMessage.ReplaceLineEndings(" ")) { IsRefused = true };
            return new ResolverAnswer(
                resolver.ToString(), name, isCanary, [.. response.Answers.ARecords().Select(static record => record.Address.ToString())], null);
        }
        catch (DnsResponseException failure)
        {
            return new ResolverAnswer(resolver.ToString(), name, isCanary, [], TextOf(failure));
        }
    }

    private static string TextOf(DnsResponseException failure) => failure.Code == DnsResponseCode.ConnectionTimeout
        ? $"no answer within {MostTime.TotalSeconds} s" : failure.DnsError.ReplaceLineEndings(" ");

    /// <summary>Whether the address is inside: an update host has no business there.</summary>
    internal static bool IsInside(string address) => IpAddress.TryParse(address, out var parsed) && (parsed.IsPrivate || parsed.IsLinkLocal || parsed.IsLoopback);
}
