using System.Net;
using Sensor.Capture.Live;
using Sensor.Detection.Incidents;

namespace Sensor.Probing;

/// <summary>
/// One round without a suspicion: names that nobody has, DHCP, routers; resolvers compared with the wire; trusted proxy configurations. What answers a
/// canary becomes a finding by the way of every answer; differences are noted where an incident is about who made them, and logged.
/// </summary>
internal sealed class ProbeRound(ProbingTools tools, IProbedDetection detection, WireAnswers wire, Action<string> warn)
{
    private const int MostWireNames = 2;

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(4);

    /// <summary>Runs until all was asked or <paramref name="isEnough"/> says that something else is more urgent.</summary>
    public async Task RunAsync(ProbingFacts facts, Func<bool> isEnough, CancellationToken stop)
    {
        tools.Answers.Take();
        await tools.Prober.SendAsync(tools.Plan.Round(), Told, stop, isEnough).ConfigureAwait(false);
        if (tools.Settings.AskResolvers && !isEnough())
            await AskResolversAsync(facts, isEnough, stop).ConfigureAwait(false);
        if (tools.Settings.AskPacs && !isEnough())
        {
            foreach (var (text, _) in (await TrustedPacs.CheckAsync(tools, facts, stop).ConfigureAwait(false)).Where(static one => one.IsOther))
                warn(text);
        }
        // Answers may still come: the sockets stay open for them.
        if (!isEnough())
            await Task.Delay(AnswersWithin, stop).ConfigureAwait(false);
    }

    private void Told(Probe probe, string? refused)
    {
        if (refused is not null)
            warn($"{probe.Text} could not be sent: {refused}");
    }

    private async Task AskResolversAsync(ProbingFacts facts, Func<bool> isEnough, CancellationToken stop)
    {
        var seen = wire.Recent(WallClock.NowNs(), IsOwn);
        var (own, domain) = ResolverCheck.OfThisMachine();
        var domains = tools.Settings.Domains.Concat(facts.Domains).Append(domain).Where(static one => one.Length > 0).ToList();
        var others = seen.Reverse().Select(static answer => answer.Name).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWireNames)
            .Append(ResolverCheck.UpdateHosts[tools.Random.Next(ResolverCheck.UpdateHosts.Count)]);
        // One domain a round, another each time: the rate is small.
        var names = ResolverCheck.Names(domains.Count == 0 ? [] : [domains[tools.Random.Next(domains.Count)]], tools.Names.Next(), others);
        var answers = await tools.Resolvers.AskAsync(
            ResolverPlan.Resolvers(tools.Settings, facts, seen, own), names, stop, isEnough).ConfigureAwait(false);
        foreach (var difference in ResolverComparison.Of(seen, answers))
            await TellAsync(difference, stop).ConfigureAwait(false);
    }

    // The address may be forged: who sent the frame is who it is about, else who bears the address.
    private async Task TellAsync(ResolverDifference difference, CancellationToken stop)
    {
        warn(difference.Text);
        var answer = difference.Wire;
        var incident = await detection.AskAsync(
            engine => (engine.Hosts.Find(answer.Segment, answer.Sender) is { } sender ? engine.Incidents.About(sender) : null)
                ?? (Core.Wire.IpAddress.TryParse(answer.Resolver, out var address) && engine.Hosts.Find(answer.Segment, address) is { } bearer
                    ? engine.Incidents.About(bearer) : null),
            stop).ConfigureAwait(false);
        if (incident is not null)
            detection.Note(incident.Id, new IncidentCheck(WallClock.NowNs(), $"asked resolvers: {difference.Text}"));
    }

    private bool IsOwn(string client) => IPAddress.TryParse(client, out var address) && tools.From.Has(address);
}
