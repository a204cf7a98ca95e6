using System.Net;
using System.Net.NetworkInformation;
using DnsClient;
using Sensor.Configuration;
using Sensor.Core.Wire;

namespace Sensor.Probing;

/// <summary>
/// Asks resolvers (DnsClient) for wpad names, for hosts that updates come from, and for a sibling that nobody has: a resolver that knows the sibling
/// answers for anything, and one that knows wpad steers every browser.
/// </summary>
internal static class ResolverCheck
{
    /// <summary>Resolvers and domains asked at most; more is a list gone wrong.</summary>
    public const int MaxResolvers = 8, MaxDomains = 4;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    // One of each kind of impostor's favourite: FACTS names them, the catalogue has hundreds more.
    private static readonly string[] UpdateHosts = ["download.windowsupdate.com", "fe2.update.microsoft.com", "ctldl.windowsupdate.com"];

    /// <summary>Asks them all; a resolver that does not answer is one line, never an exception.</summary>
    public static IReadOnlyList<ResolverAnswer> Run(SensorConfiguration configuration, string sibling, CancellationToken stop)
    {
        var settings = configuration.Probing;
        var answers = new List<ResolverAnswer>();
        foreach (var resolver in Resolvers(configuration).Take(MaxResolvers))
        {
            var client = new LookupClient(new LookupClientOptions(resolver)
            {
                Timeout = MostTime,
                Retries = 0,
                UseCache = false,
                ThrowDnsErrors = false,
                ContinueOnDnsError = false,
            });
            foreach (var domain in Domains(settings).Take(MaxDomains).Append(""))
            {
                if (!Ask(client, resolver, Under("wpad", domain), false) || !Ask(client, resolver, Under(sibling, domain), true))
                    break;
            }
            foreach (var host in UpdateHosts)
            {
                if (answers[^1].Failure is null)
                    Ask(client, resolver, host, false);
            }
        }
        return answers;

        bool Ask(LookupClient client, IPAddress resolver, string name, bool isCanary)
        {
            if (stop.IsCancellationRequested)
                return false;
            var answer = Answer(client, resolver, name, isCanary);
            answers.Add(answer);
            return answer.Failure is null;
        }
    }

    /// <summary>The trusted resolvers that are single addresses, those of the settings, and this machine's, each once.</summary>
    internal static IEnumerable<IPAddress> Resolvers(SensorConfiguration configuration) =>
        configuration.Trust.ResolverAddresses.Select(static address => address.ToString())
            .Concat(configuration.Probing.Resolvers)
            .Concat(NetworkInterface.GetAllNetworkInterfaces().SelectMany(static one => one.GetIPProperties().DnsAddresses).Select(static one => one.ToString()))
            .Select(static text => IPAddress.TryParse(text, out var address) ? address : null).OfType<IPAddress>().Distinct();

    private static IEnumerable<string> Domains(ProbingSettings settings)
    {
        var own = IPGlobalProperties.GetIPGlobalProperties().DomainName;
        return settings.Domains.Append(own).Where(static domain => domain.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private static string Under(string name, string domain) => domain.Length == 0 ? name : $"{name}.{domain}";

    private static ResolverAnswer Answer(LookupClient client, IPAddress resolver, string name, bool isCanary)
    {
        try
        {
            var response = client.Query(name + ".", QueryType.A);
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
