using System.Net;
using Sensor.Capture.Live;
using Sensor.Detection.Incidents;

namespace Sensor.Probing;

/// <summary>Checks one suspicion by all means that match it, and notes what each showed: also that nobody answered is worth knowing.</summary>
internal sealed class SuspicionCheck(ProbingTools tools, IProbedDetection detection, WireAnswers wire, Func<IPAddress, bool> mayFetch)
{
    private const int MostWireNames = 4;

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(4);

    /// <summary>Checks <paramref name="incident"/>.</summary>
    public async Task RunAsync(Incident incident, CheckKinds kinds, ProbingFacts facts, CancellationToken stop)
    {
        if (kinds.HasFlag(CheckKinds.Link))
            Note(incident, await AskLinkAsync(stop).ConfigureAwait(false));
        if (kinds.HasFlag(CheckKinds.Resolvers))
            Note(incident, await AskResolversAsync(facts, stop).ConfigureAwait(false));
        var suspect = (kinds & (CheckKinds.Pac | CheckKinds.ProxyTls)) == 0 ? null
            : await detection.AskAsync(engine => engine.Incidents.WithId(incident.Id) is { } now ? SuspectFacts.Of(engine, now) : null, stop).ConfigureAwait(false);
        if (suspect is null)
            return;
        if (kinds.HasFlag(CheckKinds.Pac))
            await FetchAsync(incident, suspect, facts, stop).ConfigureAwait(false);
        if (kinds.HasFlag(CheckKinds.ProxyTls))
        {
            foreach (var proxy in suspect.Proxies)
                Note(incident, await tools.Tls.AskAsync(proxy, ResolverCheck.UpdateHosts[tools.Random.Next(ResolverCheck.UpdateHosts.Count)], stop).ConfigureAwait(false));
        }
    }

    private async Task<string> AskLinkAsync(CancellationToken stop)
    {
        var asked = new List<Probe>();
        tools.Answers.Take();
        await tools.Prober.SendAsync(
            tools.Plan.Check(),
            (probe, refused) =>
            {
                if (refused is null)
                    asked.Add(probe);
            },
            stop).ConfigureAwait(false);
        await Task.Delay(AnswersWithin, stop).ConfigureAwait(false);
        return ProbeWording.Of(asked, tools.Answers.Take());
    }

    private async Task<string> AskResolversAsync(ProbingFacts facts, CancellationToken stop)
    {
        var seen = wire.Recent(WallClock.NowNs(), IsOwn);
        var (own, domain) = ResolverCheck.OfThisMachine();
        var names = ResolverCheck.Names(
            [], tools.Names.Next(), seen.Select(static answer => answer.Name).Reverse().Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWireNames)
                .Concat(facts.Domains.Append(domain).Where(static one => one.Length > 0).Take(1).Select(static one => $"wpad.{one}")));
        var answers = await tools.Resolvers.AskAsync(
            ResolverPlan.Resolvers(tools.Settings, facts, seen, own), names, stop).ConfigureAwait(false);
        return ResolverWording.Of(answers, ResolverComparison.Of(seen, answers));
    }

    private async Task FetchAsync(Incident incident, SuspectFacts suspect, ProbingFacts facts, CancellationToken stop)
    {
        if (suspect.Addresses is [var address, ..] && mayFetch(address))
        {
            foreach (var url in suspect.PacUrls)
            {
                var host = IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var own) ? own : address;
                var fetch = await tools.Pacs.FetchAsync(url, host, stop).ConfigureAwait(false);
                var study = await PacKeeping.KeepAsync(detection, fetch, suspect.Segment, tools.From, WallClock.NowNs(), stop).ConfigureAwait(false);
                Note(incident, PacWording.OfSuspect(fetch, study));
            }
        }
        foreach (var (text, isOther) in await TrustedPacs.CheckAsync(tools, facts, stop).ConfigureAwait(false))
            Note(incident, text);
    }

    private bool IsOwn(string client) => IPAddress.TryParse(client, out var address) && tools.From.Has(address);

    private void Note(Incident incident, string text) => detection.Note(incident.Id, new IncidentCheck(WallClock.NowNs(), text));
}
