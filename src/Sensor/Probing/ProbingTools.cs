using Sensor.Detection;
using Sensor.Detection.Pac;
using Sensor.Detection.Updates;

namespace Sensor.Probing;

/// <summary>What one round or check works with: everything is bound to the management interface as it is now, and to one rate.</summary>
internal sealed class ProbingTools : IDisposable
{
    private readonly ProbeSender _sender;

    /// <summary>Tools that send from <paramref name="from"/>.</summary>
    public ProbingTools(
        ProbingSettings settings, ProbeInterface from, ProbeRate rate, ProbeAnswers answers, CanaryLedger canaries, CanaryNames names, Random random,
        UpdatePolicy updates)
    {
        (Settings, From, Answers, Names, Random) = (settings, from, answers, names, random);
        _sender = new ProbeSender(from);
        var link = new ManagementLink(from, rate);
        Plan = new ProbePlan(settings, from, names, random);
        Prober = new Prober(settings, _sender, rate, answers, canaries, random);
        Resolvers = new ResolverCheck(link, rate);
        Pacs = new PacFetcher(link);
        Tls = new ProxyTlsCheck(link, updates);
    }

    /// <summary>The settings.</summary>
    public ProbingSettings Settings { get; }

    /// <summary>The interface.</summary>
    public ProbeInterface From { get; }

    /// <summary>The answers read off the wire.</summary>
    public ProbeAnswers Answers { get; }

    /// <summary>Made-up names.</summary>
    public CanaryNames Names { get; }

    /// <summary>Chance.</summary>
    public Random Random { get; }

    /// <summary>What is asked on the link.</summary>
    public ProbePlan Plan { get; }

    /// <summary>Who sends it.</summary>
    public Prober Prober { get; }

    /// <summary>Asks resolvers.</summary>
    public ResolverCheck Resolvers { get; }

    /// <summary>Fetches proxy configurations.</summary>
    public PacFetcher Pacs { get; }

    /// <summary>Looks through proxies.</summary>
    public ProxyTlsCheck Tls { get; }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();
}

/// <summary>The detection that probing asks and tells: on its own thread, between two batches.</summary>
internal interface IProbedDetection
{
    /// <summary>What <paramref name="ask"/> gives on the detection thread; throws <see cref="TimeoutException"/> when that thread does not come to it.</summary>
    Task<T> AskAsync<T>(Func<DetectionEngine, T> ask, CancellationToken stop);

    /// <summary>Notes what a check showed in the incident, in memory and in the store.</summary>
    void Note(string incidentId, Detection.Incidents.IncidentCheck check);
}

/// <summary>Gives what was fetched to the library of proxy configurations, and says what it is.</summary>
internal static class PacKeeping
{
    /// <summary>The study of a body fetched for <paramref name="client"/> in <paramref name="segment"/>; null when it is no proxy configuration.</summary>
    public static Task<PacStudy?> KeepAsync(IProbedDetection detection, PacFetch fetch, int segment, ProbeInterface client, long nowNs, CancellationToken stop)
    {
        if (fetch.Body is not { } body || !PacRecognition.IsPac(body, announced: true))
            return Task.FromResult<PacStudy?>(null);
        _ = Core.Wire.IpAddress.TryParse(client.Address?.ToString() ?? "", out var own);
        return detection.AskAsync<PacStudy?>(engine => engine.Pacs.Take(body, fetch.Url, segment, own, nowNs), stop);
    }
}
