using System.Net;
using System.Security.Cryptography;
using Sensor.Capture.Live;
using Sensor.Configuration;
using Sensor.Output;
using Sensor.Probing;

namespace Sensor.Commands;

/// <summary>`sensor probe`: asks the link what nobody should answer, and who hands out what, by hand.</summary>
internal static class ProbeCommand
{
    // DHCP servers try an address by ICMP before they offer it, for up to three seconds.
    private static readonly TimeSpan ListenAfter = TimeSpan.FromSeconds(4), ListenBefore = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs and returns the exit status: 3 when a canary was answered or anything else alerted, else 0.</summary>
    public static int Run(CommandEnvironment environment, ProbeArguments arguments)
    {
        var configuration = SensorConfiguration.Read(arguments.Configuration, environment.Error);
        var name = arguments.Interface ?? configuration.Probing.Interface;
        if (name.Length == 0)
            throw CommandException.Usage("which interface? Nothing is sent without one", "Name it with -i, or as Probing:Interface.");
        var random = Seeded();
        var names = new CanaryNames(random);
        foreach (var style in configuration.Probing.NameStyles)
            names.Learn(style);
        var from = ProbeInterface.Find(name);
        var page = new ProbePage(new TextPage(environment.Output, environment.OutputWidth, environment.Colour));
        if (arguments.DryRun)
        {
            page.DryRun(from, new ProbePlan(configuration.Probing, from, names, random).Round());
            environment.Output.Flush();
            return ExitCode.Finished;
        }
        // A minute of silence looks like a program that hangs.
        if (environment.ErrorWidth > 0)
            environment.Error.WriteLine(
                $"Asking from {from.Name}, at most {configuration.Probing.PacketsPerMinute} packets a minute (Probing:PacketsPerMinute): a round takes a "
                + "minute or two. Ctrl-C tells what has answered so far.");
        using var stop = new StopSignals();
        try
        {
            return Ask(environment, configuration, arguments.Once, from, names, page, random, stop);
        }
        catch (LiveCaptureException failure)
        {
            throw new CommandException(ExitCode.Failed, failure.Message, failure.Hint);
        }
    }

    private static int Ask(
        CommandEnvironment environment, SensorConfiguration configuration, bool once, ProbeInterface from, CanaryNames names,
        ProbePage page, Random random, StopSignals stop)
    {
        var (answers, canaries, settings) = (new ProbeAnswers(), new CanaryLedger(), configuration.Probing);
        var wire = new WireAnswers(configuration.Updates.Catalog);
        using var listener = new ProbeListener(configuration, from.Name, answers, wire, canaries);
        using var tools = new ProbingTools(
            settings, from, new ProbeRate(settings.PacketsPerMinute), answers, canaries, names, random, configuration.Updates);
        var facts = ProbingFacts.Of(configuration.Trust);
        var isWarned = false;
        Wait(ListenBefore, stop);
        do
        {
            foreach (var name in listener.TakeNames())
                names.Learn(name);
            var round = new ProbedRound();
            Finish(AskAsync(tools, facts, wire, round, stop.Token));
            Wait(ListenAfter, stop);
            round.Alerts = listener.TakeAlerts();
            round.Answers = answers.Take();
            page.Round(from, round);
            environment.Output.Flush();
            isWarned |= round.IsWarning;
            if (!once)
                Wait(tools.Prober.NextRound(), stop);
        }
        while (!once && stop.Status is null);
        listener.Stop();
        return isWarned ? ExitCode.AlertRaised : ExitCode.Finished;
    }

    private static async Task AskAsync(ProbingTools tools, ProbingFacts facts, WireAnswers wire, ProbedRound round, CancellationToken stop)
    {
        await tools.Prober.SendAsync(tools.Plan.Round(), (probe, refused) => round.Sent.Add((probe, refused)), stop).ConfigureAwait(false);
        if (tools.Settings.AskResolvers)
        {
            var (own, domain) = ResolverCheck.OfThisMachine();
            var seen = wire.Recent(WallClock.NowNs(), client => IPAddress.TryParse(client, out var address) && tools.From.Has(address));
            round.Resolvers = await tools.Resolvers.AskAsync(
                ResolverPlan.Resolvers(tools.Settings, facts, seen, own),
                ResolverCheck.Names(
                    tools.Settings.Domains.Concat(facts.Domains).Append(domain), tools.Names.Next(),
                    seen.Select(static answer => answer.Name).Concat(ResolverCheck.UpdateHosts)),
                stop).ConfigureAwait(false);
            round.Differences = ResolverComparison.Of(seen, round.Resolvers);
        }
        if (tools.Settings.AskPacs)
            round.Pacs = await TrustedPacs.CheckAsync(tools, facts, stop).ConfigureAwait(false);
    }

    // From the system's source of chance: names and ids that can be foretold are left alone by a careful poisoner.
    private static Random Seeded() => new(BitConverter.ToInt32(RandomNumberGenerator.GetBytes(4)));

    private static void Wait(TimeSpan time, StopSignals stop) => stop.Token.WaitHandle.WaitOne(time);

    private static void Finish(Task sending)
    {
        try
        {
            sending.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what was asked so far is told.
        }
    }
}
